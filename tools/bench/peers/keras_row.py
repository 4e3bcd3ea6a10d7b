"""The row's model in Keras on TensorFlow: a compiled train_on_batch, Adam."""

import keras
import numpy as np
from answer import row, serve

keras.utils.set_random_seed(1)
B, T, D = row["batchSize"], row["steps"], row["inputSize"]
H, O, layers = row["hiddenSize"], row["outputSize"], row["layers"]
Cell = {"lstm": keras.layers.LSTM, "rnn": keras.layers.SimpleRNN}[row["cell"]]
model = keras.Sequential(
    [keras.Input((T, D))]
    + [Cell(H, return_sequences=k < layers - 1) for k in range(layers)]
    + [keras.layers.Dense(O, activation="softmax" if O > 1 else None)]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy" if O > 1 else "mse")
x = np.random.randn(B, T, D).astype("float32")
y = np.random.randint(O, size=B) if O > 1 else np.random.randn(B, 1).astype("float32")

serve(lambda: model.train_on_batch(x, y))
