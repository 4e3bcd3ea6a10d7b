import assert from "node:assert/strict";
import { test } from "node:test";
import { matrix } from "./matrix";
import * as s from "./statistics";

const values = [2, 4, 4, 4, 5, 5, 7, 9];
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

test("mean, standard deviation, standard error, median and quantiles", () => {
  assert.equal(s.meanOf(values), 5);
  near(s.sdOf(values), Math.sqrt(32 / 7));
  near(s.standardError(values), Math.sqrt(32 / 7 / 8));
  assert.deepEqual(
    [s.median(values), s.median([3, 1, 2]), s.quantile(values, 0), s.quantile(values, 1)],
    [4.5, 2, 2, 9],
  );
  near(s.quantile([10, 20, 30, 40], 0.3), 19); // numpy.quantile
  assert.deepEqual(values, [2, 4, 4, 4, 5, 5, 7, 9]);
  assert.throws(() => s.quantile(values, 50), /q is 50; it must be from 0 to 1/);
});

test("rmse, autocorrelation, cosine, the loss at the end", () => {
  near(s.rmse([1, 2, 3], [1, 4, 7]), Math.sqrt(20 / 3));
  assert.throws(() => s.rmse([1, 2], [1]), /2 forecasts of 1 values/);
  const wave = Array.from({ length: 400 }, (_, t) => Math.sin((2 * Math.PI * t) / 20));
  near(s.autocorrelation(wave, 0), 1);
  near(s.autocorrelation(wave, 20), 0.95); // 19 of 20 periods overlap
  near(s.autocorrelation(wave, 10), -0.975);
  near(s.cosine(matrix([[1, 1]]), matrix([[3, 0]])), Math.SQRT1_2);
  assert.equal(s.lastLoss({ loss: [9, 1, 3] }, 2), 2);
});
