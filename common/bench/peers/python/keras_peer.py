"""The lecture's nets in Keras on TensorFlow, with and without XLA (forms jit and plain)."""

import time

import keras
import tensorflow
from keras import layers

import lecture

args = lecture.arguments(["plain", "jit"])
lecture.say(versions={"keras": keras.__version__, "tensorflow": tensorflow.__version__})
batch = lecture.BATCH[args.work]


def compiled(net, optimizer, loss, metrics):
    net.compile(optimizer=optimizer, loss=loss, metrics=metrics, jit_compile=args.form == "jit")
    return net


class Epochs(keras.callbacks.Callback):
    """Times the epochs after the first one, which compiles."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            lecture.mark("first step begins")

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 0:
            lecture.mark("first step done")
            self.start = time.perf_counter()

    def on_train_end(self, logs=None):
        lecture.say(timed="epochs", epochs=args.epochs - 1, seconds=time.perf_counter() - self.start)


class Parts(keras.callbacks.Callback):
    """Times training and validation of each epoch. The last one starts from the untrained weights again."""

    def __init__(self, steps, untrained):
        super().__init__()
        self.steps, self.untrained = steps, untrained

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == args.parts:
            self.model.set_weights(self.untrained)
            for variable in self.model.optimizer.variables:
                if variable.name != "learning_rate":
                    variable.assign(keras.ops.zeros_like(variable))
        self.start = time.perf_counter()

    def on_test_begin(self, logs=None):
        self.between = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        lecture.timed(self.steps, self.between - self.start, 10000, time.perf_counter() - self.between,
                      epoch == args.parts)


def small():
    if args.work == "xor":
        x, y = lecture.xor()
        validation = None
        net = keras.Sequential([layers.Input((2,)), layers.Dense(2, "sigmoid"), layers.Dense(1, "sigmoid")])
        compiled(net, keras.optimizers.SGD(0.1), "mse", None)
    else:
        (x, y), validation = lecture.iris(args.iris)
        net = keras.Sequential([layers.Input((4,)), layers.Dense(32, "relu"), layers.Dense(32, "relu"),
                                layers.Dense(32, "relu"), layers.Dense(3, "softmax")])
        compiled(net, "adam", "categorical_crossentropy", ["accuracy"])
    history = net.fit(x, y, batch_size=batch, epochs=args.epochs, verbose=0, validation_data=validation,
                      callbacks=[Epochs()]).history
    lecture.learned(history["loss"][-1], history.get("val_accuracy", [0])[-1])


def digits():
    before, rows, wanted = lecture.rows(args)
    (x, y), validation = lecture.mnist(args.mnist, wanted)
    if args.work == "mlp":
        body = [layers.Flatten()]
    else:
        body = [layers.Conv2D(32, 5, padding="same", activation="relu"), layers.MaxPool2D(),
                layers.Conv2D(64, 2, padding="same", activation="relu"), layers.MaxPool2D(),
                layers.Dropout(0.25), layers.Flatten()]
    net = keras.Sequential([layers.Input((28, 28, 1)), *body, layers.Dense(1000, "relu"),
                            layers.Dense(10, "softmax")])
    compiled(net, "adam", "sparse_categorical_crossentropy", ["accuracy"])
    untrained = net.get_weights()
    lecture.mark("first step begins")
    net.fit(x[:batch], y[:batch], batch_size=batch, verbose=0)
    lecture.mark("first step done")

    def fit(rows, epochs, callbacks):
        return net.fit(x[:rows], y[:rows], batch_size=batch, epochs=epochs, verbose=0, validation_data=validation,
                       validation_batch_size=lecture.VALIDATION_ROWS, callbacks=callbacks).history

    fit(before, 1, None)
    history = fit(rows, args.parts + 1, [Parts(-(-(rows or len(x)) // batch), untrained)])
    # the last epoch starts from untrained weights
    lecture.learned(history["loss"][-2], history["val_accuracy"][-2])


digits() if args.work in ("mlp", "cnn") else small()
