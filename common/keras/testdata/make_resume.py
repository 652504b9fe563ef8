"""Saves small models in the middle of their training, with the weights that real Keras reaches when it
trains on for two more epochs, for each optimizer.

usage: make_resume.py OUT_DIR PREFIX [later]   (run once under Keras 3 and once under Keras 2.15, and again with "later",
which means the optimizers that came to the suite later)
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np

out, prefix = sys.argv[1:3]
three = keras.__version__.startswith("3.")
L, O = keras.layers, keras.optimizers
keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)

optimizers = {
    "sgd": lambda: O.SGD(0.05),
    "momentum": lambda: O.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda: O.RMSprop(0.01),
    "adagrad": lambda: O.Adagrad(0.05),
    "adam": lambda: O.Adam(0.01),
    "adamw": lambda: O.AdamW(0.01),
    "adamdecay": lambda: O.Adam(0.01, weight_decay=0.02),
}
S = O.schedules
later = {  # made by a run of their own, with the third argument
    "adadelta": lambda: O.Adadelta(0.5),
    "nadam": lambda: O.Nadam(0.01),
    "amsgrad": lambda: O.Adam(0.05, beta_2=0.6, amsgrad=True),
    "amsgradw": lambda: O.AdamW(0.05, beta_2=0.6, amsgrad=True, clipvalue=0.01),
    "clipnorm": lambda: O.Adam(0.01, clipnorm=0.05),
    "clipvalue": lambda: O.SGD(0.5, momentum=0.9, clipvalue=0.02),
    "globalclipnorm": lambda: O.RMSprop(0.01, global_clipnorm=0.1),
    "exponential": lambda: O.Adam(S.ExponentialDecay(0.02, 4, 0.7)),
    "staircase": lambda: O.SGD(S.ExponentialDecay(0.2, 4, 0.7, staircase=True)),
    "cosine": lambda: O.Nadam(S.CosineDecay(0.02, 11, alpha=0.1)),
    "cosinewarmup": lambda: O.Adadelta(S.CosineDecay(0.1, 6, warmup_target=1.0, warmup_steps=5)),
    "piecewise": lambda: O.SGD(S.PiecewiseConstantDecay([3, 8], [0.2, 0.1, 0.05]), momentum=0.9),
    "inversetime": lambda: O.Adagrad(S.InverseTimeDecay(0.1, 2, 0.5)),
}
if not three:
    later |= {
        "legacyadadelta": lambda: O.legacy.Adadelta(0.5),
        "legacynadam": lambda: O.legacy.Nadam(0.01),
        "legacyamsgrad": lambda: O.legacy.Adam(0.05, beta_2=0.6, amsgrad=True, decay=0.1),
        "legacydecay": lambda: O.legacy.SGD(0.2, momentum=0.9, decay=0.2, clipvalue=0.02),
        "legacyexponential": lambda: O.legacy.Adam(S.ExponentialDecay(0.02, 4, 0.7), clipnorm=0.05),
    }
    later |= {"again" + name: later[name] for name in ["adadelta", "nadam", "amsgrad", "exponential"]}
    optimizers |= {
        "legacymomentum": lambda: O.legacy.SGD(0.05, momentum=0.9),
        "legacyrmsprop": lambda: O.legacy.RMSprop(0.01),
        "legacyadagrad": lambda: O.legacy.Adagrad(0.05),
        "legacyadam": lambda: O.legacy.Adam(0.01),
    }
    # saved, loaded and saved again: the variables have other names (Keras 3 cannot train on after that)
    optimizers |= {"again" + name: optimizers[name] for name in ["sgd", "momentum", "rmsprop", "adagrad", "adam"]}
later["adamax"] = lambda: O.Adamax(0.01)
if not three:
    later["legacyadamax"] = lambda: O.legacy.Adamax(0.01)
    later["againadamax"] = later["adamax"]


def tensor(a):
    return {"shape": list(a.shape), "data": a.reshape(-1).tolist()}


def input_layer(*shape):
    return L.InputLayer(shape=shape) if three else L.InputLayer(input_shape=shape)


for name, make in (later if sys.argv[3:] else optimizers).items():
    if "momentum" in name:  # one output, a loss and a metric as objects
        layers = [input_layer(4), L.Dense(6, activation="tanh", kernel_initializer="he_normal"), L.Dense(1, activation="sigmoid")]
        loss, metrics = keras.losses.BinaryCrossentropy(), [keras.metrics.BinaryAccuracy(name="accuracy")]
        x, y = rng.uniform(size=(14, 4)), rng.integers(0, 2, (14, 1))
    elif "rmsprop" in name:  # a regression without a bias
        layers = [input_layer(4), L.Dense(6, activation="relu", use_bias=False), L.Dense(2)]
        loss, metrics = "mean_squared_error", None
        x, y = rng.uniform(size=(14, 4)), rng.uniform(size=(14, 2))
    elif "adagrad" in name:  # one-hot targets
        layers = [input_layer(4), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
        loss, metrics = "categorical_crossentropy", ["accuracy"]
        x, y = rng.uniform(size=(14, 4)), np.eye(3)[rng.integers(0, 3, 14)]
    else:  # a convolution, class numbers
        layers = [L.MaxPool2D(2, padding="same"), L.Flatten(), L.Dense(3, activation="softmax")]
        window = dict(filters=3, kernel_size=(3, 2), strides=(2, 1), activation="relu")
        if name.endswith("sgd"):  # the shape in the first layer, as the lecture's Keras still knew it
            layers = [L.Conv2D(**window, input_shape=(6, 6, 2))] + layers
        else:
            layers = [input_layer(6, 6, 2), L.Conv2D(**window)] + layers
        loss, metrics = keras.losses.SparseCategoricalCrossentropy(), [keras.metrics.SparseCategoricalAccuracy()]
        x, y = rng.uniform(size=(14, 6, 6, 2)), rng.integers(0, 3, 14)
    x, y = x.astype("f4"), y.astype("f4")
    model = keras.Sequential(layers)
    model.compile(optimizer=make(), loss=loss, metrics=metrics)
    fit = lambda: model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
    fit()
    path = os.path.join(out, f"{prefix}_{name}")
    model.save(path + ".h5")
    if name.startswith("again"):
        model = keras.models.load_model(path + ".h5")
        model.save(path + ".h5")
    record = {"keras": keras.__version__, "x": tensor(x), "y": tensor(y), "epochs": 2, "batch": 5,
              "evaluation": np.atleast_1d(model.evaluate(x, y, verbose=0)).tolist()}
    fit()
    record["after"] = [tensor(w) for w in model.get_weights()]
    with open(path + ".json", "w") as f:
        json.dump(record, f)
