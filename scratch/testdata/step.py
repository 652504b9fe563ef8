"""Writes step_seed1.txt, what `scratch -step` must print, without any of the project's code.

    python3 step.py > step_seed1.txt

The random numbers are those of Go's math/rand/v2: PCG-DXSM with 128 bits of state (O'Neill 2014;
the multipliers and the increment are in Go's src/math/rand/v2/pcg.go). The net is written with whole
matrices, and the gradients of both losses are taken by dual numbers, not by the lecture's formulas.
"""
from math import exp, log

SEED, ALPHA, X, D = 1, 0.9, [1.0, 0.0, 1.0], 1.0
WORD = (1 << 64) - 1


def pcg(seed):
    state = seed << 64
    while True:
        state = (state * 0x2360ED051FC65DA44385DF649FCCF645 + 0x5851F42D4C957F2D14057B7EF767814F) % (1 << 128)
        high, low = state >> 64, state & WORD
        high ^= high >> 32
        high = high * 0xDA942042E4DD58B5 & WORD
        high ^= high >> 48
        yield high * (low | 1) & WORD


def uniform(bits):
    return 2 * ((next(bits) & ((1 << 53) - 1)) / 2**53) - 1


class Dual:
    """value + slope·ε with ε² = 0: arithmetic on it differentiates."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def apply(self, f, slope):
        return Dual(f(self.value), slope * self.slope)


def sigmoid(v):
    return v.apply(lambda t: 1 / (1 + exp(-t)), exp(-v.value) / (1 + exp(-v.value)) ** 2)


def net(weights):
    """The flat 16 weights to (v1, y1, v, y)."""
    x = [Dual(t) for t in X]
    v1 = [weights[3 * i] * x[0] + weights[3 * i + 1] * x[1] + weights[3 * i + 2] * x[2] for i in range(4)]
    y1 = [sigmoid(v) for v in v1]
    v = weights[12] * y1[0] + weights[13] * y1[1] + weights[14] * y1[2] + weights[15] * y1[3]
    return v1, y1, v, sigmoid(v)


def squared(y):
    return y.apply(lambda t: (D - t) ** 2 / 2, y.value - D)


def entropy(y):
    return y.apply(lambda t: -D * log(t) - (1 - D) * log(1 - t), -D / y.value + (1 - D) / (1 - y.value))


def values(duals):
    return [d.value for d in duals]


def number(t):
    return "%8.4f" % (0.0 if abs(t) < 0.00005 else t)


def scalar(name, t):
    print("  %-20s =   %s" % (name, number(t)))


def vector(name, row):
    print("  %-20s = [%s ]" % (name, "".join(" " + number(t) for t in row)))


def matrix(name, flat):
    vector(name, flat[:3])
    for i in range(3, 12, 3):
        print("  %20s   [%s ]" % ("", "".join(" " + number(t) for t in flat[i : i + 3])))


bits = pcg(SEED)
w = [uniform(bits) for _ in range(16)]
v1, y1, v, y = net([Dual(t) for t in w])
print(f"One sample of XOR through the net, seed {SEED}, α = {ALPHA}")
print("x (3) ── W1 (4×3) ──> v1 ── φ ──> y1 (4) ── W2 (1×4) ──> v ── φ ──> y,   φ(v) = 1/(1+e^-v)")
print("\nForward\n")
vector("x", X)
scalar("d", D)
matrix("W1", w[:12])
vector("v1 = W1·x", values(v1))
vector("y1 = φ(v1)", values(y1))
vector("W2", w[12:])
scalar("v  = W2·y1", v.value)
scalar("y  = φ(v)", y.value)

for title, formula, loss in [
    ("Back, squared error J = ½(d-y)²", "δ  = y(1-y)·e", squared),
    ("Back, cross-entropy J = -d·ln y - (1-d)·ln(1-y)", "δ  = e", entropy),
]:
    # δ = -∂J/∂v, e1 = -∂J/∂y1 and δ1 = -∂J/∂v1, each by a nudge at its place; the updates likewise.
    delta = -loss(sigmoid(Dual(v.value, 1.0))).slope
    e1, delta1, move = [], [], []
    for i in range(4):
        e1.append(-loss(sigmoid(Dual(v.value, w[12 + i]))).slope)
        nudged = sigmoid(Dual(v1[i].value, 1.0))
        delta1.append(-loss(sigmoid(Dual(v.value, w[12 + i] * nudged.slope))).slope)
    for k in range(16):
        move.append(-ALPHA * loss(net([Dual(t, float(j == k)) for j, t in enumerate(w)])[3]).slope)
    new = [t + m for t, m in zip(w, move)]
    print(f"\n{title}\n")
    scalar("e  = d - y", D - y.value)
    scalar(formula, delta)
    vector("e1 = W2ᵀ·δ", e1)
    vector("δ1 = y1(1-y1)∘e1", delta1)
    matrix("ΔW1 = α·δ1·xᵀ", move[:12])
    vector("ΔW2 = α·δ·y1ᵀ", move[12:])
    matrix("W1 + ΔW1", new[:12])
    vector("W2 + ΔW2", new[12:])
    scalar("y with these weights", net([Dual(t) for t in new])[3].value)
