#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.20.0): a Sequential model cannot be trained with its loss given by the output's name.
#
# Expected: Keras's guide "Training & evaluation with the built-in methods" gives losses and metrics by the names of the
#           output layers, and its guide "The Sequential model" promises of such a model with a known input what a
#           functional one does. The functional one takes the loss by name; Keras 2.15.0 takes it of both kinds.
# Seen:     of a Sequential, metrics and loss_weights are taken by name; a loss is taken by compile, but then fit and
#           evaluate fail with "TypeError: 'NoneType' object is not iterable".
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

x, y = np.ones((1, 1)), np.zeros((1, 1))
arguments = (
    {"loss": "mse", "metrics": {"out": "mae"}},
    {"loss": "mse", "loss_weights": {"out": 2.0}},
    {"loss": {"out": "mse"}},
)
for kind in ("functional", "sequential"):
    for more in arguments:
        for method in ("evaluate", "fit"):
            x_in, dense = keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones", name="out")
            model = keras.Sequential([x_in, dense]) if kind == "sequential" else keras.Model(x_in, dense(x_in))
            model.compile("sgd", **more)
            try:
                if method == "fit":
                    loss = model.fit(x, y, verbose=0).history["loss"][0]
                else:
                    loss = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
                print(f"{kind} {method} {more}: {loss:.0f}")
            except TypeError as e:
                print(f"{kind} {method} {more}: {e}")
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "functional evaluate {'loss': 'mse', 'metrics': {'out': 'mae'}}: 1
functional fit {'loss': 'mse', 'metrics': {'out': 'mae'}}: 1
functional evaluate {'loss': 'mse', 'loss_weights': {'out': 2.0}}: 2
functional fit {'loss': 'mse', 'loss_weights': {'out': 2.0}}: 2
functional evaluate {'loss': {'out': 'mse'}}: 1
functional fit {'loss': {'out': 'mse'}}: 1
sequential evaluate {'loss': 'mse', 'metrics': {'out': 'mae'}}: 1
sequential fit {'loss': 'mse', 'metrics': {'out': 'mae'}}: 1
sequential evaluate {'loss': 'mse', 'loss_weights': {'out': 2.0}}: 2
sequential fit {'loss': 'mse', 'loss_weights': {'out': 2.0}}: 2
sequential evaluate {'loss': {'out': 'mse'}}: 'NoneType' object is not iterable
sequential fit {'loss': {'out': 'mse'}}: 'NoneType' object is not iterable" ]
