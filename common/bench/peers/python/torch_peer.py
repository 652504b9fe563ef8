"""The lecture's nets in PyTorch: eager, eager with channels last, and by torch.compile."""

import time

import torch
from torch import nn

import lecture
import torch_nets

args = lecture.arguments(["plain", "channels_last", "compile"])
lecture.say(versions={"torch": torch.__version__})


def trainer(net, loss_function, optimizer):
    """A training step. torch.compile compiles forward pass and loss."""

    def forward(x, y):
        return loss_function(net(x), y)

    if args.form == "compile":
        forward = torch.compile(forward)

    def step(x, y):
        optimizer.zero_grad()
        loss = forward(x, y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def train(step, x, y, batch, steps=None):
    """Trains an epoch in a new order, or its first steps, and returns the mean loss."""
    total, count = torch.zeros(()), 0
    for rows in torch.randperm(len(x)).split(batch)[:steps]:
        total += step(x[rows], y[rows])
        count += 1
    return total / count


@torch.inference_mode()
def validate(net, x, classes):
    net.eval()
    right, loss = torch.zeros((), dtype=torch.int64), torch.zeros(())
    for rows, y in zip(x.split(lecture.VALIDATION_ROWS), classes.split(lecture.VALIDATION_ROWS)):
        out = net(rows)
        loss += nn.functional.cross_entropy(out, y, reduction="sum")
        right += (out.argmax(1) == y).sum()
    net.train()
    return right.item() / len(x), loss.item() / len(x)


def small():
    batch = lecture.BATCH[args.work]
    if args.work == "xor":
        x, y = map(torch.from_numpy, lecture.xor())
        net = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
        step = trainer(net, nn.functional.mse_loss, torch.optim.SGD(net.parameters(), 0.1, fused=True))
    else:
        (x, y), (test, classes) = [map(torch.from_numpy, part) for part in lecture.iris(args.iris)]
        y, classes = y.argmax(1), classes.argmax(1)
        net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32),
                            nn.ReLU(), nn.Linear(32, 3))
        step = trainer(net, nn.functional.cross_entropy, torch.optim.Adam(net.parameters(), fused=True))
    lecture.mark("first step begins")
    accuracy = 0
    for epoch in range(args.epochs):
        loss = train(step, x, y, batch)
        if args.work == "iris":
            accuracy, _ = validate(net, test, classes)
        if epoch == 0:
            lecture.mark("first step done")
            start = time.perf_counter()
    lecture.say(timed="epochs", epochs=args.epochs - 1, seconds=time.perf_counter() - start)
    lecture.learned(loss.item(), accuracy)


def digits():
    batch = lecture.BATCH[args.work]
    before, rows, wanted = lecture.rows(args)
    (x, y), (test, classes) = [map(torch.from_numpy, part) for part in lecture.mnist(args.mnist, wanted)]
    y, classes = y.long(), classes.long()
    x, test = (images.permute(0, 3, 1, 2).contiguous() for images in (x, test))  # NCHW
    net = torch_nets.digits(args.work)
    if args.form == "channels_last":
        net = net.to(memory_format=torch.channels_last)
        x, test = (images.to(memory_format=torch.channels_last) for images in (x, test))
    untrained = [weight.detach().clone() for weight in net.parameters()]
    optimizer = torch.optim.Adam(net.parameters(), fused=True)
    step = trainer(net, nn.functional.cross_entropy, optimizer)
    lecture.mark("first step begins")
    train(step, x, y, batch, 1)
    lecture.mark("first step done")
    train(step, x[:before], y[:before], batch)
    validate(net, test, classes)
    x, y = x[:rows], y[:rows]
    for part in range(args.parts + 1):
        if first := part == args.parts:
            restart(net, untrained, optimizer)
        start = time.perf_counter()
        train(step, x, y, batch).item()
        between = time.perf_counter()
        score = validate(net, test, classes)
        lecture.timed(-(-len(x) // batch), between - start, len(test), time.perf_counter() - between, first)
        if not first:
            accuracy, loss = score
    lecture.learned(loss, accuracy)


@torch.no_grad()
def restart(net, untrained, optimizer):
    """Resets the weights and the optimizer, in the same memory."""
    for weight, value in zip(net.parameters(), untrained):
        weight.copy_(value)
    for state in optimizer.state.values():
        for tensor in state.values():
            tensor.zero_()


if args.work in ("mlp", "cnn"):
    digits()
else:
    small()
