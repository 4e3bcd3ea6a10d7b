import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { bidirectional } from "../cells/bidirectional";
import type { Cell, State } from "../cells/cell";
import * as gru from "../cells/gru";
import * as irnn from "../cells/irnn";
import * as lstm from "../cells/lstm";
import * as peephole from "../cells/peephole";
import * as rnn from "../cells/rnn";
import { stacked } from "../cells/stacked";
import type { Batch, Input } from "../data/batch";
import { meanSquaredError, sigmoidBinaryCrossEntropy, softmaxCrossEntropy } from "../losses";
import { generate, type Matrix, maxAbs, subtract } from "../matrix";
import { type Model, type ModelOptions, recurrentModel } from "../model";
import { adagrad, adam, clipByNorm, clipByValue, momentum, type Optimizer, sgd } from "../optimizers";
import { copyParams, globalNorm, type Params } from "../params";
import { type Random, randomNormal, seeded } from "../random";
import { train } from "../train";

type Options = ModelOptions<never> & {
  B: number;
  T: number;
  masked?: boolean;
  padded?: boolean;
  oneHot?: boolean;
};

const cells = { rnn, irnn, lstm, gru } as unknown as Record<string, Cell>;
const two = stacked(cells.lstm, cells.gru) as Cell;
const both = bidirectional(cells.lstm) as Cell;
const cases: [string, Partial<Options> & { cell: Cell }][] = [
  ["rnn, B 1, T 1", { cell: cells.rnn, B: 1, T: 1, hiddenSize: 1 }],
  ["rnn, one-hot, B 1", { cell: cells.rnn, B: 1, T: 9, inputSize: 11, oneHot: true, hiddenSize: 37 }],
  ["rnn, one-hot, B 5, embedded", { cell: cells.rnn, B: 5, T: 4, embeddingSize: 6, hiddenSize: 33 }],
  ["irnn, B 1, T 1", { cell: cells.irnn, B: 1, T: 1, hiddenSize: 1 }],
  ["irnn, odd sizes", { cell: cells.irnn, B: 3, T: 6, inputSize: 5, hiddenSize: 13 }],
  [
    "bidirectional irnn, last",
    { cell: bidirectional(cells.irnn) as Cell, B: 2, T: 4, readout: "last", hiddenSize: 6 },
  ],
  ["lstm, odd sizes", { cell: cells.lstm, B: 7, T: 5, inputSize: 3, hiddenSize: 13 }],
  ["lstm, H 16, masks", { cell: cells.lstm, B: 8, T: 6, inputSize: 4, hiddenSize: 16, masked: true }],
  ["gru, B 2", { cell: cells.gru, B: 2, T: 5, inputSize: 9, hiddenSize: 10 }],
  [
    "gru, padded",
    { cell: cells.gru, B: 6, T: 7, inputSize: 2, hiddenSize: 35, padded: true, readout: "last" },
  ],
  ["lstm, last, dropout", { cell: cells.lstm, B: 5, T: 3, dropout: 0.4, readout: "last" }],
  ["gru, every, dropout", { cell: cells.gru, B: 3, T: 3, dropout: 0.3 }],
  ["stacked lstm and gru", { cell: two, B: 9, T: 4 }],
  ["stacked, B 1", { cell: two, B: 1, T: 6 }],
  ["bidirectional lstm", { cell: both, B: 4, T: 5, hiddenSize: 9 }],
  ["bidirectional rnn, last", { cell: bidirectional(cells.rnn) as Cell, B: 3, T: 5, readout: "last" }],
  ["stacked bidirectional", { cell: stacked(both, both) as Cell, B: 5, T: 4, hiddenSize: 5 }],
  ["bidirectional stacked", { cell: bidirectional(two) as Cell, B: 2, T: 4, hiddenSize: 7 }],
];
const losses = { meanSquaredError, softmaxCrossEntropy, sigmoidBinaryCrossEntropy };

function model(options: Options, arithmetic: "float64" | "float32"): Model<Input> {
  return recurrentModel({ ...options, arithmetic } as never, seeded(3)) as unknown as Model<Input>;
}

function batchFor(o: Options, random: Random): Batch<Input> {
  const classes = o.loss === softmaxCrossEntropy;
  const tokens = () => Array.from({ length: o.B }, () => random.integer(0, o.inputSize));
  const xs = Array.from({ length: o.T }, (): Input => {
    if (o.embeddingSize) return tokens();
    if (!o.oneHot) return randomNormal(o.B, o.inputSize, 1, random);
    const hot = tokens();
    return generate(o.B, o.inputSize, (b, j) => (j === hot[b] && b !== 3 ? 1 : 0));
  });
  const n = o.readout === "every" ? o.T : 1;
  const targets = Array.from({ length: n }, () =>
    classes
      ? Array.from({ length: o.B }, () => random.integer(0, o.outputSize))
      : generate(o.B, o.outputSize, () => random.integer(0, 2)),
  ) as Batch["targets"];
  const masks = o.masked ? targets.map((_, t) => generate(o.B, 1, (b) => ((b + t) % 3 ? 1 : 0))) : undefined;
  const lengths = o.padded ? Array.from({ length: o.B }, () => random.integer(1, o.T + 1)) : undefined;
  return { xs, targets, masks, lengths };
}

function close(what: string, got: Matrix, expected: Matrix): void {
  const error = maxAbs(subtract(got, expected));
  const allowed = 3e-6 * (1 + maxAbs(expected));
  assert.ok(error <= allowed, `${what}: ${error} from the float64 reference, expected at most ${allowed}`);
}

function closeAll(what: string, got: Matrix[] | Params, expected: Matrix[] | Params): void {
  assert.deepEqual(Object.keys(got).sort(), Object.keys(expected).sort());
  for (const [key, m] of Object.entries(expected)) close(`${what}.${key}`, (got as Params)[key], m);
}

for (const [name, given] of cases) {
  for (const [lossName, loss] of Object.entries(losses)) {
    test(`the engine agrees with the reference: ${name}, ${lossName}`, () => {
      const options = {
        ...{ inputSize: 6, hiddenSize: 11, outputSize: 3, readout: "every", B: 2, T: 3, loss },
        ...given,
      } as unknown as Options;
      const [slow, fast] = [model(options, "float64"), model(options, "float32")];
      closeAll("params", fast.params, slow.params);
      const random = seeded(5);
      const state = slow.predict(slow.params, batchFor(options, random).xs).state;
      for (const T of [options.T, options.T + 2]) {
        const batch = batchFor({ ...options, T }, random);
        const end: State = Object.fromEntries(
          Object.entries(state).map(([key, m]) => [key, randomNormal(m.rows, m.cols, 0.1, random)]),
        );
        const expected = slow.lossAndGrads(slow.params, batch, state, end);
        const got = fast.lossAndGrads(fast.params, batch, state, end);
        const near = 1e-6 * (1 + Math.abs(expected.loss));
        assert.ok(Math.abs(got.loss - expected.loss) < near, `loss ${got.loss}, expected ${expected.loss}`);
        for (const key of ["ys", "hs", "state", "dxs", "dState", "dhTotals", "grads"] as const) {
          closeAll(key, got[key], expected[key]);
        }
        const now = fast.evaluate(fast.params, batch, state);
        const then = slow.evaluate(slow.params, batch, state);
        assert.ok(Math.abs(now.loss - then.loss) < near);
        closeAll("ys", now.ys, then.ys);
        closeAll("hs", now.hs, then.hs);
      }
    });
  }
}

const small = {
  ...{ cell: cells.lstm, inputSize: 2, hiddenSize: 10, outputSize: 1, readout: "last", B: 6, T: 8 },
  loss: meanSquaredError,
} as unknown as Options;

const optimizers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => momentum({ learningRate: 0.02 }),
  adagrad: () => adagrad({ learningRate: 0.05 }),
  adam: () => adam({ learningRate: 0.01 }),
};

for (const [name, make] of Object.entries(optimizers)) {
  for (const clip of [{}, { clipNorm: 0.1 }, { clipValue: 0.01, clipNorm: 0.05 }]) {
    test(`training coincides with the reference: ${name}, ${JSON.stringify(clip)}`, async () => {
      const run = async (arithmetic: "float64" | "float32") => {
        const { params, lossAndGrads } = model(small, arithmetic);
        const random = seeded(9);
        const batches = [1, 2, 3].map(() => batchFor(small, random));
        const options = { params, lossAndGrads, batches, steps: 60, optimizer: make(), recordOverTime: 20 };
        return { params, trace: await train<Batch<Input>>({ ...options, ...clip }) };
      };
      const [slow, fast] = [await run("float64"), await run("float32")];
      slow.trace.loss.forEach((loss, k) => {
        assert.ok(
          Math.abs(fast.trace.loss[k] - loss) < 1e-4 * (1 + loss),
          `step ${k}: ${fast.trace.loss[k]}, ${loss}`,
        );
        assert.ok(
          Math.abs(fast.trace.gradNorm[k] - slow.trace.gradNorm[k]) < 1e-3 * (1 + slow.trace.gradNorm[k]),
        );
      });
      slow.trace.overTime.forEach(({ norms }, k) => {
        norms.forEach((n, t) => {
          assert.ok(Math.abs(n - fast.trace.overTime[k].norms[t]) < 1e-4);
        });
      });
    });
  }
}

test("parameters are ordinary: read, written and copied, they and the engine stay in step", () => {
  const [slow, fast] = [model(small, "float64"), model(small, "float32")];
  const batch = batchFor(small, seeded(4));
  const { data } = fast.params.Whi;
  const before = data[0];
  fast.lossAndGrads(fast.params, batch);
  sgd({ learningRate: 1 }).step(fast.params, fast.lossAndGrads(fast.params, batch).grads);
  assert.notEqual(data[0], before);
  fast.params.by.data[0] = 5;
  slow.params.by.data[0] = 5;
  for (const name of Object.keys(slow.params)) slow.params[name].data.set(fast.params[name].data);
  close("y", fast.predict(fast.params, batch.xs).ys[0], slow.predict(slow.params, batch.xs).ys[0]);
  const kept = copyParams(fast.params);
  assert.deepEqual(structuredClone(fast.params), kept);
  assert.equal(JSON.stringify(fast.params), JSON.stringify(kept));
  fast.params.by.data[0] = 6;
  close("y", fast.predict(kept, batch.xs).ys[0], slow.predict(slow.params, batch.xs).ys[0]);
});

test("parameters that nobody has read yet are cloned as they are", () => {
  const { params } = model(small, "float32");
  const clone = structuredClone(params);
  assert.deepEqual(clone, copyParams(params));
});

test("a prediction that nobody has read yet is cloned as it is", () => {
  const { params, predict } = model(small, "float32");
  const prediction = predict(params, batchFor(small, seeded(1)).xs);
  const clone = structuredClone(prediction);
  assert.deepEqual(clone.hs, prediction.hs);
  assert.deepEqual(clone.state, prediction.state);
});

test("gradients that were read, or changed, are what the optimizer takes", () => {
  const take = (arithmetic: "float64" | "float32", change: (grads: Params) => Params): Params => {
    const { params, lossAndGrads } = model(small, arithmetic);
    const optimizer = adam();
    for (let k = 0; k < 3; k++) {
      const { grads } = lossAndGrads(params, batchFor(small, seeded(k)));
      optimizer.step(params, change(grads));
    }
    return params;
  };
  const changes: ((grads: Params) => Params)[] = [
    (grads) => {
      grads.Whf.data.fill(0.5);
      return grads;
    },
    (grads) => clipByValue(clipByNorm(grads, 0.05).grads, 0.002),
    (grads) => copyParams(clipByNorm(grads, 0.05).grads),
  ];
  for (const change of changes) closeAll("params", take("float32", change), take("float64", change));
});

test("what is of an earlier pass is refused, not wrong", () => {
  const { params, lossAndGrads } = model(small, "float32");
  const batch = batchFor(small, seeded(4));
  const first = lossAndGrads(params, batch);
  const { hs } = first;
  lossAndGrads(params, batch);
  assert.throws(() => first.grads.Whi.data, /gradients are of an earlier pass.*copyParams/);
  assert.throws(() => globalNorm(first.grads), /earlier pass/);
  assert.throws(() => first.dxs, /dxs: a float32 model keeps that of its last pass/);
  assert.equal(first.hs, hs);
});

test("memory stays flat over 10,000 steps, and bits do not depend on what ran before", () => {
  const { params, lossAndGrads } = model(small, "float32");
  const [optimizer, batch] = [adam(), batchFor(small, seeded(4))];
  const step = (): void => optimizer.step(params, lossAndGrads(params, batch).grads);
  for (let k = 0; k < 1000; k++) step();
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  for (let k = 0; k < 10_000; k++) step();
  const after = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  assert.ok(after - before < 8e6, `${(after - before) / 1e6} MB more`);
  const fresh = model(small, "float32");
  const again = model(small, "float32");
  again.lossAndGrads(again.params, batchFor({ ...small, B: 9, T: 3 }, seeded(1)));
  const bits = (m: Model<Input>) => copyParams(m.lossAndGrads(m.params, batch).grads);
  assert.deepEqual(bits(again), bits(fresh));
});

test("a gate that is shut gives no gradient, rather than one too small for a float32", () => {
  const options = { ...small, cell: cells.gru, B: 3, T: 4 } as Options;
  const { params, lossAndGrads } = model(options, "float32");
  params.bz.data.fill(-1000);
  const { grads } = lossAndGrads(params, batchFor(options, seeded(1)));
  for (const name of ["Wxz", "Whz", "bz"]) assert.equal(maxAbs(grads[name]), 0);
});

test("a cell that the engine does not have is named, a wrong arithmetic too", () => {
  const odd = { ...small, cell: peephole as unknown as Cell } as Options;
  assert.throws(() => model(odd, "float32"), /arithmetic "float32" has rnn, irnn, lstm and gru/);
  assert.throws(() => model(small, "float16" as never), /use "float64" \(the default\), "float32" or/);
});

test("the same bits on every machine: parameters after 40 steps of Adam, embedding, LSTM, GRU and softmax", () => {
  const options = { ...small, cell: two, B: 5, T: 6, inputSize: 9, embeddingSize: 7, hiddenSize: 19 };
  const all = {
    ...options,
    outputSize: 9,
    readout: "every",
    loss: softmaxCrossEntropy,
  } as unknown as Options;
  const { params, lossAndGrads } = model(all, "float32");
  const [optimizer, random] = [adam({ learningRate: 0.01 }), seeded(2)];
  for (let k = 0; k < 40; k++) {
    optimizer.step(params, clipByNorm(lossAndGrads(params, batchFor(all, random)).grads, 0.5).grads);
  }
  const hash = createHash("sha256");
  for (const m of Object.values(params)) hash.update(Float32Array.from(m.data));
  assert.equal(hash.digest("hex").slice(0, 16), "86309ce992acf54a");
});
