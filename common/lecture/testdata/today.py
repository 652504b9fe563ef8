"""Runs lines of the lecture, and of Keras programs of its time, in today's libraries, and prints the rows of ../today.md: the
line, what Python says to it, and a line that runs without a word.

usage: today.py    (make test-today, with the libraries of common/keras/testdata/kerastoday.txt)

Exits with 1 if the page has other rows or versions, or if a line that should run says something.
"""
import logging, os, pathlib, platform, sys, tempfile, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["MPLBACKEND"] = "Agg"
import absl.logging
import keras, matplotlib, numpy, sklearn, tensorflow

IMPORTS = """
import random
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, Flatten
from keras.optimizers import SGD, Adam
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder
plt.close("all")
"""
XOR = """
X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
y = np.array([[0], [1], [1], [0]])
model = Sequential([Input((2,)), Dense(2, activation="sigmoid"), Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="mse")
"""
IRIS = """
X, y = load_iris(return_X_y=True)
onehot = np.eye(3)[y]
model = Sequential([Input((4,)), Dense(3, activation="softmax")])
"""
CLASSES = IRIS + """
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""
SPARSE = IRIS + """
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
hist = model.fit(X, y, validation_data=(X, y), verbose=0)
X_train, X_test, y_train, y_test = X, X, y, y
def batches():
    yield X, y
"""
FIGURE = "fig = plt.figure(figsize=(12, 12))"
AXES = FIGURE + """
ax = fig.add_subplot(111, projection="3d")
"""

# what a line needs, the line, and what to write in its place
LECTURE = [
    ("linreg, xor, iris", "", "Dense(1, input_shape=(2,))", "Sequential([Input((2,)), Dense(1)])"),
    ("mnistmlp", "", "Flatten(input_shape=(28, 28))", "Sequential([Input((28, 28)), Flatten()])"),
    ("mnistcnn", "", "Conv2D(32, 5, input_shape=(28, 28, 1))", "Sequential([Input((28, 28, 1)), Conv2D(32, 5)])"),
    ("xor", "", "SGD(lr=0.1)", "SGD(learning_rate=0.1)"),
    ("iris", "", 'OneHotEncoder(sparse=False, handle_unknown="ignore")',
     'OneHotEncoder(sparse_output=False, handle_unknown="ignore")'),
    ("mnistcnn", SPARSE, 'model.save("MNIST_CNN_model.h5")', 'model.save("MNIST_CNN_model.keras")'),
    ("mnistcnn", SPARSE + 'model.save("MNIST_CNN_model.keras"); model.save("MNIST_CNN_model.h5")',
     'keras.models.load_model("MNIST_CNN_model.h5")', 'keras.models.load_model("MNIST_CNN_model.keras")'),
]
OLDER = [
    ("", XOR, "X = [[0, 0], [1, 0], [0, 1], [1, 1]]; model.fit(X, y)",
     "X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]); model.fit(X, y)"),
    ("", XOR, "model.predict([[84, 46]])", "model.predict(np.array([[84, 46]]))"),
    ("", SPARSE, "model.predict_classes(X_test)", "np.argmax(model.predict(X_test), axis=1)"),
    ("", SPARSE, 'hist.history["acc"]', 'hist.history["accuracy"]'),
    ("", CLASSES, 'model.fit(X, y) # "categorical_crossentropy"', "model.fit(X, np.eye(3)[y])"),
    ("", SPARSE, 'model.fit(X, onehot) # "sparse_categorical_crossentropy"', "model.fit(X, np.argmax(onehot, axis=1))"),
    ("", SPARSE, "model.fit_generator(batches(), steps_per_epoch=1)", "model.fit(batches(), steps_per_epoch=1, shuffle=False)"),
    ("", "", "Adam(learning_rate=0.001, decay=1e-6)",
     "Adam(keras.optimizers.schedules.InverseTimeDecay(0.001, decay_steps=1, decay_rate=1e-6))"),
    ("", "", "from keras.utils.np_utils import to_categorical", "from keras.utils import to_categorical"),
    ("", "", "from keras.layers.convolutional import Conv2D", "from keras.layers import Conv2D"),
    ("", XOR, 'model.save("xor")', 'model.save("xor.keras")'),
    ("", XOR + 'model.save("xor.keras"); model.save("xor.h5")', 'keras.models.load_model("xor.h5") # loss="mse"',
     'keras.models.load_model("xor.keras")'),
    ("", "", "np.array([1.0], dtype=np.float)", "np.array([1.0], dtype=float)"),
    ("", "", "float(np.array([0.5]))", "np.array([0.5]).item()"),
    ("", FIGURE, 'ax = fig.gca(projection="3d")', 'ax = fig.add_subplot(projection="3d")'),
    ("", "", 'plt.style.use("seaborn")', 'plt.style.use("seaborn-v0_8")'),
]
# lines of the lecture that run without a word as they are
STILL = [
    (AXES, "ax.scatter([84], [46], [354]); ax.set_xlabel('Weight'); ax.view_init(15, 15)"),
    (XOR, 'model.compile(optimizer="rmsprop", loss="mse"); model.fit(X, y, epochs=2, batch_size=1); model.get_weights()'),
    (IRIS, "train_test_split(X, onehot, test_size=0.2, random_state=13)"),
    (CLASSES, "model.fit(X, onehot, epochs=2); model.evaluate(X, onehot, verbose=2); model.summary()"),
    (IRIS, "model.compile(loss='sparse_categorical_crossentropy', metrics=['acc']); model.fit(X, y).history['acc']"),
    (SPARSE, "for name in 'loss', 'val_loss', 'accuracy', 'val_accuracy': plt.plot(hist.history[name], label=name)"),
    ("wrong = [8, 33]", "random.choices(population=wrong, k=16)"),
    (FIGURE, "plt.subplot(4, 4, 1); plt.imshow(np.zeros((28, 28)), cmap='Greys'); plt.title('Label : 4 | predict : 9'); plt.axis('off')"),
    ("W = 2 * np.random.random((1, 3)) - 1", "1 / (1 + np.exp(-np.matmul(W, np.array([0, 0, 1]))))"),
]


class Words(logging.Handler):
    """Keeps what Keras says by way of absl."""

    said = []

    def emit(self, record):
        self.said.append(f"{record.levelname}: {record.getMessage().strip()}")


def say(before, line):
    """The first line of what Python says to the line when nothing is set otherwise, "" if nothing."""
    space = {}
    exec(IMPORTS + before, space)
    Words.said.clear()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for hidden in DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning:
                warnings.simplefilter("ignore", hidden)
            exec(line, space)
        said = [f"{w.category.__name__}: {w.message}" for w in caught] + Words.said
    except Exception as error:
        said = [f"{type(error).__name__}: {error}"]
    return said[0].split("\n")[0] if said else ""


def code(text):
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def wrong(text):
    global failed
    failed = True
    print("WRONG:", text, file=sys.stderr)


failed = False
os.chdir(tempfile.mkdtemp())
keras.utils.disable_interactive_logging()
absl.logging.get_absl_logger().handlers = [Words()]
absl.logging.get_absl_logger().propagate = False
page = (pathlib.Path(__file__).resolve().parent.parent / "today.md").read_text(encoding="utf-8")
lines = [f"Python {'.'.join(platform.python_version_tuple()[:2])}, Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, "
         f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}, matplotlib {matplotlib.__version__}"]
for rows in LECTURE, OLDER:
    lines.append("")
    for program, before, line, instead in rows:
        message, more = say(before, line), say(before, instead)
        lines.append("| " + " | ".join([program] * bool(program) + [code(line), code(message), code(instead)]) + " |")
        if not message:
            wrong(f"{line} runs without a word")
        if more:
            wrong(f"{instead}: {more}")
for before, line in STILL:
    message = say(before, line)
    if message:
        wrong(f"{line}: {message}")
for line in lines:
    print(line)
    if line not in page:
        wrong(f"the page has not this line: {line}")
for line in page.splitlines():
    if line.startswith("| ") and any(kind in line for kind in ("Error: ", "Warning: ", "WARNING: ")) and line not in lines:
        wrong(f"the page has a line of its own: {line}")
sys.exit(failed)
