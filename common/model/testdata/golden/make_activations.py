"""Golden values from real Keras of the activations beside the lecture's, of the layers without weights, and of nets that
train with them.

usage: make_activations.py OUT_DIR SEED (beside make_golden.py, whose functions it uses)

Settings are float32 numbers, because TensorFlow rounds some of them to float32 in float64 too.
"""
import os, sys
here = os.path.dirname(os.path.abspath(__file__))
source = open(os.path.join(here, "make_golden.py")).read()
sys.argv += ["", "", ""]  # make_golden.py's data files, which nothing here reads
exec(source[:source.index("\nfor act in (")])  # what dumps a layer
exec(source[source.index("O = keras.optimizers"):source.index("for name, o in (")])
exec(source[source.index("# 4. whole training runs"):source.index("d = np.loadtxt(bloodfat")])  # what dumps a run
ACTIVATIONS = ("elu", "selu", "gelu", "silu", "softplus", "softsign", "exponential", "hard_sigmoid", "leaky_relu", "relu6")


def case(name, layer, *shape, scale=1):
    layer_case("act_" + name, layer, rng.normal(size=shape) * scale, class_name=type(layer).__name__)


for act in ACTIVATIONS:
    case(f"dense_{act}", L.Dense(5, activation=act), 6, 4, scale=3)
    case(f"conv_{act}", L.Conv2D(3, 2, padding="same", activation=act), 2, 5, 4, 2, scale=2)
for act in ACTIVATIONS + ("linear", "sigmoid", "tanh", "relu", "softmax"):
    case(f"layer_{act}", L.Activation(act), 3, 5, scale=4)
for i, settings in enumerate(({}, {"max_value": 1.25}, {"negative_slope": .125}, {"threshold": .5}, {"max_value": 6.0},
                              {"max_value": 1.5, "negative_slope": .25}, {"negative_slope": .25, "threshold": .75},
                              {"max_value": 2.0, "negative_slope": .125, "threshold": .5}, {"max_value": .5, "threshold": 1.0})):
    case(f"relu_{i}", L.ReLU(**settings), 4, 3, 3, 2, scale=2)
case("leaky_relu", L.LeakyReLU(f32(0.3)), 4, 5)
case("leaky_relu_0.0625", L.LeakyReLU(0.0625), 4, 5)
case("elu", L.ELU(), 4, 5)
case("elu_0.75", L.ELU(0.75), 4, 5)
case("softmax", L.Softmax(), 4, 5)
case("softmax_of_images", L.Softmax(), 2, 3, 3, 4)
case("padding", L.ZeroPadding2D(), 2, 3, 4, 2)
case("padding_1_2_3_0", L.ZeroPadding2D(((1, 2), (3, 0))), 2, 3, 4, 2)
case("rescaling", L.Rescaling(f32(1 / 255), offset=-.5), 3, 4, 2, scale=100)
case("reshape", L.Reshape((3, -1, 2)), 2, 12)
case("reshape_flat", L.Reshape((-1,)), 2, 3, 4)
case("spatial_dropout_at_prediction", L.SpatialDropout2D(0.25), 2, 3, 3, 4)
case("noise_at_prediction", L.GaussianNoise(0.25), 3, 4)

ys = rng.integers(0, 3, 13)


def net(*layers, loss, optimizer, shape):
    m = keras.Sequential([keras.Input(shape), *layers])
    m.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return m


run("act_image", net(L.Reshape((6, 6, 2)), L.Rescaling(f32(0.1), offset=-.25), L.ZeroPadding2D(((1, 0), (2, 1))),
                     L.Conv2D(3, (3, 2), activation="selu"), L.LeakyReLU(.125), L.Conv2D(4, 3), L.ReLU(6.0, .25, .125), L.Flatten(),
                     L.Dense(6, activation="gelu"), L.ELU(.5), L.Dense(3), L.Softmax(),
                     loss="sparse_categorical_crossentropy", optimizer=O.Adam(0.01, **ADAM), shape=(72,)),
    rng.uniform(size=(13, 72)) * 9, ys, batch_size=4, epochs=5)
run("act_deep", net(*[L.Dense(6, activation=a) for a in ACTIVATIONS], L.Dense(3), L.Activation("softmax"),
                    loss="categorical_crossentropy", optimizer=O.SGD(0.05), shape=(5,)),
    rng.normal(size=(13, 5)), np.eye(3)[ys], batch_size=4, epochs=6)
run("act_sigmoid_layer", net(L.Dense(4), L.Activation("softsign"), L.Dense(1), L.Activation("sigmoid"),
                             loss="binary_crossentropy", optimizer=O.SGD(0.1), shape=(5,)),
    rng.normal(size=(13, 5)), (ys[:, None] > 0).astype(float), batch_size=4, epochs=6)
