#!/usr/bin/env bash
# Keras 2.15.0 (on TensorFlow 2.15.0): saving a model to a .h5 file before it is first used changes its accuracy.
#
# Expected: by the documentation of Model.compile, "accuracy" is one of the binary, categorical and sparse categorical
#           accuracies, chosen by the shapes of the targets and of the output; and save writes a model, it does not
#           change it. Here all three predictions are right. So it is with a .keras file, or after an evaluation.
# Seen:     for a file of HDF5, the metric is chosen while the model is saved, with the outputs in the place of targets
#           not seen yet. So it is the categorical one, for good: of the model that was saved as of the one loaded, an
#           accuracy of 0.33 is printed with targets 0, 1, 2, by evaluate and by fit. No warning tells of it.
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

x, y = np.eye(3), np.array([0, 1, 2])
for first in ("evaluate", "save"):
    for file in ("net.keras", "net.h5"):
        dense = keras.layers.Dense(3, "softmax", kernel_initializer="identity")
        model = keras.Sequential([keras.Input((3,)), dense])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        if first == "evaluate":
            model.evaluate(x, y, verbose=0)
        model.save(file)
        loaded = keras.models.load_model(file)
        right = (model.predict(x, verbose=0).argmax(1) == y).mean()
        saved, loaded = (m.evaluate(x, y, verbose=0)[1] for m in (model, loaded))
        fit = model.fit(x, y, verbose=0).history["accuracy"][0]
        print(f"{first} first, {file}: right {right:.2f}, saved {saved:.2f}, loaded {loaded:.2f}, fit {fit:.2f}")
PY
seen=$(TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "evaluate first, net.keras: right 1.00, saved 1.00, loaded 1.00, fit 1.00
evaluate first, net.h5: right 1.00, saved 1.00, loaded 1.00, fit 1.00
save first, net.keras: right 1.00, saved 1.00, loaded 1.00, fit 1.00
save first, net.h5: right 1.00, saved 0.33, loaded 0.33, fit 0.33" ]
