"""Writes where real Keras stops and whose weights it restores, for many sequences of losses.

usage: earlystopping.py OUT.json   (run under Keras 3.15.1)

EarlyStopping(monitor, patience, restore_best_weights=True) is given the losses one by one, as fit does at the end of each
epoch, with a model whose one weight is the number of the epoch.
"""
import json, os, random, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np

N = 12
rng = random.Random(5)
sequences = {
    "falling": [N - i for i in range(N)],
    "rising": [1 + i for i in range(N)],
    "flat": [0.5] * N,
    "falls and stays": [max(N - 2 * i, 4) for i in range(N)],
    "falls and rises": [abs(i - 5) + 0.25 for i in range(N)],
    "first is best": [0.125] + [N - i for i in range(N - 1)],
    "oscillating": [1 + i % 2 for i in range(N)],
    "oscillating and falling": [2 + i % 2 - i / 8 for i in range(N)],
    "equal pairs": [N - i // 2 for i in range(N)],
    "equal threes": [N - i // 3 for i in range(N)],
    "equal fours": [N - i // 4 for i in range(N)],
    "best comes back": [1, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 2],
    "rises and falls": [5, 6, 7, 6, 5, 4, 5, 6, 7, 8, 3, 2],
    "negative": [-i % 5 - 2 for i in range(N)],
    "zero": [0, -0.0, 0, 1, 0, -0.0, 0, 0, 0, 0, 0, 0],
    "less than a float32 tells": [1 - i * 1e-9 for i in range(N)],
    "just what a float32 tells": [1 - i * 2**-24 for i in range(N)],
    "one epoch": [1],
    "two epochs": [1, 2],
}
for i in range(20):
    sequences[f"random {i}"] = [rng.randrange(1, 9) / 8 for _ in range(N)]
for i in range(20):
    sequences[f"noise {i}"] = [round(rng.random(), 3) for _ in range(N)]

model = keras.Sequential([keras.layers.InputLayer(shape=(1,)), keras.layers.Dense(1, use_bias=False)])
model.compile(optimizer="sgd", loss="mse")
weight = lambda epoch: [np.full((1, 1), epoch, "f4")]
cases = []
for name, losses in sequences.items():
    case = {"name": name, "losses": losses, "epochs": [], "best": []}
    for patience in range(1, 6):
        ends = set()
        for monitor in ["val_loss", "loss"]:
            stopping = keras.callbacks.EarlyStopping(monitor=monitor, patience=patience, restore_best_weights=True)
            stopping.set_model(model)
            model.stop_training = False
            stopping.on_train_begin()
            for epoch, loss in enumerate(map(float, losses)):
                model.set_weights(weight(epoch + 1))
                stopping.on_epoch_end(epoch, {"loss": 1, "val_loss": 1, monitor: loss})
                if model.stop_training:
                    break
            stopping.on_train_end()
            ends.add((epoch + 1, int(model.get_weights()[0][0, 0])))
        (epochs, best), = ends  # the same for both
        case["epochs"].append(epochs)
        case["best"].append(best)
    cases.append(case)
with open(sys.argv[1], "w") as f:
    f.write('{"keras": "%s", "patience": [1, 2, 3, 4, 5], "cases": [\n' % keras.__version__)
    f.write(",\n".join(json.dumps(case) for case in cases))
    f.write("\n]}\n")
