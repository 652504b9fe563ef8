"""What Python, Keras and TensorFlow draw from 20 seeds: SHA-256 of 10,000 numbers of each kind as little-endian bytes,
or the first numbers where only TensorFlow's C library has the last bits.

usage: make_random.py PYTHON_OF_KERAS_2 > random.json      (Keras 3 on TensorFlow, CPU, Linux)
"""
import hashlib, json, os, platform, random, subprocess, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

SEEDS = [0, 1, 2, 3, 7, 13, 42, 255, 1234, 12345, 65536, 144272510, 10**9, 2**31 - 3, 2**31 - 2, 2**31 - 1, 2**31, 3735928559,
         2**32 - 2, 2**32 - 1]
COUNT, LIST, RATE, CALLS, EPOCHS = 10_000, 1_000, 0.25, (0, 1, 1000), 3
SHAPE = (50, 200)  # of the kernel that has COUNT weights
LIMIT = (6 / sum(SHAPE)) ** 0.5


def digest(numbers, dtype):
    return hashlib.sha256(np.ascontiguousarray(numbers, np.dtype(dtype).newbyteorder("<")).tobytes()).hexdigest()


class Recorder(keras.Model):
    """The order in which fit hands over the rows."""

    def __init__(self):
        super().__init__()
        self.rows = tf.Variable(np.zeros(COUNT, np.int64), trainable=False)
        self.at = tf.Variable(0, trainable=False)
        self.built = True

    def train_step(self, data):
        rows = tf.reshape(tf.nest.flatten(data)[0], [-1])
        end = self.at + tf.size(rows)
        self.rows[self.at:end].assign(rows)
        self.at.assign(end % COUNT)
        return {"loss": 0.0}


def orders(seed):
    """Digests of the order of rows in each epoch of a fit, as uint32."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model, digests = Recorder(), []
    model.compile()

    class EndOfEpoch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            rows = model.rows.numpy()
            assert sorted(rows) == list(range(COUNT))
            digests.append(digest(rows, "u4"))

    model.fit(np.arange(COUNT).reshape(-1, 1), epochs=EPOCHS, batch_size=96, verbose=0, callbacks=[EndOfEpoch()])
    return digests


def versions():
    return {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__,
            "python": platform.python_version(), "libc": " ".join(platform.libc_ver())}


if sys.argv[1] == "orders":
    json.dump({"made_by": versions(), "orders": [orders(s) for s in SEEDS]}, sys.stdout)
    sys.exit()


def generator(seed, call):
    g = keras.random.SeedGenerator(seed)
    g.state.assign([seed, call])
    return g


def kept(seed, call, dtype):
    out = keras.random.dropout(tf.ones(COUNT, dtype), RATE, seed=generator(seed, call)).numpy()
    assert set(out) <= {0, np.ones((), dtype) / np.asarray(1 - RATE, dtype)}
    return digest(out != 0, "u1")


def layers(seed, call, dtype):
    """What the layers make of the numbers -1, -0.9998, ... while training."""
    x = tf.constant((np.arange(COUNT) - COUNT // 2) / (COUNT // 2), dtype)
    for layer in (keras.layers.GaussianNoise(0.1, seed=seed), keras.layers.GaussianDropout(0.1, seed=seed),
                  keras.layers.AlphaDropout(0.1, seed=seed)):
        layer.seed_generator.state.assign([seed, call])
        yield layer.name.rstrip("_0123456789"), tf.function(lambda x: layer(x, training=True))(x).numpy()


def initializers(seed):
    I = keras.initializers
    for name, initializer in (
            ("random_normal", I.RandomNormal(0.1, 0.05, seed)), ("truncated_normal", I.TruncatedNormal(0.1, 0.05, seed)),
            ("glorot_normal", I.GlorotNormal(seed)), ("he_normal", I.HeNormal(seed)), ("lecun_normal", I.LecunNormal(seed)),
            ("untruncated", I.VarianceScaling(2.0, "fan_out", "untruncated_normal", seed))):
        yield name, initializer(SHAPE).numpy().reshape(-1)


def draws(seed):
    record = {"seed": seed}
    random.seed(seed)
    record["randint"] = digest([random.randint(1, 10**9) for _ in range(COUNT)], "u4")
    random.seed(seed)
    record["choices"] = digest(random.choices(range(LIST), k=COUNT), "u4")
    for dtype in ("float32", "float64"):
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        single = dtype == "float32"
        r = keras.random
        record[dtype] = {
            "uniform": digest(r.uniform((COUNT,), -LIMIT, LIMIT, seed=seed), dtype),
            "dropout": [kept(seed, t, dtype) for t in CALLS],
        }
        for name, numbers, n in [
                ("normal", r.normal((COUNT,), seed=seed), 50), ("truncated", r.truncated_normal((COUNT,), seed=seed), 50),
                *[(*pair, 6) for pair in initializers(seed)], *[(*pair, 6) for pair in layers(seed, 1, dtype)]]:
            numbers = np.asarray(numbers)
            assert numbers.dtype == dtype
            # sin, cos and log of float64 are the C library's
            exact = single or name == "alpha_dropout"
            record[dtype][name] = digest(numbers, dtype) if exact else numbers[:n].tolist()
    return record


two = json.loads(subprocess.run([sys.argv[1], __file__, "orders"], check=True, capture_output=True).stdout)
record = {"made_by": [versions(), two["made_by"]], "count": COUNT, "list": LIST, "limit": LIMIT, "rate": RATE, "calls": CALLS,
          "shape": SHAPE}
seeds = [json.dumps(draws(seed) | {"orders": orders(seed), "orders2": order2}) for seed, order2 in zip(SEEDS, two["orders"])]
print(json.dumps(record)[:-1] + ',\n"seeds": [\n' + ",\n".join(seeds) + "\n]}")
