#!/usr/bin/env bash
# ONNX Runtime 1.31.1 (with onnx 1.23.2): a Pad with zeros before a MaxPool is folded into the pool's own pads.
#
# Expected: Pad in mode "constant" puts zeros around the image (ONNX operator Pad); the maximum of a window that has
#           some of them is at least 0. The pads of a MaxPool are no values at all, as the reference evaluator of onnx has it.
# Seen:     with the default graph optimizations Pad is gone, and inputs below 0 keep a maximum below 0, without a
#           message. Without optimizations, and in 1.32.0, the zeros count. Keras' ResNet50 has such a pair.
# Needs python3.11.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.py <<'PY'
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
graph = helper.make_graph(
    [
        helper.make_node("Pad", ["x", "pads"], ["padded"], mode="constant"),
        helper.make_node("MaxPool", ["padded"], ["y"], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]),
    ],
    "pool",
    [value("x", [1, 1, 4, 4])],
    [value("y", [1, 1, 3, 3])],
    [helper.make_tensor("pads", TensorProto.INT64, [8], [0, 0, 1, 1, 0, 0, 1, 1])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
x = -np.arange(1, 17, dtype="float32").reshape(1, 1, 4, 4)


def run(level):
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0][0, 0].astype(int).tolist()


print("reference", ReferenceEvaluator(model).run(None, {"x": x})[0][0, 0].astype(int).tolist())
print(ort.__version__, "default  ", run(ort.GraphOptimizationLevel.ORT_ENABLE_ALL))
print(ort.__version__, "unchanged", run(ort.GraphOptimizationLevel.ORT_DISABLE_ALL))
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.31.1 numpy==2.4.6
seen=$(venv/bin/python main.py 2>/dev/null)
venv/bin/pip install -q --disable-pip-version-check onnxruntime==1.32.0
seen=$seen$'\n'$(venv/bin/python main.py 2>/dev/null | grep default)
echo "$seen"
[ "$seen" = "reference [[0, 0, 0], [0, -6, 0], [0, 0, 0]]
1.31.1 default   [[-1, -2, -4], [-5, -6, -8], [-13, -14, -16]]
1.31.1 unchanged [[0, 0, 0], [0, -6, 0], [0, 0, 0]]
1.32.0 default   [[0, 0, 0], [0, -6, 0], [0, 0, 0]]" ]
