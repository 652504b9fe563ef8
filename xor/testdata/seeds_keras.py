"""Trains the lecture's XOR net in real Keras from many seeds, as `xor -study seeds` does: which of them solve it?

usage: seeds_keras.py OUT.json FIRST LAST

A seed solves it if all four answers are within 0.5 of their targets after 5,000 epochs of SGD at 0.1, a row a step.

model.fit(X, Y, batch_size=1) spends a minute on 1,000 epochs, nearly all of it between the steps. So the rows, in the order that
Keras' own adapter gives them, which is the same in every epoch, are one data set, and each call of TensorFlow makes many steps.
For the first seed 300 epochs are trained in both ways first: weights and loss must be equal to the bit.
"""
import json, os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np
import tensorflow as tf
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

EPOCHS, CHECKED, STEPS = 5000, 300, 2000
X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
Y = np.array([[0], [1], [1], [0]])


def compiled(seed, **kwargs):
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([
        keras.Input((2,)), keras.layers.Dense(2, activation="sigmoid"), keras.layers.Dense(1, activation="sigmoid")])
    net.compile(keras.optimizers.SGD(0.1), "mse", **kwargs)
    return net


def plainly(seed, epochs):
    net = compiled(seed)
    return net, net.fit(X, Y, epochs=epochs, batch_size=1, verbose=0).history["loss"][-1]


def fast(seed, epochs):
    """The net, and the loss of the last epoch."""
    net = compiled(seed, steps_per_execution=STEPS)
    x, y = (tf.concat(column, 0) for column in zip(*ArrayDataAdapter(X, Y, batch_size=1, shuffle=True).get_tf_dataset()))
    epoch = tf.data.Dataset.from_tensor_slices((x, y)).batch(1)
    net.fit(epoch.repeat(epochs - 1), shuffle=False, verbose=0)
    return net, net.fit(epoch, shuffle=False, verbose=0).history["loss"][0]


out, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
(one, loss), (two, same) = plainly(first, CHECKED), fast(first, CHECKED)
assert loss == same and all((a == b).all() for a, b in zip(one.get_weights(), two.get_weights())), (loss, same)
print(f"seed {first}: the same weights and loss after {CHECKED} epochs in both ways", flush=True)
seeds = []
for seed in range(first, last + 1):
    keras.backend.clear_session()
    start = time.perf_counter()
    net, loss = fast(seed, EPOCHS)
    answers = net.predict(X, verbose=0)
    solved = bool((abs(answers - Y) < 0.5).all())
    seeds.append({"seed": seed, "solved": solved, "loss": loss, "answers": answers.ravel().astype(float).tolist()})
    print(f"seed {seed}: {'' if solved else 'not '}solved, loss {loss:.4f}, {time.perf_counter() - start:.0f} s", flush=True)
with open(out, "w") as f:
    head = {"keras": keras.__version__, "tensorflow": tf.__version__, "epochs": EPOCHS, "learning_rate": 0.1, "batch": 1,
            "solved": sum(s["solved"] for s in seeds)}
    f.write(json.dumps(head)[:-1] + ', "seeds": [\n' + ",\n".join(json.dumps(s) for s in seeds) + "\n]}\n")
