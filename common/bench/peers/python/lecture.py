"""Shared by the peers: the command line, the lecture's data, and the lines that command peers reads.

A line is one JSON object on standard output:
    {"at": "first step begins", "unix": 1.7e9}     a moment, in seconds since 1970
    {"timed": "train", "steps": 600, "seconds": 2.4}
    {"timed": "validation", "rows": 10000, "seconds": 0.2}
    {"timed": "train", "first": true, "steps": 600, "seconds": 2.5}    from untrained weights; validation alike
    {"timed": "epochs", "epochs": 99, "seconds": 1.2}
    {"loss": 0.1, "accuracy": 0.97}                at the end, on training or test data
    {"versions": {"jax": "0.10.2"}}
"""

import argparse
import gzip
import json
import math
import pathlib
import time

import numpy as np

BATCH = {"xor": 1, "iris": 32, "mlp": 100, "cnn": 32}

# Rows of a validation step. It divides the 10,000 test digits, so no form compiles a second shape.
# Keras' own default, the training batch, is slower.
VALIDATION_ROWS = 250


def arguments(forms):
    parser = argparse.ArgumentParser()
    parser.add_argument("-work", choices=["xor", "iris", "mlp", "cnn"], required=True)
    parser.add_argument("-form", choices=forms, required=True)
    parser.add_argument("-epochs", type=int, default=1, help="of xor and iris")
    parser.add_argument("-steps", type=int, default=0, help="of one timed part; 0: a whole epoch")
    parser.add_argument("-parts", type=int, default=1, help="timed parts, and one more from untrained weights")
    parser.add_argument("-before", type=int, default=1, help="steps before the timed ones; they warm up, too")
    parser.add_argument("-mnist", type=pathlib.Path, help="folder of the four idx files")
    parser.add_argument("-iris", type=pathlib.Path, help="iris.csv")
    return parser.parse_args()


def say(**line):
    print(json.dumps(line), flush=True)


def mark(moment):
    say(at=moment, unix=time.time())


def learned(loss, accuracy):
    """Prints the results of a run. It is an error if the loss is not a number."""
    if not math.isfinite(loss):
        raise SystemExit(f"the loss is {loss}")
    say(loss=float(loss), accuracy=float(accuracy))


def xor():
    x = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    return x, np.array([[0], [1], [1], [0]], np.float32)


def iris(path):
    """The 120 and 30 flowers of train_test_split(test_size=0.2, random_state=13), species one-hot."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    order = np.random.RandomState(13).permutation(len(table))
    x, y = table[:, :4].astype(np.float32), np.eye(3, dtype=np.float32)[table[:, 4].astype(int)]
    test, train = order[:30], order[30:]
    return (x[train], y[train]), (x[test], y[test])


def timed(steps, seconds, rows, validation, first):
    """Prints the time of a part. first: it started from untrained weights."""
    mark = {"first": True} if first else {}
    say(timed="train", steps=steps, seconds=seconds, **mark)
    say(timed="validation", rows=rows, seconds=validation, **mark)


def rows(args):
    """The numbers of rows to train before the timed ones, in a timed part (None: all), and to load."""
    batch = BATCH[args.work]
    before, part = args.before * batch, args.steps * batch or None
    return before, part, part and max(before, part)


def mnist(folder, rows=None):
    """The digits from 0 to 1, NHWC, and their classes; of the training set the first rows."""

    def read(name, header):
        with gzip.open(folder / (name + ".gz")) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    def part(name, rows=None):
        pixels = read(name + "-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1)[:rows]
        classes = read(name + "-labels-idx1-ubyte", 8)[:rows]
        return pixels.astype(np.float32) / 255, classes.astype(np.int32)

    return part("train", rows), part("t10k")
