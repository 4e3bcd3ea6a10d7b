import assert from "node:assert/strict";
import { test } from "node:test";
import * as rnn from "./cells/rnn";
import { assertClose } from "./fixtures/torch";
import { meanSquaredError } from "./losses";
import { addInPlace, type Matrix, matrix, norm, subtract } from "./matrix";
import { recurrentModel } from "./model";
import { adam } from "./optimizers";
import { zerosLike } from "./params";
import { randomNormal, seeded } from "./random";
import { train } from "./train";
import { chunks, truncatedBptt } from "./truncated";

const random = seeded(17);
const sizes = { inputSize: 2, hiddenSize: 4, outputSize: 1 };
const model = recurrentModel({ cell: rnn, ...sizes, readout: "every", loss: meanSquaredError }, random);
const T = 12;
const sequence = (k: number): Matrix[] => Array.from({ length: T }, () => randomNormal(3, k, 1, random));
const batch = { xs: sequence(2), targets: sequence(1) };
const whole = model.lossAndGrads(model.params, batch);

/** The gradient over all chunks with unchanged parameters, and the mean loss. */
function truncatedGradient(length: number) {
  const step = truncatedBptt(model);
  const grads = zerosLike(model.params);
  let loss = 0;
  for (const chunk of chunks(batch, length)) {
    const part = step(model.params, chunk);
    const weight = chunk.xs.length / T;
    loss += weight * part.loss;
    for (const name of Object.keys(grads)) addInPlace(grads[name], part.grads[name], weight);
  }
  return { loss, grads };
}

test("cut or not, the forward pass is the same; the gradient is only where nothing was cut", () => {
  for (const length of [1, 3, 5, T]) {
    const { loss, grads } = truncatedGradient(length);
    assert.ok(Math.abs(loss - whole.loss) < 1e-14, "the state is carried on");
    assertClose("Why", { Why: grads.Why }, { Why: whole.grads.Why }, 1e-13);
    const bias = norm(subtract(grads.Whh, whole.grads.Whh));
    assert.ok(length === T ? bias < 1e-15 : bias > 1e-3, `length ${length}: the bias is ${bias}`);
  }
});

test("chunks: all steps in order, the last one shorter, masks along", () => {
  const parts = chunks({ ...batch, masks: sequence(1) }, 5);
  assert.deepEqual(
    parts.map((p) => [p.xs.length, p.masks?.length, p.startsSequence]),
    [
      [5, 5, true],
      [5, 5, false],
      [2, 2, false],
    ],
  );
  assert.deepEqual(
    parts.flatMap((p) => p.xs),
    batch.xs,
  );
  assert.throws(() => chunks(batch, 0), /chunks: length is 0; give a whole number of steps/);
  assert.throws(
    () => chunks({ ...batch, targets: batch.targets.slice(1) }, 3),
    /chunks: 12 xs and 11 targets/,
  );
});

test("it trains: a network remembers the sign of its last input but one", async () => {
  const signs = Array.from({ length: 40 }, () =>
    matrix([[random.choice([-1, 1])], [random.choice([-1, 1])]]),
  );
  const inputs = { inputSize: 1, hiddenSize: 8, outputSize: 1 };
  const learner = recurrentModel({ cell: rnn, ...inputs, readout: "every", loss: meanSquaredError }, random);
  const trace = await train({
    params: learner.params,
    lossAndGrads: truncatedBptt(learner),
    batches: chunks({ xs: signs.slice(1), targets: signs.slice(0, -1) }, 8),
    steps: 400,
    optimizer: adam({ learningRate: 0.02 }),
  });
  assert.ok(trace.loss[0] > 0.2 && trace.loss[399] < 0.02, `from ${trace.loss[0]} to ${trace.loss[399]}`);
});
