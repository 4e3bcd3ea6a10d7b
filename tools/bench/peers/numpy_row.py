"""A character-level RNN by hand in NumPy: one pass forward, one back, clipping, Adagrad.

The algorithm is that of A. Karpathy, min-char-rnn, 2015: one-hot letters as columns, float64, one sequence.
"""

import numpy as np
from answer import row, serve

V, H, T = row["vocabularySize"], row["hiddenSize"], row["steps"]
random = np.random.default_rng(1)
text = random.integers(0, V, T + 1)
Wxh, Whh, Why = (0.01 * random.standard_normal(shape) for shape in ((H, V), (H, H), (V, H)))
bh, by = np.zeros((H, 1)), np.zeros((V, 1))
params = [Wxh, Whh, Why, bh, by]
squares = [np.zeros_like(p) for p in params]
state = np.zeros((H, 1))


def loss_and_grads(inputs, targets, h):
    xs, hs, ps, loss = [], [h], [], 0.0
    for letter, target in zip(inputs, targets):
        x = np.zeros((V, 1))
        x[letter] = 1
        h = np.tanh(Wxh @ x + Whh @ h + bh)
        y = Why @ h + by
        p = np.exp(y - y.max())
        p /= p.sum()
        loss -= np.log(p[target, 0])
        xs.append(x)
        hs.append(h)
        ps.append(p)
    grads = [np.zeros_like(p) for p in params]
    dWxh, dWhh, dWhy, dbh, dby = grads
    dh_next = np.zeros_like(h)
    for t in reversed(range(len(xs))):
        dy = ps[t]
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t + 1].T
        dby += dy
        da = (Why.T @ dy + dh_next) * (1 - hs[t + 1] ** 2)
        dWxh += da @ xs[t].T
        dWhh += da @ hs[t].T
        dbh += da
        dh_next = Whh.T @ da
    for grad in grads:
        np.clip(grad, -5, 5, out=grad)
    return loss, grads, h


def step():
    global state
    _, grads, state = loss_and_grads(text[:-1], text[1:], state)
    for p, grad, square in zip(params, grads, squares):
        square += grad * grad
        p -= 0.1 * grad / np.sqrt(square + 1e-8)


serve(step)
