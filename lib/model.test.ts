import assert from "node:assert/strict";
import { test } from "node:test";
import { bidirectional } from "./cells/bidirectional";
import type { Cell } from "./cells/cell";
import * as gru from "./cells/gru";
import * as lstm from "./cells/lstm";
import * as rnn from "./cells/rnn";
import { stacked } from "./cells/stacked";
import { checkGradients, formatGradCheck } from "./gradcheck";
import { type Loss, meanSquaredError, sigmoidBinaryCrossEntropy, softmaxCrossEntropy } from "./losses";
import { generate, type Matrix, matrix, maxAbs, shape } from "./matrix";
import { type Batch, recurrentModel } from "./model";
import { copyParams, countParams } from "./params";
import { randomNormal, seeded } from "./random";

const [B, T, D, H, O] = [3, 4, 2, 5, 3];

function setUp(readout: "last" | "every", loss: Loss<Matrix> | Loss<number[]>) {
  const random = seeded(14);
  const sizes = { inputSize: D, hiddenSize: H, outputSize: O };
  const model = recurrentModel(
    { cell: rnn, ...sizes, readout, loss, cellOptions: { recurrent: "orthogonal" } },
    random,
  );
  const outputs = readout === "every" ? T : 1;
  const classes = () => Array.from({ length: B }, () => random.integer(0, O));
  const targets = Array.from({ length: outputs }, () =>
    loss === softmaxCrossEntropy ? classes() : generate(B, O, () => random.next()),
  );
  const masks = Array.from({ length: outputs }, (_, t) => matrix([[1], [t < 2 ? 1 : 0], [t === 0 ? 1 : 0]]));
  const xs = Array.from({ length: T }, () => randomNormal(B, D, 1, random));
  return { model, batch: { xs, targets, masks } as Batch, random };
}

for (const readout of ["last", "every"] as const) {
  for (const loss of [meanSquaredError, softmaxCrossEntropy, sigmoidBinaryCrossEntropy]) {
    const name =
      Object.entries({ meanSquaredError, softmaxCrossEntropy }).find(([, f]) => f === loss)?.[0] ?? "BCE";
    test(`the whole model's gradient agrees with finite differences: ${readout}, ${name}`, () => {
      const { model, batch, random } = setUp(readout, loss);
      const state = { h: randomNormal(B, H, 0.5, random) };
      const { grads } = model.lossAndGrads(model.params, batch, state);
      const value = (p: typeof model.params) => model.lossAndGrads(p, batch, state).loss;
      const report = checkGradients(value, model.params, grads);
      assert.ok(report.passed, formatGradCheck(report));
      assert.deepEqual(Object.keys(grads), ["Wxh", "Whh", "bh", "Why", "by"]);
    });
  }
}

const otherCells: Record<string, Cell> = { lstm, gru, "two layers": stacked(lstm, bidirectional(gru)) };
for (const [name, cell] of Object.entries(otherCells)) {
  test(`any cell fits, here ${name}: gradients agree with finite differences`, () => {
    const { batch } = setUp("every", meanSquaredError);
    const sizes = { inputSize: D, hiddenSize: H, outputSize: O };
    const model = recurrentModel({ cell, ...sizes, readout: "every", loss: meanSquaredError }, seeded(18));
    const { grads } = model.lossAndGrads(model.params, batch);
    const value = (p: typeof model.params) => model.lossAndGrads(p, batch).loss;
    const report = checkGradients(value, model.params, grads);
    assert.ok(report.passed, formatGradCheck(report));
  });
}

test("predict: one output for each step or one in all, and the same states as in learning", () => {
  for (const [readout, outputs] of [
    ["every", T],
    ["last", 1],
  ] as const) {
    const { model, batch } = setUp(readout, meanSquaredError);
    const { ys, hs, state } = model.predict(model.params, batch.xs);
    assert.deepEqual([ys.length, shape(ys[0]), hs.length], [outputs, `[${B},${O}]`, T]);
    const learned = model.lossAndGrads(model.params, batch);
    assert.deepEqual([learned.hs, learned.state], [hs, state]);
    assert.equal(learned.dhTotals.length, T);
  }
});

test("nothing is changed by a pass, parameters are counted, orthogonal arrives at the cell", () => {
  const { model, batch } = setUp("every", meanSquaredError);
  const before = copyParams(model.params);
  model.lossAndGrads(model.params, batch);
  assert.deepEqual(model.params, before);
  assert.equal(countParams(model.params), D * H + H * H + H + H * O + O);
  assert.ok(maxAbs(model.params.Whh) <= 1);
});

test("targets of the wrong kind or number are named", () => {
  const { model, batch } = setUp("every", meanSquaredError);
  const classes = { ...batch, targets: batch.xs.map(() => [0, 1, 2]) };
  assert.throws(() => model.lossAndGrads(model.params, classes), /meanSquaredError: target is not a matrix/);
  const few = { ...batch, targets: batch.targets.slice(1) as Matrix[] };
  assert.throws(
    () => model.lossAndGrads(model.params, few),
    /overTime: 4 ys and 3 targets; give one for each step/,
  );
});
