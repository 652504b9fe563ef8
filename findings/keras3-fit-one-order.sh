#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.21.0): after keras.utils.set_random_seed, fit trains on the rows in the same order in
# every epoch, and in every later fit.
#
# Expected: fit's shuffle=True, the default, shuffles "the training data before each epoch", by its documentation.
# Seen:     one order, again and again. The operation that shuffles is made anew for the iterator of each epoch, and with
#           a global seed TensorFlow starts it where the last one started. Without set_random_seed each epoch has its own.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
cat >main.py <<'PY'
import keras
import numpy as np
import tensorflow as tf


class Recorder(keras.layers.Layer):
    """Notes the rows that it sees."""

    seen = tf.Variable([], shape=[None], dtype="float32", trainable=False)

    def call(self, x):
        Recorder.seen.assign(tf.concat([Recorder.seen, x[:, 0]], 0))
        return x


rows = np.arange(12.0)[:, None]
for seed in (None, 1):
    if seed is not None:
        keras.utils.set_random_seed(seed)
    Recorder.seen.assign([])
    model = keras.Sequential([keras.Input((1,)), Recorder(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    Recorder.seen.assign([])
    model.fit(rows, rows, batch_size=4, epochs=3, verbose=0)
    model.fit(rows, rows, batch_size=4, epochs=2, verbose=0)
    orders = Recorder.seen.numpy().reshape(-1, 12)
    print("seed", seed, "epochs", len(orders), "orders", len({tuple(o) for o in orders}),
          "shuffled" if (orders[0] != rows[:, 0]).any() else "not shuffled")
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "seed None epochs 5 orders 5 shuffled
seed 1 epochs 5 orders 1 shuffled" ]
