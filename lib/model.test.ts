import assert from "node:assert/strict";
import { test } from "node:test";
import { bidirectional } from "./cells/bidirectional";
import type { Cell } from "./cells/cell";
import * as gru from "./cells/gru";
import * as lstm from "./cells/lstm";
import * as rnn from "./cells/rnn";
import { stacked } from "./cells/stacked";
import type { Batch } from "./data/batch";
import { checkGradients, formatGradCheck } from "./gradcheck";
import { type Loss, meanSquaredError, sigmoidBinaryCrossEntropy, softmaxCrossEntropy } from "./losses";
import { matmulTransposeB } from "./matmul";
import { allClose, generate, identity, type Matrix, matrix, multiply, row, shape, sum } from "./matrix";
import { recurrentModel } from "./model";
import { copyParams, countParams, type Params } from "./params";
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

test("nothing is changed by a pass, parameters are counted, the cell's options arrive at the cell", () => {
  const { model, batch } = setUp("every", meanSquaredError);
  const before = copyParams(model.params);
  model.lossAndGrads(model.params, batch);
  assert.deepEqual(model.params, before);
  assert.equal(countParams(model.params), D * H + H * H + H + H * O + O);
  const { Whh } = model.params;
  assert.ok(allClose(matmulTransposeB(Whh, Whh), identity(H), 1e-12), "orthogonal");
  assert.ok(!allClose(Whh, identity(H), 0.1), "not the identity");
});

test("the gradients of the inputs, of the first state and through the last state agree with finite differences", () => {
  const { model, batch, random } = setUp("last", meanSquaredError);
  const [state, dState] = [{ h: randomNormal(B, H, 0.5, random) }, { h: randomNormal(B, H, 1, random) }];
  const { params } = model;
  const loss = ({ h, ...xs }: Params): number => {
    const run = model.lossAndGrads(params, { ...batch, xs: Object.values(xs) }, { h });
    return run.loss + sum(multiply(run.state.h, dState.h)); // whatever is done with the last state
  };
  const named = (h: Matrix, xs: Matrix[]): Params => ({
    h,
    ...Object.fromEntries(xs.map((x, t) => [`x${t}`, x])),
  });
  const back = model.lossAndGrads(params, batch, state, dState);
  const report = checkGradients(loss, named(state.h, batch.xs), named(back.dState.h, back.dxs));
  assert.ok(report.passed, formatGradCheck(report));
});

const sizes = { inputSize: 6, hiddenSize: H, outputSize: O };
const tokens = [
  [0, 5, 2],
  [1, 5, 3],
  [4, 0, 0],
  [2, 0, 0],
]; // rows 1 and 2 end after two steps

test("embedding, padding and dropout: the gradient agrees with finite differences", () => {
  const options = {
    cell: gru,
    ...sizes,
    embeddingSize: 4,
    readout: "last",
    loss: softmaxCrossEntropy,
  } as const;
  const batch = { xs: tokens, targets: [[0, 2, 1]], lengths: [4, 2, 2] };
  const { params } = recurrentModel(options, seeded(22));
  // The same seed leaves out the same units each time.
  const fresh = () => recurrentModel({ ...options, dropout: 0.5 }, seeded(22));
  const { grads, dxs } = fresh().lossAndGrads(params, batch);
  const report = checkGradients((p) => fresh().lossAndGrads(p, batch).loss, params, grads);
  assert.ok(report.passed, formatGradCheck(report));
  assert.deepEqual(Object.keys(grads).slice(0, 2), ["E", "Wxr"]);
  assert.deepEqual([dxs.length, shape(dxs[0])], [4, `[${B},4]`]);
});

test("dropout is there in training only", () => {
  const model = recurrentModel(
    { cell: rnn, ...sizes, embeddingSize: 4, readout: "every", loss: softmaxCrossEntropy, dropout: 0.5 },
    seeded(23),
  );
  const batch = { xs: tokens, targets: tokens.map(() => [0, 1, 2]) };
  const learn = () => model.lossAndGrads(model.params, batch).loss;
  const judge = () => model.evaluate(model.params, batch).loss;
  assert.notEqual(learn(), learn());
  assert.equal(judge(), judge());
  assert.deepEqual(model.predict(model.params, tokens).ys, model.evaluate(model.params, batch).ys);
});

test("with lengths, the read-out last sees nothing of the padding", () => {
  const options = {
    cell: lstm,
    ...sizes,
    embeddingSize: 4,
    readout: "last",
    loss: softmaxCrossEntropy,
  } as const;
  const { params, predict } = recurrentModel(options, seeded(24));
  const padded = predict(params, tokens, undefined, [4, 2, 2]).ys[0];
  const alone = predict(
    params,
    tokens.slice(0, 2).map((row) => [row[1]]),
  ).ys[0];
  assert.deepEqual(row(padded, 1), alone);
  assert.throws(
    () => predict(params, tokens, undefined, [4, 2]),
    /lengths is \[4,2\]: give a whole number from 1 to 4/,
  );
  assert.throws(() => predict(params, tokens, undefined, [4, 2, 0]), /for each of the 3 sequences/);
});

test("an arithmetic that is not there is named", () => {
  const options = { cell: rnn, ...sizes, readout: "last", loss: meanSquaredError } as const;
  const arithmetic = "float16" as "float32";
  assert.throws(
    () => recurrentModel({ ...options, arithmetic }, seeded(1)),
    /use "float64" \(the default\), "float32" or/,
  );
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
