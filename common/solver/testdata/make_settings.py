"""What Keras' optimizers do with each of their settings, in float64: the weights of two parameters.

usage: make_settings.py OUT_FILE      (Keras 3 on TensorFlow, CPU)
The rates are those that no float32 holds, so the file shows which of them Keras rounds. The decays are fast enough to
end within the steps.
"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf, keras
O, S = keras.optimizers, keras.optimizers.schedules
keras.config.set_floatx("float64")
STEPS, KEPT = 24, (1, 2, 3, 6, 12, 24)

optimizers = {
    "sgd": lambda rate, **k: O.SGD(rate, **k),
    "momentum": lambda rate, **k: O.SGD(rate, momentum=0.9, **k),
    "nesterov": lambda rate, **k: O.SGD(rate, momentum=0.9, nesterov=True, **k),
    "rmsprop": lambda rate, **k: O.RMSprop(rate, rho=0.8, **k),
    "adagrad": lambda rate, **k: O.Adagrad(rate, **k),
    "adadelta": lambda rate, **k: O.Adadelta(rate, rho=0.93, epsilon=1e-5, **k),
    "adam": lambda rate, **k: O.Adam(rate, **k),
    "amsgrad": lambda rate, **k: O.Adam(rate, beta_2=0.7, amsgrad=True, **k),
    "adamw": lambda rate, **k: O.AdamW(rate, **k),
    "adamw_amsgrad": lambda rate, **k: O.AdamW(rate, beta_2=0.7, amsgrad=True, **k),
    "adamax": lambda rate, **k: O.Adamax(rate, beta_2=0.7, **k),
    "nadam": lambda rate, **k: O.Nadam(rate, **k),
}
settings = {
    "plain": lambda: (0.03, {}),
    "clipnorm": lambda: (0.03, {"clipnorm": 0.9}),
    "clipvalue": lambda: (0.03, {"clipvalue": 0.3}),
    "global_clipnorm": lambda: (0.03, {"global_clipnorm": 1.1}),
    "weight_decay": lambda: (0.03, {"weight_decay": 0.07}),
    "exponential": lambda: (S.ExponentialDecay(0.03, 7, 0.6), {}),
    "staircase": lambda: (S.ExponentialDecay(0.03, 7, 0.6, staircase=True), {}),
    "cosine": lambda: (S.CosineDecay(0.03, 17, alpha=0.1), {}),
    "cosine_warmup": lambda: (S.CosineDecay(0.003, 13, warmup_target=0.03, warmup_steps=5), {}),
    "piecewise": lambda: (S.PiecewiseConstantDecay([2, 9, 15], [0.03, 0.01, 0.003, 0.0007]), {}),
    "inverse_time": lambda: (S.InverseTimeDecay(0.03, 3, 0.7), {}),
    "inverse_time_staircase": lambda: (S.InverseTimeDecay(0.03, 3, 0.7, staircase=True), {}),
    "schedule_and_clip": lambda: (S.ExponentialDecay(0.03, 7, 0.6), {"global_clipnorm": 1.1, "weight_decay": 0.07}),
}

rng = np.random.default_rng(7)
shapes = [(2, 2), (3,)]
start = [rng.normal(size=s) for s in shapes]
gradients = [[rng.normal(size=s) * 10.0 ** rng.integers(-2, 2) for s in shapes] for _ in range(STEPS)]
flat = lambda arrays: [x for a in arrays for x in np.asarray(a, np.float64).reshape(-1).tolist()]

cases = []
for name, make in optimizers.items():
    for setting, values in settings.items():
        rate, more = values()
        if name.startswith("adamw") and "weight_decay" not in more:
            more = {"weight_decay": 0.004, **more}
        o = make(rate, **more)
        w = [keras.Variable(a, dtype="float64") for a in start]
        kept = []
        for step in range(1, STEPS + 1):
            o.apply([tf.constant(g) for g in gradients[step - 1]], w)
            if step in KEPT:
                kept.append(flat(v.numpy() for v in w))
        config = o.get_config()
        if setting in ("plain", "clipnorm", "clipvalue", "global_clipnorm", "weight_decay"):
            config["learning_rate"] = rate
        cases.append({"name": f"{name} {setting}", "config": config, "weights": kept})

with open(sys.argv[1], "w") as f:
    f.write('{"made_by": ' + json.dumps({"keras": keras.__version__, "tensorflow": tf.__version__, "floatx": "float64"}))
    f.write(f',\n"shapes": {json.dumps(shapes)}, "kept": {json.dumps(KEPT)},\n"start": {json.dumps(flat(start))},\n')
    f.write('"gradients": ' + json.dumps([flat(g) for g in gradients]) + ',\n"cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
