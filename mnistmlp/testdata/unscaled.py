"""Trains the lecture's perceptron in real Keras, and validates it as the lecture does, on test digits that are not divided
by 255, and as it meant to.

usage: unscaled.py MNIST_DIR OUT.json [SEED]

MNIST_DIR has MNIST's four files, compressed by gzip. OUT.json has the history of the run and, under "scaled", loss and
accuracy of the same net on the divided test digits after each epoch.
"""
import gzip, json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow

folder, out, seed = sys.argv[1], sys.argv[2], int((sys.argv[3:] or ["1"])[0])


def idx(name, offset):
    with gzip.open(os.path.join(folder, name + ".gz")) as f:
        return np.frombuffer(f.read(), np.uint8, offset=offset)


X_train, X_test = (idx(n + "-images-idx3-ubyte", 16).reshape(-1, 28, 28) for n in ("train", "t10k"))
y_train, y_test = (idx(n + "-labels-idx1-ubyte", 8) for n in ("train", "t10k"))

X_train, x_test = X_train / 255, X_test / 255  # the lecture's line

keras.utils.set_random_seed(seed)
model = keras.Sequential([
    keras.Input((28, 28)), keras.layers.Flatten(),
    keras.layers.Dense(1000, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
scaled = []
beside = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: scaled.append(
    model.evaluate(x_test, y_test, batch_size=100, verbose=0)))
hist = model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=3, batch_size=100, verbose=0, callbacks=[beside])

with open(out, "w") as f:
    json.dump({"keras": keras.__version__, "tensorflow": tensorflow.__version__, "seed": seed,
               "history": hist.history, "scaled": scaled}, f, indent=1)
    f.write("\n")
print("epoch  x_test: loss  accuracy  X_test: val_loss  val_accuracy")
for i, (loss, accuracy) in enumerate(scaled):
    print(f"{i + 1:5}  {loss:12.4f}  {accuracy:8.4f}  {hist.history['val_loss'][i]:16.4f}  {hist.history['val_accuracy'][i]:12.4f}")
