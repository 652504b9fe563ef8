"""Checks saved .onnx files by ONNX's checker and compares predictions with ONNX Runtime. Run by real_test.go.

usage: real.py DIR   for each DIR/NAME.json: NAME.onnx is a net, NAME.x 64 rows of inputs, NAME.y what we predict

The numbers are float32, little-endian, row-major; the JSON has the shape of a row. Exits with 1 and a line for each
difference.
"""
import glob, json, os, sys
import numpy as np
import onnx
import onnxruntime

folder = sys.argv[1]
failed = False


def report(ok, text):
    global failed
    failed |= not ok
    print(("" if ok else "WRONG ") + text)


def apart(got, want):
    """Differences above 1 are relative."""
    if got.shape != want.shape:
        return np.inf
    return float(np.max(np.abs(got.astype("f8") - want) / np.maximum(1, np.abs(want.astype("f8"))), initial=0))


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
records = sorted(glob.glob(os.path.join(folder, "*.json")))
for record in records:
    stem = record.removesuffix(".json")
    name = os.path.basename(stem)
    with open(record) as f:
        shapes = json.load(f)
    x = np.fromfile(stem + ".x", "<f4").reshape(-1, *shapes["x"])
    y = np.fromfile(stem + ".y", "<f4").reshape(-1, *shapes["y"])
    path = stem + ".onnx"

    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    with open(path, "rb") as f:
        report(f.read() == model.SerializeToString(), f"{name}: ONNX {model.ir_version}, operators "
               f"{model.opset_import[0].version}, {len(model.graph.node)} nodes: the same bytes from Google's protobuf")
    names = {o.name: [d.dim_value or d.dim_param for d in o.type.tensor_type.shape.dim]
             for o in (*model.graph.input, *model.graph.output)}
    report(names == {"input": ["batch", *shapes["x"]], "output": ["batch", *shapes["y"]]}, f"{name}: {names}")

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    all_at_once = session.run(["output"], {"input": x})[0]
    one_by_one = np.concatenate([session.run(None, {"input": row[None]})[0] for row in x])
    for batch, got in (len(x), all_at_once), (1, one_by_one):
        far = apart(got, y)
        report(far <= 1e-6, f"{name}: batch {batch}: apart by {far:.1e}")
print(len(records), "nets")
sys.exit(failed)
