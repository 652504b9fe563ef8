#!/usr/bin/env bash
# PyTorch 2.15.0 (with onnxscript 0.7.2 and onnx 1.23.2): the ONNX file of a net in training mode has its batch
# normalization in inference mode and its dropout in training mode.
#
# Expected: one mode for the whole net: that of torch.onnx.export's parameter training, whose default is
#           TrainingMode.EVAL, as the older exporter, dynamo=False, has it; or that of the net.
# Seen:     dynamo=True, the default, writes a Dropout whose input training_mode is true, so that two predictions of
#           one picture differ, and folds BatchNorm2d with its running averages into the convolution before it, which
#           no net in training mode computes. There is no exception. After net.eval() both are in inference mode.
# Needs python3.11. On Linux, PyTorch of PyPI is the build with CUDA: pip downloads about 3 GB.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.py <<'PY'
import inspect

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

print("training:", inspect.signature(torch.onnx.export).parameters["training"].default.name)
torch.manual_seed(1)
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Dropout(0.5))
net[1].running_mean[:] = torch.tensor([0.25, -0.5])
net[1].running_var[:] = torch.tensor([4.0, 9.0])
scale = (net[1].weight / torch.sqrt(net[1].running_var + net[1].eps)).detach()
folded = (net[0].weight * scale.view(2, 1, 1, 1)).detach().numpy()

for mode in (net.train, net.eval):
    mode()
    for dynamo in (True, False):
        torch.onnx.export(net, (torch.rand(4, 1, 4, 4),), "x.onnx", dynamo=dynamo, verbose=False)
        model = onnx.load("x.onnx")
        values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        line = [mode.__name__, "dynamo" if dynamo else "script"]
        for node in model.graph.node:
            line.append(node.op_type)
            if node.op_type == "Conv":
                same = np.allclose(values[node.input[1]], folded, rtol=1e-5)
                line.append("(running averages)" if same else "(other weights)")
            if node.op_type == "Dropout":
                line.append(f"(training_mode {values[node.input[2]]})")
        print(*line)
PY
python3.11 -m venv venv
venv/bin/pip install -q --disable-pip-version-check torch==2.15.0 numpy==2.4.6 \
	onnx==1.23.2 onnxscript==0.7.2 onnx-ir==1.1.0
seen=$(venv/bin/python main.py 2>/dev/null)
echo "$seen"
[ "$seen" = "training: EVAL
train dynamo Conv (running averages) Reshape Dropout (training_mode True)
train script Conv (running averages) Flatten
eval dynamo Conv (running averages) Reshape
eval script Conv (running averages) Flatten" ]
