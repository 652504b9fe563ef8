"""The lecture's nets for digits in PyTorch, from NCHW to logits."""

from torch import nn


def digits(work):
    body = []
    if work == "cnn":
        body = [nn.Conv2d(1, 32, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 2, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)]
    return nn.Sequential(*body, nn.Flatten(), nn.Linear(3136 if body else 784, 1000), nn.ReLU(),
                         nn.Linear(1000, 10))
