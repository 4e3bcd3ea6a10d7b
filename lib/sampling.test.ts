import assert from "node:assert/strict";
import { test } from "node:test";
import * as gru from "./cells/gru";
import { oneHot } from "./data/text";
import { softmaxCrossEntropy } from "./losses";
import { log } from "./math";
import { matrix } from "./matrix";
import { recurrentModel } from "./model";
import { adam } from "./optimizers";
import { seeded } from "./random";
import { sample, sampleTokens } from "./sampling";
import { train } from "./train";

test("sampleTokens: as often as the softmax says, at every temperature", () => {
  const random = seeded(33);
  for (const [temperature, shares] of [
    [1, [0.25, 0.75, 0]],
    [0.5, [0.1, 0.9, 0]],
    [0, [0, 1, 0]],
  ] as const) {
    const counts = [0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      counts[sampleTokens(matrix([[0, log(3), -Infinity]]), temperature, random)[0]]++;
    }
    shares.forEach((share, token) => {
      assert.ok(Math.abs(counts[token] / 4000 - share) < 0.03, `${temperature}: ${counts}`);
    });
  }
  assert.throws(() => sampleTokens(matrix([[0]]), -1, random), /temperature is -1/);
  assert.throws(() => sampleTokens(matrix([[Number.NaN]]), 1, random), /there must be finite ones/);
});

test("sample: a language model that learned a cycle by heart goes on with it, with an embedding or without", async () => {
  const cycle = [0, 1, 2, 2, 3];
  const text = Array.from({ length: 12 }, (_, t) => [cycle[t % 5]]);
  const shared = { cell: gru, inputSize: 4, hiddenSize: 12, outputSize: 4, readout: "every" } as const;
  const options = { ...shared, loss: softmaxCrossEntropy };
  const optimizer = () => adam({ learningRate: 0.05 });
  const targets = text.slice(1);
  const drawn = { prompt: [0, 1], length: 6, random: seeded(1), temperature: 0 };

  const tokens = recurrentModel({ ...options, embeddingSize: 3 }, seeded(34));
  const { params, lossAndGrads } = tokens;
  const batches = [{ xs: text.slice(0, -1), targets }];
  await train({ params, lossAndGrads, batches, steps: 150, optimizer: optimizer() });
  assert.deepEqual(sample(tokens, params, drawn), [2, 2, 3, 0, 1, 2]);
  assert.deepEqual(sample(tokens, params, { ...drawn, end: 3 }), [2, 2, 3]);

  const rows = recurrentModel(options, seeded(34));
  const one = [{ xs: text.slice(0, -1).map((row) => oneHot(row, 4)), targets }];
  await train({ ...rows, batches: one, steps: 150, optimizer: optimizer() });
  const toInput = (token: number) => oneHot([token], 4);
  assert.deepEqual(sample(rows, rows.params, { ...drawn, toInput }), [2, 2, 3, 0, 1, 2]);
  assert.throws(() => sample(rows, rows.params, { ...drawn, prompt: [] }), /prompt is empty/);
});
