import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attention } from "./cells/attention";
import * as dotProduct from "./cells/attention";
import type { Cell } from "./cells/cell";
import * as gru from "./cells/gru";
import * as lstm from "./cells/lstm";
import * as peephole from "./cells/peephole";
import { stacked } from "./cells/stacked";
import { encoderDecoder, type PairBatch } from "./encoderDecoder";
import { assertClose, torchCases } from "./fixtures/torch";
import { checkGradients, formatGradCheck } from "./gradcheck";
import { allClose, type Matrix, matrix, shape, toRows } from "./matrix";
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

test("in float32 the engine's cells give the same loss and gradients as the reference, and train", async () => {
  for (const [name, kind] of Object.entries(kinds)) {
    const [slow, fast] = (["float64", "float32"] as const).map((arithmetic) =>
      encoderDecoder({ ...sizes, ...kind, arithmetic }, seeded(37)),
    );
    assert.deepEqual(fast.params, slow.params);
    const [right, got] = [slow, fast].map((model) => model.lossAndGrads(slow.params, batch));
    assert.ok(Math.abs(right.loss - got.loss) < 1e-6, `${name}: ${right.loss}, ${got.loss}`);
    assert.notEqual(right.loss, got.loss, `${name}: it did not compute in float32`);
    for (const [param, grad] of Object.entries(right.grads)) {
      assert.ok(allClose(got.grads[param], grad, 1e-6), `${name}: ${param}`);
    }
    const steps = { batches: [batch], steps: 50, optimizer: adam({ learningRate: 0.02 }) };
    const { loss } = await train({ ...fast, ...steps });
    assert.ok(loss[49] < loss[0] / 2, `${name}: ${loss[0]} to ${loss[49]}`);
    const decode = { end: -1, maxLength: 4, sourceMasks: batch.sourceMasks };
    const same = [slow, fast].map((model) => model.decode(fast.params, batch.source, decode).tokens);
    assert.deepEqual(same[0], same[1]);
  }
  const odd = { ...sizes, cell: peephole, arithmetic: "float32" as const };
  assert.throws(() => encoderDecoder(odd, seeded(1)), /arithmetic "float32" has rnn, irnn, lstm and gru/);
  const wrong = { ...sizes, cell: gru, arithmetic: "float16" as never };
  assert.throws(() => encoderDecoder(wrong, seeded(1)), /use "float64" \(the default\) or "float32"/);
});

test("what the decoder reads can be given: the target shifted is teacher forcing, its own tokens free running", () => {
  const model = encoderDecoder({ ...sizes, cell: gru, attention: dotProduct }, seeded(38));
  const { params, evaluate, lossAndGrads } = model;
  const forced = [[0, 0], ...batch.target.slice(0, -1)];
  assert.equal(evaluate(params, { ...batch, decoderInputs: forced }).loss, evaluate(params, batch).loss);

  const options = { end: -1, maxLength: 4, sourceMasks: batch.sourceMasks };
  const free = model.decode(params, batch.source, options);
  const written = [0, 1, 2, 3].map((t) => free.tokens.map((tokens) => tokens[t]));
  const freely = { ...batch, decoderInputs: [[0, 0], ...written.slice(0, -1)] };
  const likeliest = evaluate(params, freely).ys.map((y) =>
    toRows(y).map((row) => row.indexOf(Math.max(...row))),
  );
  assert.deepEqual(likeliest, written);
  const report = checkGradients((p) => evaluate(p, freely).loss, params, lossAndGrads(params, freely).grads);
  assert.ok(report.passed, formatGradCheck(report));

  // Fed with the right tokens, it writes what it would write under teacher forcing.
  const fed = model.decode(params, batch.source, { ...options, feed: (_, t) => batch.target[t] });
  const underForcing = evaluate(params, batch).ys.map((y) =>
    toRows(y).map((row) => row.indexOf(Math.max(...row))),
  );
  assert.deepEqual(
    fed.tokens,
    [0, 1].map((b) => underForcing.map((tokens) => tokens[b])),
  );
});
