#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0 (with tf2onnx 1.17.0): the ONNX file of a net with "gelu" has an operator that
# ONNX does not have.
#
# Expected: model.export(format="onnx") writes an artifact that, by its documentation, "can be served via e.g. ONNX
#           Runtime", or raises an exception. ONNX has Erf since operator set 9, and erfc(x) is 1-erf(x).
# Seen:     the file has a node Erfc in the domain of ONNX's own operators; onnx 1.23.2 and ONNX Runtime 1.31.1 refuse
#           it. There is no exception: tf2onnx does not know the operator Erfc, by which TensorFlow computes GELU, logs
#           "Unsupported ops" and writes the file all the same. GELU's approximation by tanh is exported well.
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


def by_tanh(x):
    return keras.activations.gelu(x, approximate=True)


x = np.array([[1, -2]], "float32")
for name, activation in (("gelu", "gelu"), ("by tanh", by_tanh)):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation)])
    want = model.predict(x, verbose=0)
    model.export("x.onnx", format="onnx", verbose=False)
    graph = onnx.load("x.onnx").graph
    print(name, "has", *sorted({node.op_type for node in graph.node}))
    try:
        onnx.checker.check_model("x.onnx")
        print("onnx: valid")
    except onnx.checker.ValidationError as error:
        print("onnx:", str(error).splitlines()[0])
    try:
        session = ort.InferenceSession("x.onnx", providers=["CPUExecutionProvider"])
        got = session.run(None, {graph.input[0].name: x})[0]
        print("onnxruntime: as Keras", np.allclose(got, want, rtol=0, atol=1e-5))
    except Exception as error:
        print("onnxruntime:", type(error).__name__, "No Op registered for Erfc" in str(error))
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6 \
	tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.31.1
seen=$(KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "gelu has Erfc MatMul Mul Neg
onnx: No Op registered for Erfc with domain_version of 15
onnxruntime: InvalidGraph True
by tanh has Add MatMul Mul Pow Tanh
onnx: valid
onnxruntime: as Keras True" ]
