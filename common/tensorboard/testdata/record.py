"""Records keras/, the events that Keras' TensorBoard callback and TensorBoard's callback for hyperparameters write for
a small net, and buckets.json, the buckets of tf.summary.histogram.

    .keras/3/bin/python common/tensorboard/testdata/record.py .keras/tensorboard/lib/python3*/site-packages

The environments are those of make test-keras and make test-tensorboard: Keras 3.15.1 on TensorFlow 2.21, and
TensorBoard 2.21.0.
"""
import glob
import json
import os
import re
import shutil
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
sys.path.append(sys.argv[1])

import keras
import numpy as np
import tensorflow as tf
from tensorboard.plugins.hparams import api as hp
from tensorboard.plugins.histogram import summary_v2

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "keras")
shutil.rmtree(folder, ignore_errors=True)

keras.utils.set_random_seed(1)
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")
net = keras.Sequential([
    keras.Input((2,)),
    keras.layers.Dense(3, "tanh"),
    keras.layers.Dense(1, "sigmoid"),
])
net.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
net.fit(x, y, batch_size=3, epochs=3, validation_data=(x, y), verbose=0, callbacks=[
    keras.callbacks.TensorBoard(folder, histogram_freq=1),
    hp.KerasCallback(folder, {"batch": 3, "lr": 0.1, "optimizer": "adam", "reshuffle": False}),
])

# replace the machine and the process in the names
for path in glob.glob(folder + "/**/events.out.tfevents.*", recursive=True):
    os.rename(path, re.sub(r"(tfevents\.\d+)\..*(\.\d+\.v2)$", r"\1.keras.1\2", path))

random = np.random.default_rng(1)
cases = [
    random.normal(size=200).astype("float32"),
    random.uniform(-3, 1, 50).astype("float32"),
    np.arange(31, dtype="float32"),
    np.float32([0.1, 0.2, 0.3]),
    np.float32([1e-30, 2e-30, 1e30]),
    np.float32([0.25] * 7),
    np.float32([]),
]
with open(os.path.join(here, "buckets.json"), "w") as f:
    f.write("[" + ",\n".join(
        json.dumps({"data": data.astype("float64").tolist(),
                    "buckets": summary_v2._buckets(tf.constant(data)).numpy().tolist()})
        for data in cases) + "]\n")
