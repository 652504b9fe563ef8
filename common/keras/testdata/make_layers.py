"""Saves small models with the layers, activations and initializers that the lecture does not use: in h5 with what they
predict, in resume with the weights that Keras reaches when it trains on for two more epochs.

usage: make_layers.py OUT_DIR PREFIX   (run once under Keras 3 and once under Keras 2.15)
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np
import tensorflow as tf

out, prefix = sys.argv[1:]
three = keras.__version__.startswith("3.")
L, I = keras.layers, keras.initializers
keras.utils.set_random_seed(6)
rng = np.random.default_rng(6)


def tensor(a):
    return {"shape": list(a.shape), "data": a.reshape(-1).tolist()}


def save(name, shape, layers, resume=False):
    x, y = rng.uniform(size=(14, *shape)).astype("f4"), rng.integers(0, 3, 14).astype("f4")
    first = L.InputLayer(shape=shape) if three else L.InputLayer(input_shape=shape)
    model = keras.Sequential([first] + layers)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
    fit = lambda: model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
    fit()
    path = os.path.join(out, "resume" if resume else "h5", f"{prefix}_{name}")
    model.save(path + ".h5")
    record = {"keras": keras.__version__, "x": tensor(x)}
    if resume:
        record |= {"y": tensor(y), "epochs": 2, "batch": 5, "evaluation": np.atleast_1d(model.evaluate(x, y, verbose=0)).tolist()}
        fit()
        record["after"] = [tensor(w) for w in model.get_weights()]
    else:
        record |= {"prediction": tensor(model.predict(x, verbose=0)), "weights": [tensor(w) for w in model.get_weights()]}
    with open(path + ".json", "w") as f:
        json.dump(record, f)


def stack(noise):
    return ([L.Reshape((6, -1, 1)), L.Rescaling(1 / 128, offset=-0.5), L.ZeroPadding2D(((1, 0), (2, 1)))] + [L.GaussianNoise(0.1)] * noise
            + [L.Conv2D(4, 3), L.LeakyReLU(0.1)] + [L.SpatialDropout2D(0.25)] * noise
            + [L.ZeroPadding2D(1), L.Conv2D(3, 2, activation="elu"), L.ReLU(6.0, negative_slope=0.25, threshold=0.125), L.Flatten(),
               L.Dense(6), L.Activation("selu"), L.Dense(6), L.ELU(0.5), L.Dense(3), L.Softmax()])


save("layers", (36,), stack(1))
save("layers", (36,), stack(0), resume=True)
# in Keras 2 the name hard_sigmoid means another function
save("activations", (5,), [L.Dense(5, activation=a) for a in (
    "elu", "selu", "gelu", "silu", "swish", "softplus", "softsign", "exponential", "leaky_relu", "relu6")] + [L.Dense(3, activation="softmax")], resume=True)
if three:
    save("hard_sigmoid", (5,), [L.Dense(5, activation="hard_sigmoid"), L.Dense(3, activation="softmax")], resume=True)
# Keras 3 saves some functions of TensorFlow that it does not load: tf.nn.swish and tf.nn.softmax
save("objects", (5,), [
    L.Dense(5, activation=L.LeakyReLU(0.1)), L.Dense(5, activation=L.LeakyReLU(0.2)), L.Dense(5, activation=L.ReLU()),
    L.Dense(5, activation=L.ReLU(6.0)), L.Dense(5, activation=L.ReLU(2.0, 0.125, 0.25)), L.Dense(5, activation=L.ELU()),
    L.Dense(5, activation=L.ELU(0.5)), L.Activation(L.LeakyReLU(0.25)), L.Dense(5, activation=tf.nn.swish), L.Dense(5, activation=L.Softmax()),
    L.Dense(3, activation=tf.nn.softmax)])
save("initializers", (5,), [L.Dense(4, kernel_initializer=k, bias_initializer=b) for k, b in (
    ("he_normal", "ones"), ("he_uniform", I.Constant(0.25)), ("glorot_normal", I.RandomNormal()), ("lecun_normal", I.RandomUniform(-1, 1)),
    ("lecun_uniform", I.TruncatedNormal(0.5, 0.25)), (I.VarianceScaling(0.5, "fan_out", "uniform"), "zeros"),
    (I.VarianceScaling(2.0, "fan_avg", "untruncated_normal"), "zeros"), (I.Orthogonal(0.5), I.RandomUniform(seed=3)))] + [L.Dense(3, activation="softmax")])
