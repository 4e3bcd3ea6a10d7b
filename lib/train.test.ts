import assert from "node:assert/strict";
import { test } from "node:test";
import * as rnn from "./cells/rnn";
import type { Batch } from "./data/batch";
import { meanSquaredError, softmaxCrossEntropy } from "./losses";
import { type Matrix, matrix } from "./matrix";
import { recurrentModel } from "./model";
import { adam, sgd } from "./optimizers";
import { copyParams, globalNorm, type Params } from "./params";
import { randomNormal, seeded } from "./random";
import { type Trace, TrainingError, type TrainOptions, train } from "./train";

function tinyModel(seed = 15) {
  const random = seeded(seed);
  const sizes = { inputSize: 2, hiddenSize: 12, outputSize: 4 };
  const model = recurrentModel({ cell: rnn, ...sizes, readout: "every", loss: softmaxCrossEntropy }, random);
  const xs = Array.from({ length: 6 }, () => randomNormal(4, 2, 1, random));
  const targets = xs.map(() => Array.from({ length: 4 }, () => random.integer(0, 4)));
  return { model, batch: { xs, targets } };
}

test("a model learns four tiny sequences by heart, and every seed gives its own, same trace", async () => {
  const run = async (): Promise<{ trace: Trace; params: Params }> => {
    const { model, batch } = tinyModel();
    const trace = await train({
      params: model.params,
      lossAndGrads: model.lossAndGrads,
      batches: [batch],
      steps: 300,
      optimizer: adam({ learningRate: 0.02 }),
      clipNorm: 5,
      recordOverTime: 100,
    });
    return { trace, params: model.params };
  };
  const { trace, params } = await run();
  assert.ok(Math.abs(trace.loss[0] - Math.log(4)) < 0.7, `starts at ${trace.loss[0]}`);
  assert.ok(trace.loss[299] < 0.01, `ends at ${trace.loss[299]}`);
  assert.equal(trace.gradNorm.length, 300);
  assert.deepEqual(
    trace.overTime.map((o) => [o.step, o.norms.length]),
    [
      [0, 6],
      [100, 6],
      [200, 6],
    ],
  );
  assert.deepEqual(await run(), { trace, params });
});

/** A parabola L = ½c·w², to train on without a network. */
function parabola(curvature: number, options: Partial<TrainOptions<Matrix>> = {}): TrainOptions<Matrix> {
  return {
    params: { w: matrix([[3]]) },
    lossAndGrads: ({ w }) => ({
      loss: (curvature / 2) * w.data[0] ** 2,
      grads: { w: matrix([[curvature * w.data[0]]]) },
    }),
    batches: [matrix([[0]])],
    steps: 5,
    optimizer: sgd({ learningRate: 0.1 }),
    ...options,
  };
}

test("clipping by norm and by value limits the step, the trace keeps the norm before", async () => {
  for (const limit of [{ clipNorm: 1 }, { clipValue: 1 }]) {
    const options = parabola(100, { ...limit, steps: 1 });
    const trace = await train(options);
    assert.deepEqual(trace.gradNorm, [300]);
    assert.ok(Math.abs(options.params.w.data[0] - 2.9) < 1e-14);
  }
});

test("batches: a list starts again, a function is asked step by step, a used-up generator is an error", async () => {
  const seen: number[] = [];
  const note = (_: Params, batch: number) => {
    seen.push(batch);
    return { loss: 0, grads: { w: matrix([[0]]) } };
  };
  const { params, optimizer } = parabola(1);
  await train({ params, optimizer, lossAndGrads: note, batches: [7, 8], steps: 3 });
  await train({ params, optimizer, lossAndGrads: note, batches: (step) => 10 * step, steps: 2 });
  assert.deepEqual(seen, [7, 8, 7, 0, 10]);
  function* two() {
    yield* [1, 2];
  }
  const short = train({ params, optimizer, lossAndGrads: note, batches: two(), steps: 3 });
  await assert.rejects(short, /no batch for step 2; give a list, or a function of the step/);
});

test("a diverging run stops with the step, the values, what to try, and the trace", async () => {
  const error: unknown = await train(parabola(1e6, { steps: 100 })).catch((e) => e);
  assert.ok(error instanceof TrainingError);
  assert.match(
    error.message,
    /^train: the norm of the gradient is Infinity at step \d+; one step before, the loss was [\d.]+e\+\d+; try/,
  );
  assert.ok(error.trace.loss.length > 10 && error.trace.loss.length < 100);
  const nan = parabola(1, { lossAndGrads: () => ({ loss: 1, grads: { w: matrix([[Number.NaN]]) } }) });
  await assert.rejects(train(nan), /norm of the gradient is NaN at step 0; try a smaller/);
});

test("it pauses now and then, so that others get their turn", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const slow = parabola(1, { steps: 40 });
  const work = slow.lossAndGrads;
  slow.lossAndGrads = (...args) => {
    for (const end = performance.now() + 5; performance.now() < end; );
    return work(...args);
  };
  await train(slow);
  clearInterval(timer);
  assert.ok(turns >= 2, `${turns} turns in 200 ms`);
});

test("validation: stops when it gets no better, and the best parameters are back", async () => {
  const options = parabola(1, { steps: 100 });
  const { w } = options.params;
  // Training leads w from 3 to 0; on the other data 1 would be best.
  const validation = { loss: () => (w.data[0] - 1) * (w.data[0] - 1), every: 2, patience: 3 };
  const trace = await train({ ...options, validation });
  const losses = trace.validation!.map(({ loss }) => loss);
  const best = losses.indexOf(Math.min(...losses));
  assert.equal(losses.length, best + 1 + 3, "three more that were no better");
  assert.equal(trace.loss.length, 2 * losses.length);
  assert.equal(trace.validation![best].steps, 2 * (best + 1));
  assert.equal(validation.loss(), losses[best]);
  const unwatched = await train({ ...parabola(1), validation: { loss: () => Number.NaN, every: 1 } });
  assert.equal(unwatched.loss.length, 5);
  await assert.rejects(
    train({ ...options, validation: { ...validation, every: 0 } }),
    /validation.every is 0/,
  );
});

test("onStep sees the trace grow and is waited for", async () => {
  const lengths: number[] = [];
  const onStep = async (trace: Trace, step: number): Promise<void> => {
    await Promise.resolve();
    lengths.push(trace.loss.length - step);
  };
  await train(parabola(1, { onStep, steps: 3 }));
  assert.deepEqual(lengths, [1, 1, 1]);
});

test("options are checked", async () => {
  await assert.rejects(
    train(parabola(1, { steps: 0 })),
    /train: steps is 0; give a whole number, at least 1/,
  );
  await assert.rejects(train(parabola(1, { clipNorm: -1 })), /train: clipNorm is -1; it must be above 0/);
  await assert.rejects(train(parabola(1, { recordOverTime: 0.5 })), /train: recordOverTime is 0.5/);
  await assert.rejects(train(parabola(1, { recordOverTime: 1 })), /recordOverTime needs dhTotals/);
});

test("a network follows a sine wave one step ahead", async () => {
  const model = recurrentModel(
    { cell: rnn, inputSize: 1, hiddenSize: 8, outputSize: 1, readout: "last", loss: meanSquaredError },
    seeded(16),
  );
  const wave = (t: number): Matrix => matrix([0, 1, 2, 3].map((phase) => [Math.sin(t / 2 + phase)]));
  const batch: Batch = { xs: Array.from({ length: 8 }, (_, t) => wave(t)), targets: [wave(8)] };
  const before = globalNorm(copyParams(model.params));
  const trace = await train({
    params: model.params,
    lossAndGrads: model.lossAndGrads,
    batches: () => batch,
    steps: 300,
    optimizer: adam({ learningRate: 0.01 }),
  });
  assert.ok(trace.loss[299] < 1e-3, `ends at ${trace.loss[299]}`);
  assert.notEqual(globalNorm(model.params), before);
});
