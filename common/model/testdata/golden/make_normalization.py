"""Golden values from real Keras of BatchNormalization, of average and global pooling, of frozen layers and of
regularizers.

usage: make_normalization.py OUT_DIR SEED (beside make_golden.py, whose functions it uses)
"""
import os, sys
here = os.path.dirname(os.path.abspath(__file__))
source = open(os.path.join(here, "make_golden.py")).read()
sys.argv += ["", "", ""]  # make_golden.py's data files, which nothing here reads
exec(source[:source.index("\nfor act in (")])  # what dumps a layer
exec(source[source.index("O = keras.optimizers"):source.index("for name, o in (")])
exec(source[source.index("# 4. whole training runs"):source.index("d = np.loadtxt(bloodfat")])  # what dumps a run


def pool(name, layer, *shape):
    layer_case(name, layer, rng.normal(size=shape), class_name=type(layer).__name__)


for pad in ("same", "valid"):
    pool(f"averagepool_{pad}_7x8_p3_s2", L.AveragePooling2D(3, 2, padding=pad), 2, 7, 8, 3)
    pool(f"averagepool_{pad}_8x7_p2x3_s1x2", L.AveragePooling2D((2, 3), (1, 2), padding=pad), 2, 8, 7, 2)
    pool(f"averagepool_{pad}_7x5", L.AveragePooling2D(2, padding=pad), 2, 7, 5, 2)
pool("averagepool_same_5x6_p1x2_s3", L.AveragePooling2D((1, 2), 3, padding="same"), 2, 5, 6, 1)
pool("averagepool_same_3x2_p5_s1", L.AveragePooling2D(5, 1, padding="same"), 2, 3, 2, 2)
for keep in (False, True):
    pool(f"globalaverage_{keep}", L.GlobalAveragePooling2D(keepdims=keep), 2, 4, 3, 5)
    pool(f"globalmax_{keep}", L.GlobalMaxPooling2D(keepdims=keep), 2, 4, 3, 5)
# pixels that are equally large share the gradient
layer_case("globalmax_ties", L.GlobalMaxPooling2D(), rng.integers(0, 3, size=(3, 3, 2, 4)).astype(float), class_name="GlobalMaxPooling2D")


# BatchNormalization in training, in prediction, and frozen in training: the gradients of sum(y * upstream), and the weights
# after the call, of which training moves two
def normalization(name, shape, training, trainable=True, **settings):
    layer = L.BatchNormalization(**settings)
    layer.trainable = trainable
    x = tf.constant(rng.normal(size=shape) * 3 + 2)
    layer.build(x.shape)
    for w in layer.weights:
        w.assign(rng.uniform(0.25, 2, size=w.shape))
    before = [{"name": w.name, **arr(w.numpy())} for w in layer.weights]
    up = rng.normal(size=shape)
    with tf.GradientTape() as t:
        t.watch(x)
        y = layer(x, training=training)
        s = tf.reduce_sum(y * up)
    learned = layer.trainable_weights
    g = t.gradient(s, [x] + [w.value for w in learned])
    dump("norm_" + name, config=layer.get_config(), training=training, x=arr(x), upstream=arr(up), y=arr(y), dx=arr(g[0]),
         weights=before, dweights=[{"name": w.name, **arr(gg)} for w, gg in zip(learned, g[1:])],
         after=[{"name": w.name, **arr(w.numpy())} for w in layer.weights])


for what, training, trainable in (("training", True, True), ("prediction", False, True), ("frozen", True, False)):
    for center in (True, False):
        for scale in (True, False):
            normalization(f"{what}_{center}_{scale}", (6, 4), training, trainable, center=center, scale=scale)
    normalization(f"{what}_images", (3, 5, 4, 2), training, trainable, momentum=0.7, epsilon=0.01)
normalization("one_row", (1, 3), True)
normalization("no_momentum", (4, 3), True, momentum=0.0, epsilon=0.0)
normalization("all_momentum", (4, 3), True, momentum=1.0)


# whole runs; the last batch of an epoch is smaller
def train(name, layers, shape, optimizer, validation=False, frozen=(), rows=22):
    m = keras.Sequential([keras.Input(shape)] + layers)
    for i in frozen:
        m.layers[i].trainable = False
    m.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    for l in m.layers:
        for w in l.weights:
            if w.name != "kernel":
                w.assign(rng.uniform(0.25, 2, size=w.shape))
    xs = rng.normal(size=(rows, *shape)) + 0.5
    ys = rng.integers(0, 3, rows)
    xv, yv, note = None, None, {}
    if validation:
        xv, yv = rng.normal(size=(5, *shape)), rng.integers(0, 3, 5)
        note = {"x_validation": arr(xv), "y_validation": arr(yv)}
    run(name, m, xs, ys, xv, yv, batch_size=5, epochs=5, **note)


R = keras.regularizers
out_layer = lambda: L.Dense(3, activation="softmax")
train("norm_dense", [L.Dense(6, use_bias=False), L.BatchNormalization(), L.Dense(4, activation="tanh"),
                     L.BatchNormalization(momentum=0.8, epsilon=0.01, scale=False), out_layer()], (4,), O.Adam(**ADAM), True)
train("norm_conv", [L.BatchNormalization(), L.Conv2D(3, 3, padding="same", activation="relu"), L.BatchNormalization(momentum=0.9),
                    L.AveragePooling2D(2), L.Conv2D(4, 2), L.BatchNormalization(center=False), L.GlobalAveragePooling2D(), out_layer()],
      (6, 6, 2), O.Adam(**ADAM), True)
train("norm_frozen", [L.Dense(5, activation="tanh"), L.BatchNormalization(), L.Dense(4, activation="tanh"), out_layer()], (4,),
      O.SGD(0.1, momentum=f32(0.9)), True, frozen=(1, 2))
train("frozen_all", [L.Dense(4, activation="tanh"), L.BatchNormalization(), out_layer()], (4,), O.Adam(**ADAM), frozen=(0, 1, 2))
train("globalmax", [L.Conv2D(4, 2, activation="relu"), L.GlobalMaxPooling2D(), out_layer()], (5, 5, 1), O.Adam(**ADAM))
train("l1", [L.Dense(5, activation="relu", kernel_regularizer=R.L1(0.01), bias_regularizer=R.L1(0.02)), out_layer()], (4,),
      O.SGD(0.1), True)
train("l2", [L.Conv2D(3, 2, activation="relu", kernel_regularizer=R.L2(0.01)), L.Flatten(),
             L.Dense(3, activation="softmax", kernel_regularizer=R.L1L2(0.003, 0.07), bias_regularizer="l2")], (4, 4, 1), O.Adam(**ADAM), True)
# a frozen layer's regularizer adds nothing
train("l2_frozen", [L.Dense(5, activation="tanh", kernel_regularizer="l2"), L.Dense(3, activation="softmax", kernel_regularizer=R.L2(0.05))],
      (4,), O.SGD(0.1), True, frozen=(0,))
