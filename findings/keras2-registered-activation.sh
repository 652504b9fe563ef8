#!/usr/bin/env bash
# Keras 2.15.0 (on TensorFlow 2.15.0): an activation registered with register_keras_serializable is saved without its
# package if Keras has one of that name, and is replaced by Keras's when the model is loaded.
#
# Expected: by the documentation of register_keras_serializable the function is known under 'package>name', and it is
#           saved and loaded without an entry in custom_objects. So it is with a function of another name.
# Seen:     a leaky ReLU of slope 0.01, registered as 'mine>leaky_relu', is saved as "leaky_relu", and the loaded model
#           has Keras's own leaky ReLU, of slope 0.2: -1 gives -0.2 and not -0.01. There is no warning. Without any
#           file, a model copied by clone_model has it too.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check tensorflow-cpu==2.15.0 keras==2.15.0 numpy==1.26.4
cat >main.py <<'PY'
import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable("mine")
def leaky_relu(x):
    return tf.maximum(x, 0.01 * x)


@keras.saving.register_keras_serializable("mine")
def leaky(x):
    return leaky_relu(x)


x = -np.ones((1, 1))
for f in (leaky, leaky_relu):
    dense = keras.layers.Dense(1, kernel_initializer="ones", activation=f)
    model = keras.Sequential([keras.Input((1,)), dense])
    model.save("net.keras")
    models = {
        "saved": model,
        "loaded": keras.models.load_model("net.keras"),
        "cloned": keras.models.clone_model(model),
    }
    config = dense.get_config()["activation"]
    name = config if isinstance(config, str) else config["config"]
    print(f"registered {keras.saving.get_registered_name(f)}, written {name}")
    print(*(f"{key} {m.predict(x, verbose=0).item():.2f}" for key, m in models.items()), sep=", ")
PY
seen=$(TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "registered mine>leaky, written mine>leaky
saved -0.01, loaded -0.01, cloned -0.01
registered mine>leaky_relu, written leaky_relu
saved -0.01, loaded -0.20, cloned -0.20" ]
