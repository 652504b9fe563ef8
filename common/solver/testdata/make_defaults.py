"""What Keras' optimizers do with their default rates, which no float32 holds, in float64 and in float32.

usage: make_defaults.py OUT_DIR      (Keras 3 on TensorFlow, CPU)
The files are like optimizer_*.json of the golden folder. There the decay rates were rounded to float32 beforehand; here
they are as a program gives them, so the files show where Keras rounds.
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf, keras
O = keras.optimizers


def arr(a):
    return {"shape": list(a.shape), "data": np.asarray(a, np.float64).reshape(-1).tolist()}


for floatx in ("float64", "float32"):
    keras.config.set_floatx(floatx)
    rng = np.random.default_rng(3)
    for name, o in (("sgd_momentum", O.SGD(0.1, momentum=0.9)), ("sgd_nesterov", O.SGD(0.1, momentum=0.9, nesterov=True)),
                    ("rmsprop", O.RMSprop()), ("adagrad", O.Adagrad()), ("adam", O.Adam()), ("adamw", O.AdamW()), ("adamax", O.Adamax())):
        w = keras.Variable(rng.normal(size=(3, 4)).astype(floatx), dtype=floatx)
        w0, gs, ws = arr(w.numpy()), [], []
        for i in range(12):
            g = (rng.normal(size=(3, 4)) * 10.0 ** rng.integers(-6, 3)).astype(floatx)
            o.apply([tf.constant(g)], [w]); gs.append(arr(g)); ws.append(arr(w.numpy()))
        c = {k: v for k, v in o.get_config().items() if isinstance(v, (int, float, bool, str)) or v is None}
        # a float32 model reports its rate as float32: 0.0010000000474974513 for 0.001
        c["learning_rate"] = float(np.round(c["learning_rate"], 7))
        with open(os.path.join(sys.argv[1], f"{floatx}_{name}.json"), "w") as f:
            json.dump({"config": c, "w0": w0, "gradients": gs, "weights_after": ws,
                       "made_by": {"keras": keras.__version__, "tensorflow": tf.__version__, "floatx": floatx, "seed": 3}}, f)
