"""Exports small nets with PyTorch, Keras and tf2onnx, and records the predictions of each net in its library.

usage: exporters.py torch|keras3|keras2 DIR [NAME ...]
       exporters.py digits DIR MNIST    the folder with the four files of MNIST

Writes DIR/NAME.onnx and DIR/NAME.json, which has the exporter, the shape of a row in the file and the predictions for
three rows, whose value i is the fractional part of (i+1)·√2 as a float32. Prints a line for each net. Weights come
from a seed. With NAMEs it exports only those nets.
"""
import json, math, os, sys
import numpy as np

ROWS = 3


def inputs(shape):
    n = ROWS * math.prod(shape)
    return np.array([(i + 1) * math.sqrt(2) % 1 for i in range(n)], "f4").reshape(ROWS, *shape)


def record(folder, name, exporter, shape, y, logs=False):
    y = np.asarray(y, "f8").reshape(ROWS, -1)
    with open(os.path.join(folder, name + ".json"), "w") as f:
        json.dump({"exporter": exporter, "shape": list(shape), "logs": logs, "y": y.ravel().tolist()}, f)
        f.write("\n")
    print(name, os.path.getsize(os.path.join(folder, name + ".onnx")), "bytes", flush=True)


def failed(name, error):
    print(name, "cannot be exported:", str(error).strip().split("\n")[0][:200], flush=True)


def without_notes(path):
    """Removes the metadata of torch.export from each node, which has stack traces with local paths."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    graph = model.graph
    for item in (*graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        item.ClearField("metadata_props")
    onnx.save(model, path)


def of_torch(folder, wanted):
    import torch
    from torch import nn
    import torch.nn.functional as F

    class Pictures(nn.Module):  # the form of PyTorch's own MNIST example
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 6, 3, stride=2, padding=1)
            self.dropout = nn.Dropout(0.25)
            self.fc1, self.fc2 = nn.Linear(6 * 3 * 2, 8), nn.Linear(8, 3)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = self.dropout(F.relu(self.conv2(x)))
            x = torch.flatten(x, 1)
            return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)

    class Views(nn.Module):  # reshaped by sizes that are computed
        def __init__(self):
            super().__init__()
            self.conv, self.fc = nn.Conv2d(1, 3, 3), nn.Linear(3 * 6 * 4, 4)

        def forward(self, x):
            x = torch.tanh(self.conv(x.unsqueeze(1)))
            return F.softmax(self.fc(x.view(x.size(0), -1)), dim=-1)

    class Colours(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 5, (2, 3), bias=False)
            self.bn, self.fc = nn.BatchNorm2d(5), nn.Linear(5, 3, bias=False)

        def forward(self, x):
            return self.fc(F.silu(self.bn(self.conv((x - 0.5) / 0.25))).mean((2, 3)))

    class Normalized(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
            self.register_buffer("std", torch.tensor([0.2, 0.3, 0.25]).view(1, 3, 1, 1))
            self.conv, self.bn = nn.Conv2d(3, 4, 3, stride=2), nn.BatchNorm1d(4 * 3 * 2)
            self.fc = nn.Linear(4 * 3 * 2, 3)

        def forward(self, x):
            x = F.relu(self.conv((x - self.mean) / self.std))
            return torch.sigmoid(self.fc(F.relu(self.bn(x.flatten(1)))))

    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc = nn.Conv2d(1, 2, 3, padding="same"), nn.Linear(2 * 16, 1)

        def forward(self, x):
            x = self.conv(x.view(-1, 1, 8, 8)).clamp(-0.25, 0.5)
            x = F.adaptive_avg_pool2d(x, (4, 4)).reshape(-1, 32)
            return self.fc(x).squeeze(1)

    activations = [nn.ReLU(), nn.LeakyReLU(), nn.ELU(), nn.SELU(), nn.GELU(), nn.SiLU(), nn.Softplus(), nn.Softsign(),
                   nn.Sigmoid(), nn.Tanh(), nn.ReLU6(), nn.Hardtanh(), nn.Hardsigmoid(), nn.CELU(), nn.PReLU(),
                   nn.ELU(0.5), nn.LeakyReLU(0.2)]
    pools = nn.Sequential(
        nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1),
        nn.AvgPool2d(3, stride=1, padding=1), nn.AvgPool2d(3, 1, 1, count_include_pad=False),
        nn.MaxPool2d(2, ceil_mode=True), nn.Conv2d(3, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    nets = {
        "cnn": (Pictures(), (1, 13, 11)),
        "mlp": (nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.ReLU(), nn.Dropout(), nn.Linear(10, 4)), (1, 8, 8)),
        "views": (Views(), (8, 6)),
        "colours": (Colours(), (3, 7, 6)),
        "normalized": (Normalized(), (3, 8, 6)),
        "flat": (Flat(), (64,)),
        "pools": (pools, (2, 19, 17)),
        "activations": (nn.Sequential(*(l for a in activations for l in (nn.Linear(8, 8), a))), (8,)),
        "sequence": (nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2), nn.Flatten(), nn.Linear(8, 2)), (4, 3)),
        "double": (nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax(1)).double(), (4,)),
    }
    for name, (net, shape) in nets.items():
        torch.manual_seed(1)
        with torch.no_grad():
            for key, t in net.state_dict().items():
                if key in ("mean", "std") or not t.is_floating_point() or t.shape == (1,) and "weight" in key:
                    continue  # buffers, and the slope of a PReLU
                if key.endswith("running_var"):
                    t.uniform_(0.5, 2)
                elif t.dim() > 1:
                    t.uniform_(-1, 1).mul_(math.sqrt(3 / math.prod(t.shape[1:])) * (3 if name == "activations" else 1))
                else:
                    t.uniform_(-0.5, 0.5)
        net.eval()
        x = torch.from_numpy(inputs(shape))
        x = x.double() if name == "double" else x
        with torch.no_grad():
            y = net(x)
        for dynamo in False, True:
            for opset in range(13, 21):
                for batch in ("open", "one", "files") if dynamo else ("open", "one"):  # files: with external data
                    kind = "dynamo" if dynamo else "script"
                    full = f"torch_{name}_{kind}_{opset}_{batch}"
                    if wanted and full not in wanted:
                        continue
                    sample = x[:1] if batch == "one" else x
                    options = {"input_names": ["x"], "output_names": ["y"], "opset_version": opset, "dynamo": dynamo}
                    if dynamo:
                        options |= {"external_data": batch == "files", "verbose": False}
                        if batch != "one":
                            options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
                    elif batch == "open":
                        options["dynamic_axes"] = {"x": {0: "batch"}, "y": {0: "batch"}}
                    try:
                        torch.onnx.export(net, (sample,), os.path.join(folder, full + ".onnx"), **options)
                    except Exception as error:
                        failed(full, error)
                        continue
                    if dynamo:
                        without_notes(os.path.join(folder, full + ".onnx"))
                    size = "open batch, external data" if batch == "files" else batch + " batch"
                    record(folder, full, f"PyTorch {torch.__version__}, {kind}, opset {opset}, {size}", shape, y,
                           name == "cnn")


def digits(folder, files):
    """Trains a small net on MNIST, as DIR/digits.onnx: PyTorch's channels first, and logits."""
    import gzip
    import torch
    from torch import nn

    def read(name, skip):
        with gzip.open(os.path.join(files[0], name)) as f:
            return np.frombuffer(f.read(), "u1", offset=skip)

    x = torch.from_numpy(read("train-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28).astype("f4") / 255)
    y = torch.from_numpy(read("train-labels-idx1-ubyte.gz", 8).astype("i8"))
    torch.manual_seed(1)
    net = nn.Sequential(nn.Conv2d(1, 4, 5, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, 3), nn.ReLU(),
                        nn.Flatten(), nn.Linear(8 * 4 * 4, 10))
    optimizer = torch.optim.Adam(net.parameters(), 0.003)
    for epoch in range(3):
        for rows in torch.randperm(len(x)).split(100):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        print("epoch", epoch + 1, "loss", loss.item())
    torch.onnx.export(net.eval(), (x[:2],), os.path.join(folder, "digits.onnx"), input_names=["pictures"],
                      output_names=["logits"], dynamic_shapes=({0: torch.export.Dim("batch")},), external_data=False)
    without_notes(os.path.join(folder, "digits.onnx"))


def of_keras(folder, wanted, export):
    """Calls export(net, path, opset) for each net and each of export.variants, the same for Keras 2 and 3."""
    import keras
    from keras import layers as L

    names = ["relu", "sigmoid", "tanh", "softmax", "elu", "selu", "gelu", "swish", "softplus", "softsign", "exponential",
             "hard_sigmoid", "relu6"]
    if keras.__version__ >= "3":
        names.remove("gelu")  # an Erfc, which ONNX lacks
    else:
        names.remove("hard_sigmoid")  # a different function in Keras 2
        names[names.index("relu6")] = keras.activations.relu  # no relu6
    normalization = L.Normalization()
    normalization.adapt(inputs((8, 6, 3)))
    before = [normalization] if keras.__version__ < "3" else []  # its inputs are computed from its mean and variance
    nets = {
        "cnn": [(10, 9, 1), L.Rescaling(2.0, -1), L.Conv2D(4, 3, padding="same", activation="relu"), L.MaxPooling2D(),
                L.Conv2D(5, 2, strides=2, use_bias=False), L.BatchNormalization(), L.Activation("relu"), L.Flatten(),
                L.Dropout(0.25), L.Dense(8, "tanh"), L.Dense(3, "softmax")],
        "mlp": [(8, 8), L.Flatten(), L.Dense(10, "relu"), L.BatchNormalization(), L.Dense(4)],
        "layers": [(8, 6, 3), *before, L.ZeroPadding2D(((1, 0), (2, 1))), L.Conv2D(4, (2, 4), padding="same"),
                   L.LeakyReLU(), L.SpatialDropout2D(0.5), L.AveragePooling2D(3, 2, "same"), L.ReLU(6.0, 0.1),
                   L.MaxPooling2D(2, 1, "same"), L.BatchNormalization(center=False), L.Conv2D(6, 1, activation="swish"),
                   L.GlobalAveragePooling2D(), L.Dense(3, "sigmoid")],
        "activations": [(4,), *(l for a in names for l in (L.Dense(8), L.Activation(a))), L.Dense(8), L.LeakyReLU(),
                        L.Dense(8), L.ELU(0.5), L.Dense(8),
                        L.PReLU(alpha_initializer=keras.initializers.Constant(0.125)), L.Dense(4)],
        "sequence": [(4, 3), L.Dense(5, "relu"), L.Reshape((2, 2, 5)), L.Conv2D(3, 2), L.Reshape((3,)), L.Dense(2)],
        "flat": [(36,), L.Reshape((6, 6, 1)), L.Conv2D(2, 3, padding="valid", activation="selu"),
                 L.GlobalMaxPooling2D(keepdims=True), L.Flatten(), L.Dense(1, "sigmoid")],
    }
    for name, (shape, *layers) in nets.items():
        keras.utils.set_random_seed(1)
        net = keras.Sequential([keras.Input(shape), *layers])
        random = np.random.default_rng(1)
        for w in (w for l in net.layers if isinstance(l, (L.Dense, L.Conv2D, L.BatchNormalization)) for w in l.weights):
            if len(w.shape) > 1:
                new = random.uniform(-1, 1, w.shape) * math.sqrt(3 / math.prod(w.shape[:-1]))
                new *= 1.5 if name == "activations" else 1  # so that the inputs still matter after many activations
            elif "variance" in w.name:
                new = random.uniform(0.5, 2, w.shape)
            else:
                new = random.uniform(-0.5, 0.5, w.shape)
            w.assign(new.astype("f4"))
        y = net.predict(inputs(shape), verbose=0)
        for full, exporter, opset in export.variants(name):
            if wanted and full not in wanted:
                continue
            try:
                export(net, os.path.join(folder, full + ".onnx"), opset)
            except Exception as error:
                failed(full, error)
                continue
            record(folder, full, exporter, shape, y)


def of_keras3(folder, wanted):
    import keras

    backend = keras.backend.backend()

    def export(net, path, opset):
        net.export(path, format="onnx", opset_version=opset, verbose=False)

    def variants(name):
        for opset in [None, *range(13, 21)]:
            yield (f"keras3_{backend}_{name}_{opset or 'default'}",
                   f"Keras {keras.__version__} on {backend}, model.export, opset {opset or 'by default'}", opset)

    export.variants = variants
    of_keras(folder, wanted, export)


def of_keras2(folder, wanted):
    import keras
    import tensorflow as tf
    import tf2onnx

    def export(net, path, opset):
        signature = [tf.TensorSpec([None, *net.input_shape[1:]], tf.float32, name="x")]
        tf2onnx.convert.from_keras(net, signature, opset=opset, output_path=path)

    def variants(name):
        for opset in range(13, 19):
            yield (f"keras2_{name}_{opset}",
                   f"Keras {keras.__version__}, tf2onnx {tf2onnx.__version__}, opset {opset}", opset)

    export.variants = variants
    of_keras(folder, wanted, export)


def main():
    kind, folder, *wanted = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    {"torch": of_torch, "keras3": of_keras3, "keras2": of_keras2, "digits": digits}[kind](folder, wanted)


main()
