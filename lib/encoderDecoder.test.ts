import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attention } from "./cells/attention";
import * as dotProduct from "./cells/attention";
import type { Cell } from "./cells/cell";
import * as gru from "./cells/gru";
import * as lstm from "./cells/lstm";
import { stacked } from "./cells/stacked";
import { encoderDecoder, type PairBatch } from "./encoderDecoder";
import { assertClose, torchCases } from "./fixtures/torch";
import { checkGradients, formatGradCheck } from "./gradcheck";
import { type Matrix, matrix, shape, toRows } from "./matrix";
import { adam } from "./optimizers";
import type { Params } from "./params";
import { seeded } from "./random";
import { train } from "./train";

const sizes = { sourceSize: 5, targetSize: 4, embeddingSize: 3, hiddenSize: 4, start: 0 };
const batch: PairBatch = {
  source: [
    [4, 0],
    [1, 3],
    [2, 2],
  ],
  target: [
    [1, 3],
    [2, 0],
    [3, 0],
    [0, 1],
  ],
  sourceMasks: [matrix([[1], [0]]), matrix([[1], [1]]), matrix([[1], [1]])],
  masks: [matrix([[1], [1]]), matrix([[1], [1]]), matrix([[1], [0]]), matrix([[1], [0]])],
};
const kinds: Record<string, { cell: Cell; attention?: Attention }> = {
  "gru without attention": { cell: gru },
  "gru with attention": { cell: gru, attention: dotProduct as Attention },
  "two layers of lstm with attention": { cell: stacked(lstm, lstm), attention: dotProduct as Attention },
};

for (const [name, kind] of Object.entries(kinds)) {
  test(`${name}: the gradient agrees with finite differences`, () => {
    const model = encoderDecoder({ ...sizes, ...kind }, seeded(35));
    const { loss, grads, dhTotals } = model.lossAndGrads(model.params, batch);
    const report = checkGradients((p) => model.evaluate(p, batch).loss, model.params, grads);
    assert.ok(report.passed, formatGradCheck(report));
    assert.deepEqual(Object.keys(grads).sort(), Object.keys(model.params).sort());
    assert.equal(model.evaluate(model.params, batch).loss, loss);
    assert.equal(dhTotals.length, 3 + 4);
  });
}

test("with attention and a masked source: loss and gradients agree with PyTorch", () => {
  const [{ sizes: torchSizes, params, source, target, mask, expected }] = torchCases(
    "attention",
  ) as unknown as [
    {
      sizes: typeof sizes;
      params: Params;
      source: { tokens: Matrix };
      target: { tokens: Matrix };
      mask: Matrix;
      expected: { loss: number; grads: Params };
    },
  ];
  const model = encoderDecoder({ ...torchSizes, cell: gru, attention: dotProduct }, seeded(1));
  const { loss, grads } = model.lossAndGrads(params, {
    source: toRows(source.tokens),
    target: toRows(target.tokens),
    sourceMasks: toRows(mask).map((row) => matrix(row.map((m) => [m]))),
  });
  assert.ok(Math.abs(loss - expected.loss) < 1e-12, `${loss}`);
  assertClose("grads", grads, expected.grads);
});

test("it learns to reverse, and writes what it has learned", async () => {
  const random = seeded(36);
  const end = 0;
  const pairs = [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
    [1, 1, 3],
    [2, 2, 1],
    [3, 3, 2],
  ];
  const step = (list: number[][], t: number): number[] => list.map((tokens) => tokens[t]);
  const answers = pairs.map((tokens) => [...tokens].reverse().concat(end));
  const all: PairBatch = {
    source: [0, 1, 2].map((t) => step(pairs, t)),
    target: [0, 1, 2, 3].map((t) => step(answers, t)),
  };
  const options = { ...sizes, sourceSize: 4, hiddenSize: 12, cell: gru, attention: dotProduct };
  const model = encoderDecoder(options, random);
  const trace = await train({
    ...model,
    batches: [all],
    steps: 200,
    optimizer: adam({ learningRate: 0.03 }),
  });
  assert.ok(trace.loss[199] < 0.05, `ends at ${trace.loss[199]}`);
  const { tokens, weights } = model.decode(model.params, all.source, { end, maxLength: 10 });
  assert.deepEqual(
    tokens,
    pairs.map((one) => [...one].reverse()),
  );
  assert.deepEqual([weights.length, shape(weights[0])], [4, "[6,3]"]);
  assert.equal(model.decode(model.params, all.source, { end, maxLength: 2 }).tokens[0].length, 2);
});
