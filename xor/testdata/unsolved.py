"""The seeds that do not solve XOR in Keras 3.15.1 on TensorFlow 2.21, for share_test.go: python unsolved.py, some minutes.

fit(X, y, epochs=5000, batch_size=1) would take hours, nearly all of them between the steps. One epoch of 20,000 rows is the
same training, with the rows in the order that Keras' adapter gives them in every epoch (see common/random)."""
import keras
import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")
unsolved = []
for seed in range(1, 101):
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2, "sigmoid"), keras.layers.Dense(1, "sigmoid")])
    net.compile(keras.optimizers.SGD(0.1), "mse", steps_per_execution=1000)
    rows = list(ArrayDataAdapter(X, y, batch_size=1, shuffle=True).get_tf_dataset()) * 5000
    inputs, targets = (np.concatenate(column) for column in zip(*rows))
    net.fit(inputs, targets, epochs=1, batch_size=1, shuffle=False, verbose=0)
    if np.abs(net.predict(X, verbose=0) - y).max() >= 0.5:
        unsolved.append(seed)
print(unsolved)
