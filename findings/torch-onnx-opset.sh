#!/usr/bin/env bash
# PyTorch 2.15.0 (with onnxscript 0.7.2 and onnx 1.23.2): whether the ONNX file has the operator set asked for depends
# on the net's activation.
#
# Expected: torch.onnx.export(opset_version=13) writes a file of operator set 13 or raises an exception: by its
#           documentation it is the version "to target", to be set by what the runtime of the file supports.
# Seen:     dynamo=True, the default, writes a net with Sigmoid in operator set 13, and one with ReLU in 18. There is
#           no exception; messages are logged. The exporter makes a net of 18 and lets onnx lower it; onnx has no way
#           from Relu of 14 to that of 13, which differ only in types of integers, and the failure is ignored. The
#           older exporter, dynamo=False, writes both nets in 13.
# Needs python3.11. On Linux, PyTorch of PyPI is the build with CUDA: pip downloads about 3 GB.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.py <<'PY'
import onnx
import torch
from onnx import helper
from torch import nn

for activation in (nn.Sigmoid(), nn.ReLU()):
    net = nn.Sequential(nn.Linear(4, 3), activation).eval()
    for dynamo in (True, False):
        torch.onnx.export(net, (torch.zeros(1, 4),), "x.onnx", opset_version=13, dynamo=dynamo, verbose=False)
        model = onnx.load("x.onnx")
        onnx.checker.check_model(model, full_check=True)
        operators = [node.op_type for node in model.graph.node]
        print("dynamo" if dynamo else "script", *operators, "in", *(o.version for o in model.opset_import))

x, y = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 3]) for name in "xy")
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "relu", [x], [y])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
try:
    onnx.version_converter.convert_version(model, 13)
except RuntimeError as error:
    print("onnx:", str(error).split(": ")[-1])
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check torch==2.15.0 numpy==2.4.6 \
	onnx==1.23.2 onnxscript==0.7.2 onnx-ir==1.1.0
seen=$(venv/bin/python main.py 2>log)
seen=$seen$'\n'$(grep -o "Failed to convert the model to the target version 13" log)
echo "$seen"
[ "$seen" = "dynamo Gemm Sigmoid in 13
script Gemm Sigmoid in 13
dynamo Gemm Relu in 18
script Gemm Relu in 13
onnx: No Adapter From Version \$14 for Relu
Failed to convert the model to the target version 13" ]
