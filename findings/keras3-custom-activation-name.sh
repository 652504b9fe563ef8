#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.20.0): load_model of a .keras file ignores custom_objects for an activation with the
# name of one of Keras's.
#
# Expected: the documentation of load_model has custom_objects as a dictionary from names to custom functions that are
#           considered when the file is read, so that the loaded model predicts what the saved one did. So it is with
#           the same model in a .h5 file, and with a function of another name.
# Seen:     a leaky ReLU of slope 0.01 in a function called leaky_relu is saved as "leaky_relu", and although that name
#           is in custom_objects, the model read from the .keras file has Keras's own leaky ReLU, of slope 0.2. There
#           is no warning: -1 gives -0.2 and not -0.01.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check tensorflow-cpu==2.20.0 keras==3.15.1 numpy==2.4.6
cat >main.py <<'PY'
import keras
import numpy as np


def leaky_relu(x):
    return keras.ops.maximum(x, 0.01 * x)


def leaky(x):
    return leaky_relu(x)


x = -np.ones((1, 1))
for file in ("net.h5", "net.keras"):
    for f in (leaky, leaky_relu):
        dense = keras.layers.Dense(1, kernel_initializer="ones", activation=f)
        saved = keras.Sequential([keras.Input((1,)), dense])
        saved.save(file)
        loaded = keras.models.load_model(file, custom_objects={f.__name__: f})
        before, after = (m.predict(x, verbose=0).item() for m in (saved, loaded))
        print(f"{file} {f.__name__}: saved {before:.2f}, loaded {after:.2f}")
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "net.h5 leaky: saved -0.01, loaded -0.01
net.h5 leaky_relu: saved -0.01, loaded -0.01
net.keras leaky: saved -0.01, loaded -0.01
net.keras leaky_relu: saved -0.01, loaded -0.20" ]
