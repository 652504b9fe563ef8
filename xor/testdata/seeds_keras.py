"""Trains the lecture's XOR net in real Keras from many seeds, as `xor -study seeds` does: which of them solve it?

usage: seeds_keras.py OUT.json FIRST LAST

A seed solves it if all four answers are within 0.5 of their targets after 5,000 epochs of SGD at 0.1, a row a step.
"""
import json, os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np
import tensorflow as tf

EPOCHS = 5000
X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
Y = np.array([[0], [1], [1], [0]])


def lecture(seed):
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([
        keras.layers.Input((2,)), keras.layers.Dense(2, activation="sigmoid"), keras.layers.Dense(1, activation="sigmoid")])
    net.compile(keras.optimizers.SGD(0.1), "mse")
    return net
