"""Saves small models in the middle of their training as .keras files, with what real Keras predicts, and with the weights
that it reaches when it trains on for two more epochs.

usage: make_keras.py OUT_DIR PREFIX   (run once under Keras 3 and once under Keras 2.15)

Under Keras 3 it also writes
    PREFIX_deflated.keras      PREFIX_adam.keras with deflated members, another one, and no metadata.json
and under Keras 2.15
    PREFIX_dependencies.keras  PREFIX_adam.keras with the name that Keras 2.13 gives to the group of layers
"""
import io, json, os, shutil, sys, zipfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import h5py
import keras
import numpy as np

out, prefix = sys.argv[1:]
three = keras.__version__.startswith("3.")
L, O = keras.layers, keras.optimizers
keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)

optimizers = {
    "sgd": O.SGD(0.05),
    "momentum": O.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": O.RMSprop(0.01),
    "adagrad": O.Adagrad(0.05),
    "adam": O.Adam(0.01),
    "adamw": O.AdamW(0.01),
    "named_sgd": "sgd",  # Keras 2 keeps the name
    "named_adam": "adam",
    "adadelta": O.Adadelta(1.0),
    "amsgrad": O.Adam(0.01, beta_2=0.75, amsgrad=True),
    "schedule": O.Adam(O.schedules.ExponentialDecay(0.01, 5, 0.75)),
    "nested": O.Adam(0.01),  # a chain that is a Functional, with a Sequential in it
}
if three:  # Keras 2 has another rule
    optimizers["nadam"] = O.Nadam(0.01)
optimizers["adamax"] = O.Adamax(0.01)


def tensor(a):
    return {"shape": list(a.shape), "data": np.asarray(a, "f8").reshape(-1).tolist()}


def rewrite(source, target, change, **zip_options):
    """Copies the members that change, a function of their name and content, returns."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", **zip_options) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)


def with_dependencies(name, content):
    if not name.endswith(".h5"):
        return content
    file = io.BytesIO(content)
    with h5py.File(file, "r+") as f:
        f.move("layers", "_layer_checkpoint_dependencies")
    return file.getvalue()


x = rng.uniform(size=(14, 6, 6, 2)).astype("f4")
y = rng.integers(0, 3, 14).astype("f4")
for name, optimizer in optimizers.items():
    first = L.InputLayer(shape=x.shape[1:]) if three else L.InputLayer(input_shape=x.shape[1:])
    model = keras.Sequential([
        first, L.Conv2D(3, (3, 2), strides=(2, 1), activation="relu"), L.MaxPool2D(2, padding="same"), L.Flatten(),
        L.Dense(4, activation="tanh", name="a_name"), L.Dropout(0.0), L.Dense(3, activation="softmax")])
    if name == "nested":
        inner = keras.Sequential([
            L.InputLayer(shape=(4,)) if three else L.InputLayer(input_shape=(4,)),
            L.Dense(4, activation="relu"), L.Dense(4, activation="tanh")])
        start = keras.Input(x.shape[1:])
        middle = inner(L.Dense(4)(L.Flatten()(start)))
        model = keras.Model(start, L.Dense(3, activation="softmax")(L.Dense(4)(middle)))
    losses, metrics = keras.losses, keras.metrics
    loss, metric = {
        "sgd": (losses.sparse_categorical_crossentropy, "accuracy"),  # a function
        "momentum": ("sparse_categorical_crossentropy", metrics.SparseCategoricalAccuracy(name="accuracy")),
    }.get(name, (losses.SparseCategoricalCrossentropy(), "accuracy"))
    model.compile(optimizer=optimizer, loss=loss, metrics=[metric])
    fit = lambda: model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
    fit()
    path = os.path.join(out, f"{prefix}_{name}")
    model.save(path + ".keras")
    record = {"keras": keras.__version__, "x": tensor(x), "y": tensor(y), "epochs": 2, "batch": 5,
              "prediction": tensor(model.predict(x, verbose=0)), "evaluation": model.evaluate(x, y, verbose=0),
              "weights": [tensor(w) for w in model.get_weights()]}
    copies = []
    if name == "adam" and three:
        copies.append(os.path.join(out, prefix + "_deflated"))
        rewrite(path + ".keras", copies[0] + ".keras", lambda name, content: None if name.startswith("metadata") else content,
                compression=zipfile.ZIP_DEFLATED)
        with zipfile.ZipFile(copies[0] + ".keras", "a") as f:
            f.writestr("assets/note.txt", "ignored")
    elif name == "adam":
        copies.append(os.path.join(out, prefix + "_dependencies"))
        rewrite(path + ".keras", copies[0] + ".keras", with_dependencies)
    fit()
    record["after"] = [tensor(w) for w in model.get_weights()]
    for path in [path] + copies:
        with open(path + ".json", "w") as f:
            json.dump(record, f)
