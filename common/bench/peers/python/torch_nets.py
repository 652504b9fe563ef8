"""The lecture's nets for digits in PyTorch, from NCHW to logits."""

from torch import nn


def digits(work, width=1):
    """The lecture's net with width times its filters and hidden neurons."""
    first, second, hidden = (max(1, int(width * n)) for n in (32, 64, 1000))
    body = []
    if work == "cnn":
        body = [nn.Conv2d(1, first, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(first, second, 2, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)]
    return nn.Sequential(*body, nn.Flatten(), nn.Linear(49 * second if body else 784, hidden), nn.ReLU(),
                         nn.Linear(hidden, 10))
