#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0 (with tf2onnx 1.17.0): the ONNX file of a net with a Normalization layer has lost
# the layer's mean and wants it as an input, and the variance too.
#
# Expected: the file of model.export(format="onnx") is, by its documentation, "entirely standalone"; the layer's mean
#           and variance are, by the layer's, weights that adapt() stores. The net has one input.
# Seen:     the file has three inputs, and is valid. The mean is the second one; no node reads the third one, the
#           variance, but ONNX Runtime 1.31.1 does not run without it. A SavedModel of export() has kept both. The
#           layer holds them as constants that the exported function captures; tf2onnx takes these for inputs.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.py <<'PY'
import keras
import numpy as np
import onnx
import onnxruntime as ort
import tensorflow as tf

x = np.array([[1, 2], [3, 6]], "float32")
layer = keras.layers.Normalization(name="norm")
layer.adapt(x)
model = keras.Sequential([keras.Input((2,), name="x"), layer], name="net")
print("Keras", model.predict(x, verbose=0).tolist())
model.export("saved", verbose=False)
print("SavedModel", tf.saved_model.load("saved").serve(x).numpy().tolist())

model.export("x.onnx", format="onnx", verbose=False)
onnx.checker.check_model("x.onnx", full_check=True)
graph = onnx.load("x.onnx").graph
session = ort.InferenceSession("x.onnx", providers=["CPUExecutionProvider"])
names = [i.name for i in session.get_inputs()]
for i in session.get_inputs():
    print("input", i.name, i.shape[1:], "read by", [node.op_type for node in graph.node if i.name in node.input])
try:
    session.run(None, {"x": x})
except ValueError as error:
    print(error)
for mean, variance in (([2, 4], [1, 4]), ([2, 4], [7, 7]), ([0, 0], [1, 4])):
    inputs = [x, np.array([mean], "float32"), np.array([variance], "float32")]
    print("ONNX", mean, variance, session.run(None, dict(zip(names, inputs)))[0].tolist())
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6 \
	tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.31.1
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "Keras [[-1.0, -1.0], [1.0, 1.0]]
SavedModel [[-1.0, -1.0], [1.0, 1.0]]
input x [2] read by ['Sub']
input net_1/norm_1/Sub/y:0 [2] read by ['Sub']
input net_1/norm_1/Sqrt/x:0 [2] read by []
Required inputs (['net_1/norm_1/Sub/y:0', 'net_1/norm_1/Sqrt/x:0']) are missing from input feed (['x']).
ONNX [2, 4] [1, 4] [[-1.0, -1.0], [1.0, 1.0]]
ONNX [2, 4] [7, 7] [[-1.0, -1.0], [1.0, 1.0]]
ONNX [0, 0] [1, 4] [[1.0, 1.0], [3.0, 3.0]]" ]
