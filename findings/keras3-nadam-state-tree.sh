#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.20.0): set_state_tree silently loses part of the state of Nadam.
#
# Expected: by the documentation of Model.get_state_tree and set_state_tree, the tree holds the optimizer's variables
#           by name and is assigned to the variables of those names, so that a twin (its layers and its optimizer
#           named alike) trains on as the first would. So it is with Adam.
# Seen:     Nadam's product of the momentum schedule is given no name. It is called "variable", and in the next model
#           "variable_1": that depends on what was built before. So the twin is not given the product of the first
#           but keeps its own, without a word, and its weight differs after the next step.
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


def build(optimizer):
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name="dense")
    model = keras.Sequential([keras.Input((1,), name="input"), dense], name="net")
    model.compile(optimizer(0.1, name="optimizer"), "mse")
    model.train_on_batch(x, y)
    return model


for optimizer in (keras.optimizers.Adam, keras.optimizers.Nadam):
    first, twin = build(optimizer), build(optimizer)
    first.train_on_batch(x, y)
    tree = first.get_state_tree("numpy_array")
    twin.set_state_tree(tree)
    for model in (first, twin):
        model.train_on_batch(x, y)
        weight = model.trainable_variables[0].numpy().item()
        names = ", ".join(sorted(model.get_state_tree()["optimizer_variables"]["optimizer"]))
        print(f"{optimizer.__name__}: {names}; weight {weight:.4f}")
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "Adam: iteration, learning_rate, net_dense_kernel_momentum, net_dense_kernel_velocity; weight 0.7016
Adam: iteration, learning_rate, net_dense_kernel_momentum, net_dense_kernel_velocity; weight 0.7016
Nadam: iteration, learning_rate, net_dense_kernel_momentum, net_dense_kernel_velocity, variable; weight 0.7547
Nadam: iteration, learning_rate, net_dense_kernel_momentum, net_dense_kernel_velocity, variable_1; weight 0.7456" ]
