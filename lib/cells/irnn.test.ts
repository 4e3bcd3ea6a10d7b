import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgrees, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { identity, matrix, maxAbs } from "../matrix";
import { seeded } from "../random";
import * as irnn from "./irnn";
import * as rnn from "./rnn";

for (const one of torchCases("irnn")) {
  test(`irnn agrees with PyTorch, ${one.name}`, () => {
    const params = one.params as rnn.RnnParams;
    const ahead = irnn.forward(params, one.xs, one.state as rnn.RnnState);
    assertAgrees(one, ahead, irnn.backward(params, ahead.cache, one.dhs, one.dState as rnn.RnnState));
  });
  test(`irnn agrees with finite differences, ${one.name}`, () => assertFiniteDifferences(irnn, one));
}

test("Whh starts as the identity, Wxh as that of an RNN, bh at 0", () => {
  const params = irnn.init({ inputSize: 3, hiddenSize: 4 }, seeded(2));
  assert.deepEqual(params.Whh, identity(4));
  assert.deepEqual(params.Wxh, rnn.init({ inputSize: 3, hiddenSize: 4 }, seeded(2)).Wxh);
  assert.equal(maxAbs(params.bh), 0);
});

test("a fresh IRNN adds up what comes in, and keeps it", () => {
  const params = { ...irnn.init({ inputSize: 1, hiddenSize: 1 }, seeded(1)), Wxh: matrix([[1]]) };
  const { hs } = irnn.forward(
    params,
    [2, 3, 0, -1].map((x) => matrix([[x]])),
  );
  assert.deepEqual(
    hs.map(({ data }) => data[0]),
    [2, 5, 5, 4],
  );
});

test("errors name the cell", () => {
  const params = irnn.init({ inputSize: 2, hiddenSize: 4 }, seeded(1));
  assert.throws(() => irnn.forward(params, [matrix([[1]])]), /irnn.forward: xs\[0\] \[1,1\] · Wxh \[2,4\]/);
});
