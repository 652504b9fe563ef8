#!/usr/bin/env bash
# Keras 2.15.0 (on TensorFlow 2.15.0): Nadam in train_on_batch multiplies its momentum schedule once per variable.
#
# Expected: variables that start alike and have the same gradient are moved alike, and the product of the schedule,
#           the mu_1 * ... * mu_t of Dozat's paper "Incorporating Nesterov Momentum into Adam" (the reference in
#           Keras's documentation), has one factor a step: 0.468 after the first. So it is with run_eagerly=True.
# Seen:     with the default, a graph, it has one more factor for each variable: 0.219 with 2, 0.048 with 4, 0.0023
#           with 8; twins are moved apart, and how a net trains depends on its number of variables. The count that should
#           tell that the product is up to date is a Python number, which only advances while the graph is traced.
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

# One step by the paper, for a weight of 1 with a positive gradient (epsilon is too small to show).
beta, rate = 0.9, 0.1
mu = [beta * (1 - 0.5 * 0.96**t) for t in (1, 2)]
moved = 1 - rate * (mu[1] * (1 - beta) / (1 - mu[0] * mu[1]) + 1)
print(f"formula: product {mu[0]:.4f}, each weight {moved:.4f}")

for eagerly in (True, False):
    for n in (2, 4, 8):
        # n outputs, each with one weight of 1 and the same error.
        x = keras.Input((1,))
        outputs = [keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")(x) for _ in range(n)]
        model = keras.Model(x, outputs)
        nadam = keras.optimizers.Nadam(rate)
        model.compile(nadam, "mse", run_eagerly=eagerly)
        model.train_on_batch(np.ones((1, 1)), [np.zeros((1, 1))] * n)
        w = [float(v.numpy().item()) for v in model.trainable_variables]
        print(f"{'eager' if eagerly else 'graph'} {n}: product {float(nadam._u_product.numpy()):.4f},",
              f"first weight {w[0]:.4f}, last {w[-1]:.4f}")
PY
seen=$(TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "formula: product 0.4680, each weight 0.8937
eager 2: product 0.4680, first weight 0.8937, last 0.8937
eager 4: product 0.4680, first weight 0.8937, last 0.8937
eager 8: product 0.4680, first weight 0.8937, last 0.8937
graph 2: product 0.2190, first weight 0.8937, last 0.9265
graph 4: product 0.0480, first weight 0.8937, last 0.9392
graph 8: product 0.0023, first weight 0.8937, last 0.9418" ]
