"""More golden values from real Keras, for corners that make_golden.py leaves out: strides larger than the kernel, windows
larger than the image, ties in a pool, every activation behind every cross-entropy, several outputs.

usage: make_more.py OUT_DIR SEED (beside make_golden.py, whose functions it uses)
"""
import os, sys
here = os.path.dirname(os.path.abspath(__file__))
source = open(os.path.join(here, "make_golden.py")).read()
sys.argv += ["", "", ""]  # make_golden.py's data files, which nothing here reads
exec(source[:source.index("\nfor act in (")])  # what dumps a layer
exec(source[source.index("O = keras.optimizers"):source.index("for name, o in (")])
exec(source[source.index("# 4. whole training runs"):source.index("d = np.loadtxt(bloodfat")])  # what dumps a run

for i, (h, w, kernel, strides, ci, co, pad, act) in enumerate((
        (9, 7, (3, 3), (3, 2), 2, 3, "same", "tanh"), (5, 5, (2, 2), (3, 3), 1, 2, "valid", "relu"),
        (6, 4, (5, 5), (1, 1), 3, 2, "same", "softmax"), (3, 3, (5, 5), (2, 2), 2, 2, "same", "linear"),
        (8, 8, (1, 1), (1, 1), 2, 3, "valid", "sigmoid"), (10, 3, (4, 2), (1, 2), 2, 3, "same", "relu"),
        (7, 7, (7, 7), (1, 1), 1, 3, "valid", "linear"))):
    layer_case(f"conv_corner_{i}", L.Conv2D(co, kernel, strides=strides, padding=pad, activation=act), rng.normal(size=(2, h, w, ci)))
for i, (h, w, pool, strides, pad) in enumerate((
        (7, 9, (3, 3), (1, 1), "same"), (5, 6, (2, 2), (3, 3), "valid"), (4, 4, (5, 4), (2, 2), "same"),
        (6, 5, (1, 1), (2, 2), "same"), (9, 9, (4, 4), (3, 2), "valid"))):
    layer_case(f"maxpool_corner_{i}", L.MaxPool2D(pool, strides, padding=pad), rng.normal(size=(2, h, w, 2)))
layer_case("maxpool_ties", L.MaxPool2D(2, 2), np.round(rng.normal(size=(2, 6, 6, 2))))
layer_case("maxpool_ties_same", L.MaxPool2D(3, 2, padding="same"), np.round(rng.normal(size=(2, 7, 6, 2))))

X, Y, ys = rng.normal(size=(13, 5)), (rng.uniform(size=(13, 3)) > .5).astype(float), rng.integers(0, 3, 13)


def net(*layers, loss, optimizer, metrics=("accuracy",), shape=(5,)):
    m = keras.Sequential([keras.Input(shape), *layers])
    m.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return m


for act in ("sigmoid", "softmax", "relu"):
    for loss, y in (("binary_crossentropy", Y), ("categorical_crossentropy", np.eye(3)[ys]), ("sparse_categorical_crossentropy", ys)):
        if act == "relu" and loss != "sparse_categorical_crossentropy":
            continue  # categorical: a row of zeros over its sum is NaN in Keras too; binary: Keras' float32 ends 2 % off its own float64
        run(f"pair_{act}_{loss}", net(L.Dense(7, activation="tanh"), L.Dense(3, activation=act, bias_initializer="ones"), loss=loss, optimizer=O.SGD(0.05)),
            X, y, batch_size=4, epochs=7)
run("pair_softmax_then_flatten", net(L.Dense(3, activation="softmax"), L.Flatten(), loss="categorical_crossentropy", optimizer=O.SGD(0.05)),
    X, np.eye(3)[ys], batch_size=4, epochs=7)
run("several_binary", net(L.Dense(7, activation="tanh"), L.Dense(3, activation="sigmoid"), loss="binary_crossentropy", optimizer=O.RMSprop(0.01), metrics=()),
    X, Y, batch_size=4, epochs=7)
run("several_mse", net(L.Dense(7, activation="relu"), L.Dense(3), loss="mse", optimizer=O.SGD(0.05, momentum=f32(0.8), nesterov=True), metrics=()),
    X, Y, batch_size=100, epochs=9)
run("one_binary", net(L.Dense(7, activation="softmax"), L.Dense(1, activation="sigmoid"), loss="binary_crossentropy", optimizer=O.Adagrad(0.1)),
    X, Y[:, :1], batch_size=5, epochs=9)
run("conv_corner", net(L.Conv2D(3, (3, 2), strides=(2, 1), activation="tanh"), L.MaxPool2D((2, 3), (1, 2), padding="same"),
                       L.Conv2D(4, 3, activation="sigmoid", padding="same", use_bias=False), L.Flatten(), L.Dense(6, activation="relu", use_bias=False),
                       L.Dense(3, activation="softmax"), loss="categorical_crossentropy", optimizer=O.AdamW(0.01, **ADAM), shape=(9, 8, 2)),
    rng.uniform(size=(13, 9, 8, 2)), np.eye(3)[ys], batch_size=4, epochs=5)
