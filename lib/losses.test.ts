import assert from "node:assert/strict";
import { test } from "node:test";
import { torchCases } from "./fixtures/torch";
import { checkGradients, formatGradCheck } from "./gradcheck";
import * as losses from "./losses";
import { allClose, generate, type Matrix, matrix, maxAbs, rowVector, zeros } from "./matrix";
import { randomNormal, seeded } from "./random";

const byName: Record<string, losses.Loss<never>> = losses as never;

type LossCase = {
  name: string;
  y: Matrix;
  target: Matrix;
  mask?: Matrix;
  loss: number;
  dy: Matrix;
};

for (const one of torchCases("losses") as unknown as LossCase[]) {
  test(`${one.name} agrees with PyTorch${one.mask ? ", masked" : ""}`, () => {
    const { loss, dy } = byName[one.name](one.y, one.target as never, one.mask);
    assert.ok(Math.abs(loss - one.loss) < 1e-11, `${loss} against ${one.loss}`);
    assert.ok(allClose(dy, one.dy, 1e-11));
  });
}

const random = seeded(11);
const [B, O, T] = [3, 4, 5];
const ys = Array.from({ length: T }, () => randomNormal(B, O, 1, random));
const numbers = ys.map(() => generate(B, O, () => random.next()));
const classes = ys.map(() => Array.from({ length: B }, () => random.integer(0, O)));
// Sequences of length 4, 1 and 2: the last step has no row that counts.
const masks = ys.map((_, t) => matrix([4, 1, 2].map((length) => [t < length ? 1 : 0])));

const overTimeCases: [string, losses.Loss, losses.Target[]][] = [
  ["meanSquaredError", losses.meanSquaredError as losses.Loss, numbers],
  ["softmaxCrossEntropy", losses.softmaxCrossEntropy as losses.Loss, classes],
  ["sigmoidBinaryCrossEntropy", losses.sigmoidBinaryCrossEntropy as losses.Loss, numbers],
];
for (const [name, loss, targets] of overTimeCases) {
  test(`${name} over time: gradients agree with finite differences, with and without masks`, () => {
    for (const m of [undefined, masks]) {
      const { dys } = losses.overTime(loss, ys, targets, m);
      const value = (all: Record<string, Matrix>) =>
        losses.overTime(loss, Object.values(all), targets, m).loss;
      const report = checkGradients(
        value,
        Object.fromEntries(ys.entries()),
        Object.fromEntries(dys.entries()),
      );
      assert.ok(report.passed, formatGradCheck(report));
      if (m) assert.equal(maxAbs(dys[T - 1]), 0);
    }
  });
}

test("over time, each row that counts weighs the same, however the steps are filled", () => {
  const y = [matrix([[1], [2]]), matrix([[3], [50]])];
  const target = [zeros(2, 1), zeros(2, 1)];
  const m = [matrix([[1], [1]]), matrix([[1], [0]])];
  const { loss, dys } = losses.overTime(losses.meanSquaredError, y, target, m);
  assert.ok(Math.abs(loss - (1 + 4 + 9) / 3) < 1e-14);
  assert.ok(allClose(dys[1], matrix([[2], [0]]), 1e-14)); // 2/3 · 3, and nothing for the padding
});

test("the softmax of equal logits costs ln V, and large logits do not overflow", () => {
  assert.ok(Math.abs(losses.softmaxCrossEntropy(zeros(2, 65), [3, 64]).loss - Math.log(65)) < 1e-14);
  assert.equal(losses.softmaxCrossEntropy(rowVector([1000, 0]), [1]).loss, 1000);
  assert.equal(losses.sigmoidBinaryCrossEntropy(rowVector([-1000]), rowVector([1])).loss, 1000);
});

test("errors name the function, what came and what it needs", () => {
  const y = zeros(2, 3);
  assert.throws(() => losses.meanSquaredError(y, zeros(2, 1)), {
    message:
      "meanSquaredError: target is [2,1], expected [2,3]; it must have the shape of y (class indices belong to softmaxCrossEntropy)",
  });
  assert.throws(() => losses.softmaxCrossEntropy(y, [0]), /target is 1 class indices, expected 2/);
  assert.throws(() => losses.softmaxCrossEntropy(y, [0, 3]), /target\[1\] is 3; the classes are 0 to 2/);
  assert.throws(() => losses.softmaxCrossEntropy(y, y as never), /target is not an array of class indices/);
  assert.throws(() => losses.meanSquaredError(y, y, zeros(2, 1)), /the mask is 0 in every row/);
  assert.throws(() => losses.meanSquaredError(y, y, matrix([[1], [0.5]])), /mask has 0.5; 1 means counts/);
  assert.throws(() => losses.meanSquaredError(y, y, zeros(2, 3)), /mask is \[2,3\], expected \[2,1\]/);
  assert.throws(() => losses.overTime(losses.meanSquaredError, [y, y], [y]), /overTime: 2 ys and 1 targets/);
});
