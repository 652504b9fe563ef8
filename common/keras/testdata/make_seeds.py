"""Writes testdata/seeds: a net whose initializers and layers that draw have seeds of their own, its first weights, and
its weights after set_random_seed(1), load_model and three epochs.

Keras 3.15.1 with TensorFlow 2.21.0: python make_seeds.py, in testdata.
"""
import json

import keras
import numpy as np
from keras import initializers, layers

keras.config.set_floatx("float64")


def floats(arrays):
    return [[float(v) for v in a.ravel()] for a in arrays]


keras.utils.set_random_seed(1)
model = keras.Sequential([
    layers.Input((6,)),
    layers.Dense(5, kernel_initializer=initializers.GlorotUniform(seed=5)),
    layers.Dropout(0.3, seed=77),
    layers.Dense(4, bias_initializer=initializers.RandomUniform(-0.25, 0.5, seed=2**32 - 1)),
    layers.GaussianNoise(0.3, seed=0),
    layers.Reshape((1, 1, 4)),
    layers.SpatialDropout2D(0.25, seed=8),
    layers.Flatten(),
    layers.Dropout(0.2),
    layers.Dense(3, "softmax"),
])
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
model.save("seeds/own.keras")
x = (np.arange(54).reshape(9, 6) * 7 % 11) / 4 - 1.25
y = np.arange(9) % 3
record = {"x": floats([x])[0], "y": [int(v) for v in y], "initial": floats(model.get_weights())}
keras.utils.set_random_seed(1)
model = keras.models.load_model("seeds/own.keras")
model.fit(x, y, epochs=3, batch_size=4, verbose=0)
record["final"] = floats(model.get_weights())
with open("seeds/own.json", "w") as f:
    json.dump(record, f)
