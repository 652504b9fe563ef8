#!/usr/bin/env bash
# onnx 1.23.2: the version converter lowers a Softmax from operator set 13 to 12 without keeping what it computes.
#
# Expected: version_converter.convert_version gives a model of the same function, or raises an exception. Softmax of 13
#           is along one axis; Softmax of 12 flattens all axes from that one on (operator Softmax, "Softmax-11").
# Seen:     a Softmax along axis 1 of [1,2,2] keeps axis 1; in 12 that is over all four values. The model is valid and
#           there is no message. LogSoftmax is the same. torch.onnx.export(opset_version=12) of PyTorch 2.15.0 lowers
#           by this converter, so the probabilities of nn.Softmax(1) for pictures are others in the file.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.py <<'PY'
import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper
from onnx.reference import ReferenceEvaluator

value = np.array([[[0, 0], [0, 0]]], "float32")
x, y = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 2, 2]) for name in "xy")
for operator in ("Softmax", "LogSoftmax"):
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"], axis=1)], "net", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for lowered in (model, onnx.version_converter.convert_version(model, 12)):
        onnx.checker.check_model(lowered, full_check=True)
        got = ort.InferenceSession(lowered.SerializeToString(), providers=["CPUExecutionProvider"])
        got = np.exp(got.run(None, {"x": value})[0]) if operator == "LogSoftmax" else got.run(None, {"x": value})[0]
        print(operator, *(o.version for o in lowered.opset_import), got.round(4).tolist())
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.31.1 numpy==2.4.6
seen=$(venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "Softmax 13 [[[0.5, 0.5], [0.5, 0.5]]]
Softmax 12 [[[0.25, 0.25], [0.25, 0.25]]]
LogSoftmax 13 [[[0.5, 0.5], [0.5, 0.5]]]
LogSoftmax 12 [[[0.25, 0.25], [0.25, 0.25]]]" ]
