"""Saves small models in the forms that files of Keras have beside a Sequential with a loss by its name, with what real Keras
predicts, measures, and reaches when it trains on.

usage: make_forms.py OUT_DIR PREFIX   (run once under Keras 3 and once under Keras 2.15)
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np

out, prefix = sys.argv[1:]
three = keras.__version__.startswith("3.")
L, S = keras.layers, keras.Sequential
keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
sparse = "sparse_categorical_crossentropy"


def tensor(a):
    return {"shape": list(a.shape), "data": a.reshape(-1).tolist()}


def chain():
    x = i = keras.Input((6, 6, 2))
    for layer in [L.Conv2D(3, (3, 2), activation="relu"), L.MaxPooling2D(2, padding="same"), L.Dropout(0.0), L.Flatten(),
                  L.Dense(3, activation="softmax")]:
        x = layer(x)
    return keras.Model(i, x)


def functional(*layers, shape=(4,)):
    x = i = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(i, x)


def nested():
    inner = S([keras.Input((5,)), L.Dense(6, activation="tanh"), functional(L.Dense(4), L.Dense(4, use_bias=False), shape=(6,))])
    return S([functional(L.Dense(5, activation="relu")), inner, L.Dropout(0.0), L.Dense(3, activation="softmax")])


def dense(units=3, activation=None):
    return S([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(units, activation=activation, name="out")])


def named(activation=None):  # a Sequential of Keras 3 takes no names of outputs
    return functional(L.Dense(5, activation="tanh"), L.Dense(3, activation=activation, name="out"))


classes = lambda: rng.integers(0, 3, 14).astype("f4")
one_hot = lambda: np.eye(3, dtype="f4")[rng.integers(0, 3, 14)]
numbers = lambda: rng.uniform(size=(14, 3)).astype("f4")
K = keras.losses
models = {  # a model, its loss and other settings, its targets
    "functional": (chain(), dict(loss=sparse, metrics=["accuracy"]), classes()),
    "nested": (nested(), dict(loss=sparse, metrics=["accuracy"]), classes()),
    "functional_nested": (functional(nested(), L.Dense(3, activation="softmax")), dict(loss=sparse), classes()),
    "logits_sparse": (dense(), dict(loss=K.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]), classes()),
    "logits_categorical": (dense(), dict(loss=K.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"]), one_hot()),
    "logits_binary": (dense(1), dict(loss=K.BinaryCrossentropy(from_logits=True), metrics=["accuracy"]),
                      rng.integers(0, 2, (14, 1)).astype("f4")),
    "logits_softmax": (dense(3, "softmax"), dict(loss=K.SparseCategoricalCrossentropy(from_logits=True)), classes()),
    "weight_list": (dense(), dict(loss="mse", loss_weights=[0.25]), numbers()),
    "weight_name": (named(), dict(loss={"out": "mse"}, loss_weights={"out": 3}), numbers()),
    "weight_logits": (dense(), dict(loss=[K.SparseCategoricalCrossentropy(from_logits=True)], loss_weights=[2.0],
                                    metrics=["accuracy"]), classes()),
    "loss_function": (dense(), dict(loss=K.mean_squared_error), numbers()),
    "metrics": (named("softmax"), dict(loss=sparse, metrics={"out": ["accuracy", "sparse_top_k_categorical_accuracy"]}), classes()),
    "unknown_loss": (dense(), dict(loss="huber", metrics=["mae", keras.metrics.RootMeanSquaredError()]), numbers()),
}
for name, (model, settings, y) in models.items():
    x = rng.uniform(size=(14, *model.input_shape[1:])).astype("f4")
    model.compile(optimizer=keras.optimizers.SGD(0.05), **settings)
    path = os.path.join(out, f"{prefix}_{name}")
    record = {"keras": keras.__version__, "x": tensor(x), "y": tensor(y), "epochs": 2, "batch": 5,
              "prediction": tensor(model.predict(x, verbose=0)),
              "evaluation": np.atleast_1d(model.evaluate(x, y, verbose=0)).tolist()}
    model.save(path + ".h5")  # after the evaluation: before it Keras 2 takes the accuracy for the categorical one
    model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
    record["after"] = [tensor(w) for w in model.get_weights()]
    with open(path + ".json", "w") as f:
        json.dump(record, f)

model = chain()
x = rng.uniform(size=(3, 6, 6, 2)).astype("f4")
record = {"keras": keras.__version__, "x": tensor(x), "prediction": tensor(model.predict(x, verbose=0))}
for name in ["only.weights.h5"] + ([] if three else ["only.h5"]):
    model.save_weights(os.path.join(out, "weights", f"{prefix}_{name}"))
with open(os.path.join(out, "weights", f"{prefix}.json"), "w") as f:
    json.dump(record, f)
