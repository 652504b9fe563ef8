"""Golden values from real Keras of Dense and Softmax on rows of one and of several axes, and of Normalization.

usage: make_axes.py OUT_DIR SEED (beside make_golden.py, whose functions it uses)
"""
import os, sys
here = os.path.dirname(os.path.abspath(__file__))
source = open(os.path.join(here, "make_golden.py")).read()
sys.argv += ["", "", ""]  # make_golden.py's data files, which nothing here reads
exec(source[:source.index("\nfor act in (")])  # what dumps a layer


def case(name, layer, *shape):
    layer_case("axes_" + name, layer, rng.normal(size=shape), class_name=type(layer).__name__)


for act in ("linear", "relu", "softmax", "gelu"):
    case(f"dense_{act}", L.Dense(5, activation=act), 3, 2, 4)
case("dense_images", L.Dense(3, activation="tanh", use_bias=False), 2, 3, 2, 5)
case("softmax", L.Softmax(axis=1), 4, 5)
case("normalization", L.Normalization(mean=[1, -2, .5], variance=[4, .25, 2]), 4, 3)
case("normalization_axis", L.Normalization(axis=3, mean=[1, -2, .5], variance=[4, .25, 2]), 2, 2, 3, 3)
case("normalization_one", L.Normalization(mean=.75, variance=3), 4, 3)
case("normalization_whole", L.Normalization(axis=None, mean=.75, variance=3), 2, 4, 3)
case("normalization_inverse", L.Normalization(mean=[1, -2, .5], variance=[4, .25, 0], invert=True), 4, 3)
case("normalization_constant", L.Normalization(mean=[1, -2, .5], variance=[4, .25, 0]), 4, 3)
