"""The lecture's nets in JAX without a library of layers: a step is one jitted function, XOR's training one lax.scan."""

import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import lecture

args = lecture.arguments(["jit"])
lecture.say(versions={"jax": jax.__version__})
random = np.random.default_rng(1)


def glorot(*shape):
    space = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (space * (shape[-2] + shape[-1])))
    kernel = random.uniform(-limit, limit, shape).astype(np.float32)
    return {"kernel": jnp.asarray(kernel), "bias": jnp.zeros(shape[-1], jnp.float32)}


def dense(layer, x):
    return x @ layer["kernel"] + layer["bias"]


def conv(layer, x):
    y = lax.conv_general_dilated(x, layer["kernel"], (1, 1), "SAME",
                                 dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return jax.nn.relu(y + layer["bias"])


def pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def perceptron(params, x, key=None):
    x = x.reshape(len(x), -1)
    for layer in params[:-1]:
        x = jax.nn.relu(dense(layer, x))
    return dense(params[-1], x)


def convolutional(params, x, key=None):
    x = pool(conv(params[1], pool(conv(params[0], x))))
    if key is not None:
        x = jnp.where(jax.random.bernoulli(key, 0.75, x.shape), x / 0.75, 0)
    return perceptron(params[2:], x)


def cross_entropy(logits, classes):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), classes[:, None], 1).mean()


def adam_step(net):
    """A jitted step of Adam on the rows of x and y that idx names; the state is updated in place."""

    def step(state, x, y, idx):
        params, m, v, t = state
        key = jax.random.fold_in(jax.random.key(1), t)
        loss, grads = jax.value_and_grad(lambda p: cross_entropy(net(p, x[idx], key), y[idx]))(params)
        t += 1
        rate = 0.001 * jnp.sqrt(1 - 0.999 ** t.astype(jnp.float32)) / (1 - 0.9 ** t.astype(jnp.float32))
        m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, grads)
        v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, grads)
        params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v)
        return (params, m, v, t), loss

    return jax.jit(step, donate_argnums=0)


def adam_state(params):
    zeros = lambda: jax.tree.map(jnp.zeros_like, params)
    return params, zeros(), zeros(), jnp.zeros((), jnp.int32)


def validation(net, x, y):
    """Accuracy and loss on the rows of x and y, sliced in advance because each slice is a dispatch."""
    n = lecture.VALIDATION_ROWS
    pieces = [(x[i:i + n], y[i:i + n]) for i in range(0, len(x), n)]

    @jax.jit
    def evaluate(params, x, y):
        logits = net(params, x)
        return jnp.stack([(logits.argmax(1) == y).sum(), cross_entropy(logits, y) * len(x)])

    def run(params):
        parts = [evaluate(params, *piece) for piece in pieces]
        return sum(np.asarray(part) for part in parts) / len(x)

    return run


def epoch(step, state, x, y, batch, rows):
    """An epoch on the first rows of x and y; the step is compiled for the whole arrays."""
    order = random.permutation(rows).astype(np.int32)
    for first in range(0, rows, batch):
        state, loss = step(state, x, y, order[first:first + batch])
    return state, loss


def xor():
    x, y = map(jnp.asarray, lecture.xor())
    params = [glorot(2, 2), glorot(2, 1)]

    def loss(params, row):
        hidden = jax.nn.sigmoid(dense(params[0], x[row]))
        return ((jax.nn.sigmoid(dense(params[1], hidden)) - y[row]) ** 2).mean()

    def step(params, row):
        value, grads = jax.value_and_grad(loss)(params, row)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), value

    rows = np.concatenate([random.permutation(4) for _ in range(args.epochs)]).astype(np.int32)
    lecture.mark("first step begins")
    whole = jax.jit(lambda params, rows: lax.scan(step, params, rows)).lower(params, rows).compile()
    lecture.mark("first step done")
    start = time.perf_counter()
    _, losses = jax.block_until_ready(whole(params, rows))
    lecture.say(timed="epochs", epochs=args.epochs, seconds=time.perf_counter() - start)
    lecture.learned(losses[-4:].mean().item(), 0)


def iris():
    (x, y), (test, classes) = lecture.iris(args.iris)
    x, y, test, classes = map(jnp.asarray, (x, y.argmax(1), test, classes.argmax(1)))
    step, validate = adam_step(perceptron), validation(perceptron, test, classes)
    state = adam_state([glorot(4, 32), glorot(32, 32), glorot(32, 32), glorot(32, 3)])
    lecture.mark("first step begins")
    for number in range(args.epochs):
        state, loss = epoch(step, state, x, y, lecture.BATCH["iris"], len(x))
        accuracy, _ = validate(state[0])
        if number == 0:
            lecture.mark("first step done")
            start = time.perf_counter()
    lecture.say(timed="epochs", epochs=args.epochs - 1, seconds=time.perf_counter() - start)
    lecture.learned(loss.item(), accuracy)


def digits():
    batch = lecture.BATCH[args.work]
    before, rows, wanted = lecture.rows(args)
    (x, y), (test, classes) = lecture.mnist(args.mnist, wanted)
    x, y, test, classes = map(jnp.asarray, (x, y, test, classes))
    net, params = perceptron, [glorot(784, 1000), glorot(1000, 10)]
    if args.work == "cnn":
        net = convolutional
        params = [glorot(5, 5, 1, 32), glorot(2, 2, 32, 64), glorot(3136, 1000), glorot(1000, 10)]
    untrained = [{name: np.array(value) for name, value in layer.items()} for layer in params]
    step, validate, state = adam_step(net), validation(net, test, classes), adam_state(params)
    lecture.mark("first step begins")
    state, loss = step(state, x, y, np.arange(batch, dtype=np.int32))
    loss.block_until_ready()
    lecture.mark("first step done")
    state, _ = epoch(step, state, x, y, batch, min(before, len(x)))
    validate(state[0])
    for part in range(args.parts + 1):
        if first := part == args.parts:
            state = adam_state(jax.tree.map(jnp.array, untrained))
            jax.block_until_ready(state)
        start = time.perf_counter()
        state, loss = epoch(step, state, x, y, batch, rows or len(x))
        loss.block_until_ready()
        between = time.perf_counter()
        score = validate(state[0])
        lecture.timed(-(-(rows or len(x)) // batch), between - start, len(test), time.perf_counter() - between, first)
        if not first:
            accuracy, last = score
    lecture.learned(last, accuracy)


{"xor": xor, "iris": iris, "mlp": digits, "cnn": digits}[args.work]()
