"""Saves small models with layers and forms that people's models have, as .h5 and as .keras, with what real Keras predicts and
measures, and with the weights that it reaches when it trains on, of those that the suite trains.

usage: make_nets.py OUT_DIR PREFIX   (run once under Keras 3 and once under Keras 2.15)
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np

out, prefix = sys.argv[1:]
three = keras.__version__.startswith("3.")
L, S = keras.layers, keras.Sequential
keras.utils.set_random_seed(11)
rng = np.random.default_rng(11)
sparse = "sparse_categorical_crossentropy"
ROWS = 14


def tensor(a):
    return {"shape": list(a.shape), "data": np.asarray(a, "f8").reshape(-1).tolist()}


def adapted(shape, **settings):
    """A Normalization of inputs of that shape."""
    data = rng.normal(size=(50, *shape)) * rng.uniform(0.25, 3, shape) + rng.uniform(-1, 1, shape)
    layer = L.Normalization(**settings)
    layer.adapt(data.astype("f4"))
    return layer


def weights(layer):
    """Those of all layers in their order, also in models, without the count of a Normalization."""
    if hasattr(layer, "layers"):
        return [w for inner in layer.layers for w in weights(inner)]
    return [tensor(w) for w in layer.get_weights() if np.issubdtype(w.dtype, np.floating)]


def functional(shape, *layers):
    x = i = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(i, x)


def operators():
    i = keras.Input((4,))
    x = 1 - (i / 255.0 * 100 - 0.25)
    x = L.Dense(5, activation="tanh")(0.5 + 2.0 * x + 1)
    return keras.Model(i, L.Dense(3, activation="softmax")(x / 2))


def head(*before, shape=(4,)):
    return S([keras.Input(shape), *before, L.Dense(3, activation="softmax")])


def images(*layers):
    return head(*layers, L.Flatten(), shape=(6, 6, 2))


MEAN, VARIANCE = [1.0, -2.0, 0.5, 3.0], [4.0, 0.25, 1.0, 2.0]
models = {
    "norm_adapted": S([adapted((4,)), L.Dense(3, activation="softmax")]),  # Keras 2 does not keep the shape
    "norm_shape": head(adapted((4,))),
    "norm_whole": head(adapted((4,), axis=None)),
    "norm_one": S([adapted((1,), input_shape=(1,), axis=None), L.Dense(3, activation="softmax")]),
    "norm_axis": head(adapted((4,), axis=1)),
    "norm_given": head(L.Normalization(mean=MEAN, variance=VARIANCE)),
    "norm_given_one": head(L.Normalization(mean=1.5, variance=4.0)),
    "norm_given_whole": head(L.Normalization(axis=None, mean=1.5, variance=4.0)),
    "norm_invert": head(adapted((4,), invert=True)),
    "norm_images": images(adapted((6, 6, 2))),
    "norm_within": images(L.Conv2D(2, 3, activation="tanh"), adapted((4, 4, 2)), L.Conv2D(2, 2)),
    "norm_functional": functional((4,), adapted((4,)), L.Dense(3, activation="softmax")),
    "norm_nested": S([functional((4,), L.Dense(4, activation="tanh"), adapted((4,)), L.Dense(4)), L.Dense(3, activation="softmax")]),
    "dropouts": head(L.Dense(6), L.AlphaDropout(0.25), L.GaussianDropout(0.5), L.Dense(5)),
    "activity": head(L.Dense(6), L.ActivityRegularization(l1=0.01, l2=0.02)),
    "sequences": head(L.SpatialDropout1D(0.25), L.Flatten(), shape=(4, 5)),
    "augmentation": S([
        L.RandomFlip("horizontal", input_shape=(6, 6, 2)), L.RandomRotation(0.1), L.RandomZoom(0.1, fill_mode="nearest"),
        L.RandomTranslation((-0.2, 0.3), 0.1), L.RandomContrast(0.2),
        L.Conv2D(2, 3, activation="relu"), L.Flatten(), L.Dense(3, activation="softmax")]),
    "augmentation_nested": functional(
        (6, 6, 2), S([L.RandomFlip(), L.RandomRotation(0.1)]), L.Conv2D(2, 3, activation="relu"), L.Flatten(),
        L.Dense(3, activation="softmax")),
    "sizes": images(L.Resizing(6, 6), L.RandomCrop(6, 6), L.CenterCrop(6, 6)),
    "softmax_axis": S([keras.Input((4,)), L.Dense(3), L.Softmax(axis=1)]),
    "dense_axes": head(L.Dense(6, activation="relu"), L.Dense(5, activation="tanh"), L.Dense(3, use_bias=False), L.Flatten(), shape=(4, 5)),
    "dense_pixels": images(L.Dense(3, activation="softmax"), L.Dense(2)),
    "operators": operators(),
    "nested_norm": S([
        S([keras.Input((4,)), L.Dense(5), L.BatchNormalization(), L.Dense(6, activation="tanh"), L.BatchNormalization(scale=False)]),
        L.BatchNormalization(momentum=0.75),
        functional((6,), L.BatchNormalization(center=False), L.Dense(5), S([keras.Input((5,)), L.BatchNormalization(), L.Dense(4)])),
        L.Dense(3, activation="softmax")]),
    "nested_functional": functional(
        (4,), functional((4,), L.Dense(5), L.BatchNormalization(), L.Activation("relu"), L.Dense(5), L.BatchNormalization()),
        L.Dense(3, activation="softmax")),
}
if three:
    models["augmentation_more"] = S([
        keras.Input((6, 6, 3)), L.RandomBrightness(0.2, value_range=(0, 1)), L.RandomColorDegeneration(0.2), L.RandomColorJitter(brightness_factor=0.1), L.RandomElasticTransform(0.2),
        L.RandomErasing(0.2), L.RandomGaussianBlur(0.2), L.RandomGrayscale(0.2), L.RandomHue(0.2), L.RandomInvert(0.2),
        L.RandomPerspective(0.2), L.RandomPosterization(4), L.RandomSaturation(0.2), L.RandomSharpness(0.2), L.RandomShear(0.2),
        L.AugMix(), L.CutMix(), L.MixUp(), L.RandAugment(), L.Flatten(), L.Dense(3, activation="softmax")])
else:
    models["augmentation_more"] = S([
        keras.Input((6, 6, 2)), L.RandomBrightness(0.2), L.RandomHeight(0.1), L.RandomWidth(0.1), L.GlobalAveragePooling2D(), L.Dense(3, activation="softmax")])
for name, within in [("nested_frozen", (1, 2)), ("nested_all_frozen", None)]:
    inner = S([keras.Input((4,)), L.Dense(5), L.BatchNormalization(), L.Dense(6, activation="tanh"), L.BatchNormalization()])
    if within is None:
        inner.trainable = False
    else:
        for i in within:
            inner.layers[i].trainable = False
    models[name] = S([inner, L.Dense(3, activation="softmax")])

untrained = ["dropouts", "activity", "sequences", "augmentation", "augmentation_nested", "augmentation_more"]
for name, model in models.items():
    shape = tuple(n or 4 for n in model.input_shape[1:]) if model.built else (4,)
    x = rng.uniform(size=(ROWS, *shape)).astype("f4")
    y = rng.integers(0, 3, ROWS).astype("f4")
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss=sparse, metrics=["accuracy"])
    fit = lambda: model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
    if name not in untrained:
        fit()  # the moving statistics of each layer differ from those of the others
    path = os.path.join(out, f"{prefix}_{name}")
    record = {"keras": keras.__version__, "x": tensor(x), "y": tensor(y), "epochs": 2, "batch": 5,
              "prediction": tensor(model.predict(x, verbose=0)), "evaluation": model.evaluate(x, y, verbose=0)}
    model.save(path + ".keras")
    if not (three and name == "augmentation_more"):  # "cannot pickle 'module' object" (3.15.1)
        model.save(path + ".h5")
    if name == "norm_within":
        for only in [".weights.h5"] + ([] if three else [".h5"]):
            model.save_weights(os.path.join(out, "weights", prefix + only))
    if name not in untrained:
        fit()
        record["after"] = weights(model)
    with open(path + ".json", "w") as f:
        json.dump(record, f)
