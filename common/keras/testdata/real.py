"""Compares nets with real Keras, in both directions. Run by real_test.go.

usage: real.py ours DIR     load DIR/NAME.h5 or NAME.keras, written by this suite, and compare it with DIR/NAME.json
       real.py theirs DIR   train nets in Keras, and write DIR/NAME.h5, NAME.keras and NAME.json

Beside NAME.json, numbers are in files NAME.WHAT: float32, little-endian, row-major; the JSON has their shapes.
Exits with 1 and a line for each difference.
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import h5py
import keras
import numpy as np

three = keras.__version__.startswith("3.")
command, folder = sys.argv[1:]
failed = False


def read(name, what, shape):
    return np.fromfile(os.path.join(folder, f"{name}.{what}"), "<f4").reshape(shape)


def write(record, name, what, values):
    values = np.ascontiguousarray(values, "<f4")
    values.tofile(os.path.join(folder, f"{name}.{what}"))
    record[what] = list(values.shape)


def compare(name, what, got, want, tolerance):
    """Differences above 1 are relative."""
    global failed
    got, want = np.asarray(got, "f8"), np.asarray(want, "f8")
    far = float(np.max(np.abs(got - want) / np.maximum(1, np.abs(want)), initial=0)) if got.shape == want.shape else np.inf
    ok = far <= tolerance
    failed |= not ok
    print(f"{'' if ok else 'WRONG '}{name}: {what} apart by {far:.1e}, allowed {tolerance:.0e}")


def resume(model, path):
    """Gives the optimizer its state back. Keras 3.15 builds it without variables when it loads an .h5 file, and
    Keras 2.15 takes its older kind, which wants all of one slot after another and no learning rate."""
    kinds = ["momentum", "velocity", "velocity_hat", "norm", "accumulator", "accumulated_grad", "accumulated_delta_var"]
    with h5py.File(path) as f:
        group = f["optimizer_weights"]
        names = list(group.attrs["weight_names"])
        state = [np.array(group[n]) for n in names]
    optimizer = model.optimizer
    if three:
        optimizer = type(optimizer).from_config(optimizer.get_config())
        optimizer.build(model.trainable_variables)
        optimizer.set_weights(state)
        model.optimizer = optimizer
    else:
        slots = [v for kind in kinds for n, v in zip(names, state) if n.endswith("_" + kind)]
        optimizer.set_weights(state[:1] + slots)


def floats(model):
    """The weights, without the whole number in a Normalization."""
    return [w for w in model.get_weights() if np.issubdtype(w.dtype, np.floating)]


def evaluate(model, x, y):
    return np.atleast_1d(model.evaluate(x, y, batch_size=128, verbose=0)).tolist()


def ours(name):
    record = json.load(open(os.path.join(folder, name + ".json")))
    path = os.path.join(folder, name + ".keras")
    archive = os.path.exists(path)
    if not archive:
        path = os.path.join(folder, name + ".h5")
    x, y = read(name, "x", record["x"]), read(name, "y", record["y"])
    seed = record["seed"]
    if seed:
        keras.utils.set_random_seed(seed)
    model = keras.models.load_model(path)
    model.run_eagerly = True  # to compile a graph takes longer than these few steps
    weights = floats(model)
    compare(name, "number of weights", len(weights), len(record["weights"]), 0)
    for i, w in enumerate(weights):
        compare(name, f"weight {i}", w, read(name, f"weight{i}", record["weights"][i]), 0)
    prediction = read(name, "prediction", record["prediction"])
    compare(name, "prediction", model.predict(x, verbose=0), prediction, 1e-6)
    compare(name, "loss and accuracy", evaluate(model, x, y), record["evaluation"], 1e-6)
    # Keras 2.15 wants the variables of a .keras without the learning rate, and makes its older Nadam of an .h5 file
    if record["after"] and (three or not archive and name != "nadam" and not seed):
        if not archive:
            resume(model, path)
        model.fit(x, y, epochs=2 if seed else 1, batch_size=record["batch"], shuffle=bool(seed), verbose=0)
        for i, w in enumerate(floats(model)):
            compare(name, f"weight {i} after more epochs", w, read(name, f"after{i}", record["after"][i]), 1e-6 if archive and name.startswith("small") else 1e-4)


drawing = ("mnistcnn", "noise")  # these nets draw random numbers while they train


def theirs():
    L, O = keras.layers, keras.optimizers
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(3)
    digits = rng.integers(0, 10, 96)
    images = (rng.uniform(size=(96, 28, 28)) * (rng.uniform(size=(96, 28, 28)) < 0.3)).astype("f4")

    def conv(dropout):
        layers = [L.Conv2D(32, 5, padding="same", activation="relu"), L.MaxPooling2D(),
                  L.Conv2D(64, 2, padding="same", activation="relu"), L.MaxPooling2D()]
        return layers + [L.Dropout(0.25)] * dropout + [L.Flatten(), L.Dense(1000, activation="relu"), L.Dense(10, activation="softmax")]

    people = np.stack([rng.uniform(40, 110, 25), rng.uniform(20, 70, 25)], 1)
    points = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    flowers = rng.uniform(0, 7, (120, 4))
    nets = {
        "linreg": ([L.Dense(1)], O.RMSprop(0.001), "mean_squared_error", None, people, people @ [[0.4], [5.0]] + 80, 32),
        "xor": ([L.Dense(2, activation="sigmoid"), L.Dense(1, activation="sigmoid")], O.SGD(0.1), "mse", None,
                points, np.array([[0], [1], [1], [0]]), 1),
        "iris": ([L.Dense(32, activation="relu") for _ in range(3)] + [L.Dense(3, activation="softmax")],
                 O.Adam(), "categorical_crossentropy", ["accuracy"], flowers, np.eye(3)[rng.integers(0, 3, 120)], 32),
        "mnistmlp": ([L.Flatten(), L.Dense(1000, activation="relu"), L.Dense(10, activation="softmax")],
                     O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images, digits, 32),
        "mnistcnn": (conv(1), O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images[..., None], digits, 32),
        "noise": ([L.GaussianNoise(0.1), L.Conv2D(4, 3), L.SpatialDropout2D(0.25), L.Flatten(), L.Dense(10), L.Softmax()],
                  O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images[..., None], digits, 32),
        "layers": ([L.Reshape((28, -1, 1)), L.Rescaling(2.0, offset=-1.0), L.ZeroPadding2D(((1, 0), (0, 2))), L.Conv2D(4, 3, strides=3),
                    L.LeakyReLU(0.1), L.Conv2D(3, 3), L.ReLU(6.0, negative_slope=0.25, threshold=0.125), L.Flatten()]
                   + [L.Dense(8, activation=a) for a in ("elu", "selu", "gelu", "swish", "softplus", "softsign", "exponential", "leaky_relu", "relu6")]
                   + [L.Dense(8, activation=L.LeakyReLU(0.1)), L.ELU(0.5), L.Dense(10), L.Activation("softmax")],
                   O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images, digits, 32),
        "nodropout": (conv(0), O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images[..., None], digits, 32),
    }
    R = keras.regularizers
    nets["normalized"] = ([
        L.Conv2D(4, 5, strides=2, use_bias=False, kernel_regularizer=R.L2(0.01)), L.BatchNormalization(momentum=0.9),
        L.AveragePooling2D(2, padding="same"), L.Conv2D(6, 2, activation="relu"), L.GlobalAveragePooling2D(),
        L.Dense(8, activation="tanh", kernel_regularizer=R.L1L2(0.001, 0.002), bias_regularizer=R.L1(0.01)),
        L.BatchNormalization(scale=False, epsilon=0.01), L.Dense(10, activation="softmax")],
        O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images[..., None], digits, 32)
    frozen = [L.Conv2D(4, 5, activation="relu", trainable=False), L.BatchNormalization(trainable=False)]
    nets["frozen"] = (frozen + [
        L.BatchNormalization(center=False), L.GlobalMaxPooling2D(keepdims=True), L.Flatten(), L.Dense(10, activation="softmax")],
        O.Adam(), "sparse_categorical_crossentropy", ["accuracy"], images[..., None], digits, 32)
    for name, (layers, optimizer, loss, metrics, x, y, batch) in nets.items():
        x, y = x.astype("f4"), y.astype("f4")
        first = L.InputLayer(shape=x.shape[1:]) if three else L.InputLayer(input_shape=x.shape[1:])
        model = keras.Sequential([first] + layers)
        model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
        model.run_eagerly = True
        model.fit(x, y, epochs=2, batch_size=batch, shuffle=False, verbose=0)
        model.save(os.path.join(folder, name + ".keras"))  # first: saving an .h5 file makes Keras 3 forget the optimizer
        model.save(os.path.join(folder, name + ".h5"))
        record = {"batch": batch, "evaluation": evaluate(model, x, y), "weights": [], "after": []}
        for what, values in (("x", x), ("y", y), ("prediction", model.predict(x, verbose=0))):
            write(record, name, what, values)
        save_weights(record, name, "weight", model, record["weights"])
        if name not in drawing:
            model.fit(x, y, epochs=1, batch_size=batch, shuffle=False, verbose=0)
            save_weights(record, name, "after", model, record["after"])
        elif three:  # Keras 2 draws other masks
            record["seed"] = 5
            keras.utils.set_random_seed(5)
            model = keras.models.load_model(os.path.join(folder, name + ".keras"))
            model.run_eagerly = True
            model.fit(x, y, epochs=2, batch_size=batch, verbose=0)
            save_weights(record, name, "after", model, record["after"])
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(record, f)


def save_weights(record, name, what, model, shapes):
    for i, w in enumerate(model.get_weights()):
        write({}, name, f"{what}{i}", w)
        shapes.append(list(w.shape))


print("Keras", keras.__version__)
if command == "theirs":
    theirs()
else:
    for file in sorted(os.listdir(folder)):
        if file.endswith(".json"):
            ours(file[:-5])
sys.exit(failed)
