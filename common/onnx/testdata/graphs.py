"""Writes random graphs of the operators that -load takes, with what ONNX Runtime predicts. Run by real_test.go.

usage: graphs.py DIR COUNT SEED

Writes DIR/N.onnx and DIR/N.json, which has the shape of a row, that of a row of the output, and the outputs for three
rows, of which value i is 4·(v - 1/2), v being the fractional part of (i+1)·√2 as a float32.
"""
import json, math, os, random, sys
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

ROWS = 3
onnxruntime.set_default_logger_severity(4)  # what does not fit is tried again without a word
plain = onnxruntime.SessionOptions()
plain.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL


class Net:
    """A graph of which every value is known for three rows."""

    def __init__(self, draw, shape):
        v = np.array([(i + 1) * math.sqrt(2) % 1 for i in range(ROWS * math.prod(shape))], "f4").astype("f8")
        self.x = (4 * (v - 0.5)).astype("f4").reshape(ROWS, *shape)
        self.draw, self.nodes, self.tensors, self.values = draw, [], [], {"x": self.x}
        self.value = "x"
        self.batch = draw.choice(["batch", ROWS])

    @property
    def shape(self):
        return self.values[self.value].shape[1:]

    def add(self, op, *inputs, **attributes):
        """Adds a node, of names and of arrays, and returns the name of its output."""
        names = []
        for i in inputs:
            if not isinstance(i, str):
                self.tensors.append(numpy_helper.from_array(np.asarray(i), f"t{len(self.tensors)}"))
                i = self.tensors[-1].name
            names.append(i)
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, names, [output], f"{op}{len(self.nodes)}", **attributes))
        return output

    def model(self, output):
        kind = onnx.TensorProto.FLOAT
        nodes = self.nodes + [helper.make_node("Identity", [output], ["y"], "end")]
        graph = helper.make_graph(nodes, "random",
                                  [helper.make_tensor_value_info("x", kind, [self.batch, *self.x.shape[1:]])],
                                  [helper.make_tensor_value_info("y", kind, None)], self.tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def grow(self):
        """Adds a step, or nothing if it does not fit."""
        nodes, tensors = len(self.nodes), len(self.tensors)
        try:
            output = self.draw.choice(STEPS)(self, self.draw)
            session = onnxruntime.InferenceSession(self.model(output).SerializeToString(), plain)
            y = session.run(None, {"x": self.x})[0]
        except Exception:
            y = np.zeros(0)
        if y.ndim > 1 and len(y) == ROWS and 0 < y.size < 3000 and np.isfinite(y).all():
            self.values[output], self.value = y, output
        else:
            del self.nodes[nodes:], self.tensors[tensors:]

    def numbers(self, *shape):
        size = math.prod(shape)
        return np.array([self.draw.gauss(0, 1) for _ in range(size)], "f4").reshape(shape)

    def kernel(self, *shape, inputs):
        return (self.numbers(*shape) / math.sqrt(inputs)).astype("f4")

    def along_an_axis(self):
        """Numbers for each value of one axis."""
        axis = self.draw.randrange(len(self.shape))
        return self.numbers(self.shape[axis], *[1] * (len(self.shape) - 1 - axis))


def number(*choices):
    return lambda draw: np.float32(draw.choice(choices))


bound, factor = number(0, 0.5, -1, 3, 30), number(2, -1, 0.5, 1 / 255)


def pairwise(net, draw, other):
    op = draw.choice(["Add", "Sub", "Mul", "Div"])
    if op == "Div":
        other = (abs(other) + 0.5).astype("f4")
    return net.add(op, *draw.choice([(net.value, other), (other, net.value)]))


def dense(net, draw):
    rows, units = net.shape[-1], draw.randint(1, 5)
    if len(net.shape) > 1 or draw.random() < 0.3:
        return net.add("MatMul", net.value, net.kernel(rows, units, inputs=rows))
    turned = draw.randint(0, 1)
    kernel = net.kernel(*((units, rows) if turned else (rows, units)), inputs=rows)
    bias = [net.numbers(*draw.choice([(units,), (1, units), (1,), (1, 1), ()]))][:draw.randint(0, 1)]
    return net.add("Gemm", net.value, kernel, *bias, transB=turned, alpha=draw.choice([1.0, 0.5]),
                   beta=draw.choice([1.0, 2.0, 0.0]))


def window(draw, **more):
    return {"kernel_shape": [draw.randint(1, 3), draw.randint(1, 3)],
            "strides": [draw.randint(1, 2), draw.randint(1, 3)],
            "pads": draw.choice([[0] * 4, [draw.randint(0, 1) for _ in range(4)]]), **more}


def conv(net, draw):
    channels, filters, w = net.shape[0], draw.randint(1, 4), window(draw)
    shape = (filters, channels, *w["kernel_shape"])
    bias = [net.numbers(filters)][:draw.randint(0, 1)]
    return net.add("Conv", net.value, net.kernel(*shape, inputs=math.prod(shape[1:])), *bias, **w)


def average(net, draw):
    return net.add("AveragePool", net.value,
                   **window(draw, ceil_mode=draw.randint(0, 1), count_include_pad=draw.randint(0, 1)))


def normalization(net, draw):
    n = net.shape[0]
    return net.add("BatchNormalization", net.value, *[net.numbers(n) for _ in range(3)],
                   (abs(net.numbers(n)) + 0.3).astype("f4"), epsilon=1e-3)


def reshape(net, draw):
    left, sizes = math.prod(net.shape), []
    while left > 1 and draw.random() < 0.6:
        sizes.append(draw.choice([n for n in range(1, left + 1) if left % n == 0]))
        left //= sizes[-1]
    return net.add("Reshape", net.value, np.array([draw.choice([0, -1]), *sizes, left], "i8"))


def pixels_as_rows(net, draw):
    *sizes, last = net.shape
    units = draw.choice([2, 3, last])
    rows = net.add("Reshape", net.value, np.array([-1, last], "i8"))
    rows = net.add("MatMul", rows, net.kernel(last, units, inputs=last))
    if draw.random() < 0.5:
        rows = net.add("Relu", rows)
    return net.add("Reshape", rows, np.array([-1, *sizes, units], "i8"))


def transpose(net, draw):
    axes = list(range(1, len(net.shape) + 1))
    return net.add("Transpose", net.value, perm=[0, *draw.sample(axes, len(axes))])


def reduced(op):
    def step(net, draw):
        return net.add(op, net.value, axes=draw.choice([[2, 3], [1, 2], [-1, -2]]), keepdims=draw.randint(0, 1))
    return step


def pad(net, draw):
    p = [draw.randint(0, 2) for _ in range(4)]
    return net.add("Pad", net.value, np.array([0, 0, *p[:2], 0, 0, *p[2:]], "i8"))


def choice(net, draw):  # with a jump, unless its threshold is 0
    above = net.add(draw.choice(["Greater", "Less"]), net.value, number(0, 0.1, -0.2, 0.01)(draw))
    return net.add("Where", above, net.value, draw.choice([np.float32(0), net.add("Mul", net.value, np.float32(0.25))]))


def join(net, draw):
    return net.add(draw.choice(["Add", "Mul", "Max", "Sub"]), net.value, draw.choice(list(net.values)))


def activation(op, **attributes):
    return lambda net, draw: net.add(op, net.value, **{k: draw.choice(v) for k, v in attributes.items()})


STEPS = [
    dense, dense, conv, conv, average, normalization, reshape, reshape, pixels_as_rows, transpose, pad, choice, join,
    reduced("ReduceMean"), reduced("ReduceMax"),
    *[activation(op) for op in ("Relu", "Sigmoid", "Tanh", "Softplus", "Abs")],
    *[activation(op) for op in ("GlobalAveragePool", "GlobalMaxPool", "Flatten")],
    activation("LeakyRelu", alpha=[0.01, 0.2, 0.3]), activation("Elu", alpha=[1.0, 0.5]),
    activation("HardSigmoid", alpha=[0.2, 1 / 6], beta=[0.5, 0.3]), activation("Softmax", axis=[-1, 1, 2, 3]),
    lambda net, draw: net.add("MaxPool", net.value, **window(draw, ceil_mode=draw.randint(0, 1))),
    lambda net, draw: net.add("Mul", net.value, net.add("Sigmoid", net.value)),
    lambda net, draw: net.add("Clip", net.value, *sorted([bound(draw), bound(draw)])),
    lambda net, draw: net.add(draw.choice(["Max", "Min"]), net.value, bound(draw)),
    lambda net, draw: net.add("PRelu", net.value, np.full([1] * len(net.shape), 0.25, "f4")),
    lambda net, draw: net.add("Add", net.value, net.numbers(net.shape[-1])),
    lambda net, draw: pairwise(net, draw, net.along_an_axis()),
    lambda net, draw: pairwise(net, draw, factor(draw)),
    lambda net, draw: net.add("Unsqueeze", net.value, np.array([draw.randint(1, len(net.shape) + 1)], "i8")),
    lambda net, draw: net.add("Squeeze", net.value, np.array([draw.randint(1, len(net.shape))], "i8")),
]


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for i in range(count):
        draw = random.Random(seed * 1_000_000 + i)
        shape = draw.choice([[draw.randint(2, 12)], [draw.randint(2, 6), draw.randint(2, 6)],
                             [draw.randint(1, 4), draw.randint(4, 8), draw.randint(4, 8)]])
        net = Net(draw, shape)
        for _ in range(draw.randint(1, 7)):
            net.grow()
        y = net.values[net.value]
        onnx.save(net.model(net.value), os.path.join(folder, f"{i}.onnx"))
        with open(os.path.join(folder, f"{i}.json"), "w") as f:
            json.dump({"shape": shape, "output": list(y.shape[1:]), "y": y.astype("f8").ravel().tolist()}, f)


main()
