"""Writes files with what the package does not read, and one with numbers of all widths, by h5py.

usage: make.py OUT_DIR
"""
import os, sys
import h5py
import numpy as np

out = sys.argv[1]
x = np.arange(12.0, dtype="f4").reshape(3, 4)


def new(name, **options):
    return h5py.File(os.path.join(out, name + ".h5"), "w", **options)


with new("chunked") as f:
    f.create_dataset("g/x", data=x, chunks=(1, 4))
with new("gzip") as f:
    f.create_dataset("g/x", data=x, chunks=(3, 4), compression="gzip")
with new("float16") as f:
    f["g/x"] = x.astype("f2")
with new("bigendian") as f:
    f["g/x"] = x.astype(">f4")
with new("latest", libver="latest") as f:
    f["g/x"] = x
with new("softlink") as f:
    f["g/x"] = x
    f["g/y"] = h5py.SoftLink("/g/x")
with new("externallink") as f:
    f["g/y"] = h5py.ExternalLink("other.h5", "/x")
with new("externaldata") as f:
    f.create_dataset("g/x", shape=(3, 4), dtype="f4", external=[("other.bin", 0, 48)])
with new("texts") as f:
    f["g/x"] = ["one", "two"]
with new("compound") as f:
    f["g/x"] = np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])
with new("unwritten") as f:
    f.create_dataset("g/x", shape=(1000, 1000, 1000), dtype="f4")
with new("null") as f:
    f["g/x"] = h5py.Empty("f4")
with new("twice") as f:
    f["g/x"] = x
    f["g/y"] = f["g/x"]
with new("circle") as f:
    g = f.create_group("g")
    g["g"] = f["g"]

with new("widths") as f:
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"):
        big = np.finfo(name) if name.startswith("f") else np.iinfo(name)
        f[name] = np.array([big.min, 0, 1, min(big.max, 2**63 - 1) if name == "uint64" else big.max], dtype=name)
    f["toolarge"] = np.array([2**63], dtype="uint64")
    f["scalar"] = np.int32(-7)
    space = h5py.h5s.create_simple((4,))
    props = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    props.set_layout(h5py.h5d.COMPACT)
    d = h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, space, props)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(4, dtype="f4"))
    f.create_dataset("empty", shape=(0, 5), dtype="f4")
    f.attrs["fixed"] = np.bytes_("fixed text")
    f.attrs["fixedlist"] = np.array([b"one", b"three"])
    f.attrs["list"] = ["one", "", "größer"]
    f.attrs["text"] = "größer"
    f.attrs["number"] = 2.5
    f.attrs["whole"] = np.int16(-3)
    f.attrs["single"] = np.float32(0.5)
    f.attrs["numbers"] = np.array([1.5, 2.5])
    f.attrs["nothing"] = np.array([])
    f.attrs["yes"] = True
    f.attrs["table"] = np.zeros((2, 2))
    for i in range(40):  # more than one node of a group, and a header with continuations
        f.create_group(f"many/{i:02}")
        f.attrs[f"attribute {i:02}"] = i
