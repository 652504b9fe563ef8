#!/usr/bin/env bash
# Keras 3.15.1 (on TensorFlow 2.21.0): the state of a Dropout is not in a .keras file, although it is a variable of the
# layer. Training that is saved and loaded does not go on as it would have.
#
# Expected: model.save stores the model's weights and the optimizer's state so that training can resume, by its
#           documentation; the layer's generator counts its calls in a variable that model.variables lists.
# Seen:     a loaded Dropout begins at call 0 with a new seed, drawn from Python's module random, also if another
#           set_random_seed came before load_model. Without a dropout the same training goes on to the same weights.
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

x = np.linspace(-1, 1, 64).reshape(16, 4)


def fit(model):
    model.fit(x, x, epochs=1, batch_size=4, shuffle=False, verbose=0)


for rate in (0.0, 0.5):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(rate), keras.layers.Dense(4)])
    model.compile("adam", "mse")
    fit(model)
    model.save("model.keras")
    loaded = keras.models.load_model("model.keras")
    if rate:
        for m in (model, loaded):
            print(sum("seed_generator" in v.path for v in m.variables), "variable", m.layers[0].seed_generator.state.numpy().tolist())
    fit(model)
    fit(loaded)
    same = all((a == b).all() for a, b in zip(model.get_weights(), loaded.get_weights()))
    print("dropout", rate, "the same weights" if same else "other weights")
PY
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "dropout 0.0 the same weights
1 variable [144272510, 4]
1 variable [909925048, 0]
dropout 0.5 other weights" ]
