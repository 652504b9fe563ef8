#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.20.0): learning-rate schedules are computed in float32 where the weights are float64.
#
# Expected: keras.config.set_floatx("float64") sets, by its documentation, the default float type, so that training
#           follows the documented formula of a schedule within 1e-14, as it does with a constant rate.
# Seen:     the rates of the six schedules below, given as Python numbers, are float32 tensors; the weight differs
#           from that of the formula by about 1e-8.
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

keras.config.set_floatx("float64")
s = keras.optimizers.schedules
for schedule in (
    s.ExponentialDecay(0.1, 10, 0.9),
    s.PiecewiseConstantDecay([10], [0.1, 0.01]),
    s.PolynomialDecay(0.1, 10, 0.01),
    s.InverseTimeDecay(0.1, 10, 0.9),
    s.CosineDecay(0.1, 10),
    s.CosineDecayRestarts(0.1, 10),
):
    print(type(schedule).__name__, schedule(3).dtype.name)

for name, rate, formula in (
    ("constant", 0.1, lambda step: 0.1),
    ("schedule", s.ExponentialDecay(0.1, 10, 0.9), lambda step: 0.1 * 0.9 ** (step / 10)),
):
    # One weight of 1, with the loss w*w.
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(rate), "mse")
    want = 1.0
    for step in range(5):
        model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
        want -= formula(step) * 2 * want
    w = model.trainable_variables[0]
    off = abs(w.numpy().item() - want)
    print(name, w.dtype, "off by", "less than 1e-14" if off < 1e-14 else "more than 1e-9" if off > 1e-9 else off)
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "ExponentialDecay float32
PiecewiseConstantDecay float32
PolynomialDecay float32
InverseTimeDecay float32
CosineDecay float32
CosineDecayRestarts float32
constant float64 off by less than 1e-14
schedule float64 off by more than 1e-9" ]
