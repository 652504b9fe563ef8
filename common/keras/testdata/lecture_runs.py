"""Trains the programs of the lecture in real Keras after keras.utils.set_random_seed, as their mains do, and writes what
they measure.

usage: lecture_runs.py SEED OUT.json BLOODFAT.csv IRIS.csv MNIST_DIR [PROGRAM...]

The two tables are those of common/dataset; MNIST_DIR has MNIST's four files, compressed by gzip. The digit programs train
one epoch on the first 6,000 digits and validate on the first 6,000 test digits. OUT.json has for each program the history,
by epoch, with all digits, the seconds of each epoch, the score of the test rows, and of the digit programs the indices of
the wrong digits and the 16 that random.choices draws of them.
"""
import csv, gzip, json, os, random, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # oneDNN sums in an order that depends on the processor
import keras
import numpy as np
import tensorflow

L = keras.layers
limit = 6000  # digits
seed, out, bloodfat, iris, mnist = sys.argv[1:6]
programs = sys.argv[6:] or ["linreg", "xor", "iris", "mnistmlp", "mnistcnn"]


def table(path):
    with open(path) as f:
        return np.array([[float(v) for v in row] for row in list(csv.reader(f))[1:]])


def idx(name, offset):
    with gzip.open(os.path.join(mnist, name + ".gz")) as f:
        return np.frombuffer(f.read(), np.uint8, offset=offset)


def digits(*shape):
    sets = []
    for name in "train", "t10k":
        pixels = idx(name + "-images-idx3-ubyte", 16)[:784 * limit].reshape(-1, *shape)
        sets.append((pixels / 255, idx(name + "-labels-idx1-ubyte", 8)[:limit].astype(int)))
    return sets


def people():
    rows = table(bloodfat)
    return rows[:, :2], rows[:, 2:]


def flowers():
    rows = table(iris)
    x, y = rows[:, :4], np.eye(3)[rows[:, 4].astype(int)]
    order = np.random.RandomState(13).permutation(len(x))  # train_test_split(x, y, test_size=0.2, random_state=13)
    return (x[order[30:]], y[order[30:]]), (x[order[:30]], y[order[:30]])


def linreg():
    layers = [L.Input((2,)), L.Dense(1)]
    return layers, "rmsprop", "mse", people(), None, 500, 32


def xor():
    layers = [L.Input((2,)), L.Dense(2, "sigmoid"), L.Dense(1, "sigmoid")]
    data = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]), np.array([[0], [1], [1], [0]])
    return layers, keras.optimizers.SGD(0.1), "mse", data, None, 1000, 1


def iris_program():
    layers = [L.Input((4,))] + [L.Dense(32, "relu") for _ in range(3)] + [L.Dense(3, "softmax")]
    return layers, "adam", "categorical_crossentropy", *flowers(), 100, 32


def mnistmlp():
    layers = [L.Input((28, 28)), L.Flatten(), L.Dense(1000, "relu"), L.Dense(10, "softmax")]
    return layers, "adam", "sparse_categorical_crossentropy", *digits(28, 28), 1, 100


def mnistcnn():
    layers = [
        L.Input((28, 28, 1)),
        L.Conv2D(32, 5, padding="same", activation="relu"), L.MaxPooling2D(),
        L.Conv2D(64, 2, padding="same", activation="relu"), L.MaxPooling2D(),
        L.Dropout(0.25), L.Flatten(), L.Dense(1000, "relu"), L.Dense(10, "softmax")]
    return layers, "adam", "sparse_categorical_crossentropy", *digits(28, 28, 1), 1, 32


class Clock(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.epochs, self.start = [], time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        self.epochs.append(round(now - self.start, 4))
        self.start = now


def run(make):
    keras.utils.set_random_seed(int(seed))  # first: layers draw their seeds when they are made
    layers, optimizer, loss, train, test, epochs, batch = make()
    net = keras.Sequential(layers)
    net.compile(optimizer, loss, metrics=None if loss == "mse" else ["accuracy"])
    clock = Clock()
    history = net.fit(*train, epochs=epochs, batch_size=batch, validation_data=test, verbose=0, callbacks=[clock]).history
    record = {"epochs": epochs, "batch": batch, "rows": len(train[0]), "history": history, "seconds": clock.epochs}
    x, y = test or train
    output = net.predict(x, verbose=0)
    record["evaluation"] = np.atleast_1d(net.evaluate(x, y, verbose=0)).tolist()
    if len(x) == limit:
        wrong = np.flatnonzero(np.argmax(output, axis=1) != y).tolist()
        record["wrong"], record["chosen"] = wrong, random.choices(wrong, k=16)
    elif test is None:
        record["prediction"] = output.ravel().astype(float).tolist()
    record["weights"] = sum(w.size for w in net.get_weights())
    return record


makers = {"linreg": linreg, "xor": xor, "iris": iris_program, "mnistmlp": mnistmlp, "mnistcnn": mnistcnn}
record = {"keras": keras.__version__, "tensorflow": tensorflow.__version__, "seed": int(seed),
          "programs": {name: run(makers[name]) for name in programs}}
with open(out, "w") as f:
    json.dump(record, f)
for name, r in record["programs"].items():
    last = ", ".join(f"{key} {values[-1]:.6g}" for key, values in r["history"].items())
    print(f"{name}: {r['epochs']} epochs in {sum(r['seconds']):.1f} s: {last}")
