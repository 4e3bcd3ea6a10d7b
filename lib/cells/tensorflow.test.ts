import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { assertClose } from "../fixtures/torch";
import { concatCols, type Matrix, matrix, toRows } from "../matrix";
import { mapParams, type Params } from "../params";
import { randomNormal, seeded } from "../random";
import type { Cell } from "./cell";
import * as gruResetBefore from "./gruResetBefore";
import * as lstm from "./lstm";
import * as rnn from "./rnn";

const [T, B, D, H] = [40, 3, 2, 4];
const options = { units: H, returnSequences: true } as const;
const gated = { ...options, recurrentActivation: "sigmoid" } as const; // the layers' own default is "hardSigmoid"

before(() => tf.setBackend("cpu"));

test("tf.layers.simpleRNN on the same weights", () => assertParity(rnn, tf.layers.simpleRNN(options), "h"));

test("tf.layers.lstm on the same weights: it keeps the gates in the order i, f, g, o", () =>
  assertParity(lstm, tf.layers.lstm(gated), "ifgo"));

test("tf.layers.gru on the same weights: order z, r, n, and the reset acts before the product", () => {
  assertParity(gruResetBefore, tf.layers.gru(gated), "zrn");
  assert.throws(
    () => tf.layers.gru({ ...gated, resetAfter: true } as typeof gated),
    /does not support reset_after/,
  );
});

/** Runs ours and theirs, forward and backward: hs, ∂L/∂x, and the gradients of all weights for L = Σ dhs ⊙ hs. */
function assertParity(cell: Cell, layer: tf.RNN, gates: string): void {
  const random = seeded(11);
  const init = cell.init({ inputSize: D, hiddenSize: H }, random);
  const params = mapParams(init, (m) => randomNormal(m.rows, m.cols, 0.7, random)); // no bias is zero
  const xs = Array.from({ length: T }, () => randomNormal(B, D, 1, random));
  const dhs = xs.map(() => randomNormal(B, H, 1, random));
  const { hs, cache } = cell.forward(params, xs);
  const { grads, dxs } = cell.backward(params, cache, dhs);

  const run = (x: tf.Tensor): tf.Tensor => layer.apply(x) as tf.Tensor;
  run(toTensor(xs)); // the first call makes the layer's weights
  const [kernel, recurrentKernel, bias] = layerWeights(params, gates);
  layer.setWeights([
    tf.tensor2d(toRows(kernel)),
    tf.tensor2d(toRows(recurrentKernel)),
    tf.tensor1d([...bias.data]),
  ]);
  const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(run(x), toTensor(dhs)));
  assertClose("hs", hs, toMatrices(run(toTensor(xs))), 1e-6);
  assertClose("dxs", dxs, toMatrices(tf.grad(loss)(toTensor(xs))), 1e-5);
  const { grads: theirs } = tf.variableGrads(() => loss(toTensor(xs)));
  layerWeights(grads, gates).forEach((ours, k) => {
    const values = Object.values(theirs)[k].reshape([ours.rows, ours.cols]).arraySync() as number[][];
    assertClose(["kernel", "recurrent kernel", "bias"][k], [ours], [matrix(values)], 1e-4);
  });
}

/** A tf layer keeps the gates' matrices side by side: kernel [D,kH], recurrent kernel [H,kH], bias [kH]. */
function layerWeights(params: Params, gates: string): Matrix[] {
  return ["Wx", "Wh", "b"].map((prefix) => {
    const [first, ...others] = [...gates].map((gate) => params[prefix + gate]);
    return concatCols(first, ...others);
  });
}

/** T matrices [B,D] → a tensor [B,T,D], as the layers want it, and back. */
function toTensor(sequence: Matrix[]): tf.Tensor {
  return tf.transpose(tf.tensor3d(sequence.map(toRows)), [1, 0, 2]);
}

function toMatrices(tensor: tf.Tensor): Matrix[] {
  return (tf.transpose(tensor, [1, 0, 2]).arraySync() as number[][][]).map((rows) => matrix(rows));
}
