"""Runs lines of the lecture, and of Keras programs of its time, in today's libraries, and prints what becomes of them as the
tables of ../today.md: what Python says to the line, its first line where there are more, and a line that runs.

usage: today.py

Exits with 1 if a line of the second kind does not run without a word, or if a row of the page differs.
"""
import logging, os, pathlib, platform, sys, tempfile, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["MPLBACKEND"] = "Agg"
import absl.logging
import keras, matplotlib, numpy, sklearn, tensorflow

IMPORTS = """
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import Input, Sequential
from keras.layers import Dense, Flatten
from keras.optimizers import SGD, Adam
"""
XOR = """
X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
y = np.array([[0], [1], [1], [0]])
model = Sequential([Input((2,)), Dense(2, activation="sigmoid"), Dense(1, activation="sigmoid")])
model.compile(loss="mse")
"""
IRIS = """
from sklearn.datasets import load_iris
from sklearn.preprocessing import OneHotEncoder
X, y = load_iris(return_X_y=True)
onehot = np.eye(3)[y]
model = Sequential([Input((4,)), Dense(3, activation="softmax")])
"""
CLASSES = IRIS + """model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
"""
SPARSE = IRIS + """model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
hist = model.fit(X, y, verbose=0)
X_train, X_test, y_train, y_test = X, X, y, y
"""
FIGURE = """
fig = plt.figure()
"""

# what a line needs, the line, and what to write in its place
LECTURE = [
    ("linreg", "", "Dense(1, input_shape=(2,))", "Sequential([Input((2,)), Dense(1)])"),
    ("linreg", XOR, "model.predict([[84, 46]])", "model.predict(np.array([[84, 46]]))"),
    ("xor", "", "SGD(lr=0.1)", "SGD(learning_rate=0.1)"),
    ("xor", XOR, "model.fit([[0, 0], [1, 0], [0, 1], [1, 1]], [[0], [1], [1], [0]])", "model.fit(np.array(X), np.array(y))"),
    ("iris", IRIS, 'OneHotEncoder(sparse=False, handle_unknown="ignore")',
     'OneHotEncoder(sparse_output=False, handle_unknown="ignore")'),
    ("mnistmlp", "", "Flatten(input_shape=(28, 28))", "Input((28, 28)), Flatten()"),
    ("mnistcnn", XOR, 'model.save("MNIST_CNN_model.h5")', 'model.save("MNIST_CNN_model.keras")'),
]
OLDER = [
    ("", XOR, 'model.save("xor.h5"); keras.models.load_model("xor.h5")', 'model.save("xor.keras"); keras.models.load_model("xor.keras")'),
    ("", SPARSE, "model.predict_classes(X_test)", "np.argmax(model.predict(X_test), axis=1)"),
    ("", SPARSE, 'hist.history["acc"]', 'hist.history["accuracy"]'),
    ("", CLASSES, "model.fit(X, y)", "model.fit(X, onehot)"),
    ("", SPARSE, "model.fit(X, onehot)", "model.fit(X, y)"),
    ("", "", "Adam(learning_rate=0.001, decay=1e-6)",
     "Adam(keras.optimizers.schedules.InverseTimeDecay(0.001, 1, 1e-6))"),
    ("", "", "from keras.utils import np_utils", "from keras.utils import to_categorical"),
    ("", "", "from keras.layers.convolutional import Conv2D", "from keras.layers import Conv2D"),
    ("", SPARSE, "model.fit_generator(iter([(X, y)]), steps_per_epoch=1)", "model.fit(iter([(X, y)]), steps_per_epoch=1)"),
    ("", XOR, 'model.save("xor")', 'model.save("xor.keras")'),
    ("", "", "np.array([1.0], dtype=np.float)", "np.array([1.0], dtype=float)"),
    ("", "", "float(np.array([0.5]))", "float(np.array([0.5])[0])"),
    ("", FIGURE, 'fig.gca(projection="3d")', 'fig.add_subplot(projection="3d")'),
    ("", "", 'plt.style.use("seaborn")', 'plt.style.use("seaborn-v0_8")'),
]


class Words(logging.Handler):
    """What Keras says by way of absl."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append(f"{record.levelname}: {record.getMessage()}")


def say(before, line):
    """What Python says to the line, "" if nothing."""
    space, words = {}, Words()
    exec(IMPORTS + before, space)
    logger = absl.logging.get_absl_logger()
    logger.addHandler(words)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                exec(line, space)
            except Exception as error:
                return f"{type(error).__name__}: {error}"
    finally:
        logger.removeHandler(words)
    said = [f"{w.category.__name__}: {w.message}" for w in caught] + words.said
    return said[0] if said else ""


def code(text):
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


os.chdir(tempfile.mkdtemp())
page = pathlib.Path(__file__).resolve().parent.parent / "today.md"
keras.utils.disable_interactive_logging()
failed = False
print(f"Python {platform.python_version()}, Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, "
      f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}, matplotlib {matplotlib.__version__}")
said = page.read_text(encoding="utf-8") if page.exists() else ""
for title, rows in ("| in | the lecture's line | what Python says | a line that runs |", LECTURE), (
        "| an older line | what Python says | a line that runs |", OLDER):
    print(f"\n{title}")
    print("| " + "--- | " * (title.count("|") - 1))
    for program, before, line, instead in rows:
        first = say(before, line).split("\n")[0]
        cells = [program] if program else []
        row = "| " + " | ".join(cells + [code(line), code(first), code(instead)]) + " |"
        print(row)
        problem = say(before, instead)
        if not first:
            print(f"WRONG: {line} runs without a word", file=sys.stderr)
        if problem:
            print(f"WRONG: {instead}: {problem}", file=sys.stderr)
        if row not in said:
            print(f"WRONG: the page has another row for {line}", file=sys.stderr)
        failed |= not first or bool(problem) or row not in said
sys.exit(failed)
