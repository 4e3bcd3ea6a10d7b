import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGradients, formatGradCheck, numericalGradient, relativeError } from "./gradcheck";
import { allClose, map, matrix, scale, sum } from "./matrix";
import { copyParams } from "./params";

const params = {
  W: matrix([
    [1, -2],
    [0.5, 3],
  ]),
  b: matrix([[0.1, 0.2]]),
};
const loss = (p: typeof params): number => sum(map(p.W, (w) => w ** 3)) + sum(map(p.b, Math.sin));
const grads = { W: map(params.W, (w) => 3 * w * w), b: map(params.b, Math.cos) };

test("the numerical gradient agrees with the derivative, and leaves the parameters alone", () => {
  const before = copyParams(params);
  const numeric = numericalGradient(loss, params);
  assert.deepEqual(params, before);
  assert.ok(allClose(numeric.W, grads.W, 1e-8) && allClose(numeric.b, grads.b, 1e-8));
});

test("the error against epsilon has the shape of a U", () => {
  const error = (epsilon: number): number =>
    checkGradients(loss, params, grads, { epsilon }).worst.relativeError;
  assert.ok(error(1e-5) < error(1e-2) / 1000, "too large: the curvature shows");
  assert.ok(error(1e-5) < error(1e-12) / 1000, "too small: the rounding shows");
});

test("relative error: 0 when equal, 2 when opposite, kept small for tiny numbers by the floor", () => {
  assert.equal(relativeError(0, 0), 0);
  assert.equal(relativeError(3, -3), 2);
  assert.equal(relativeError(2 ** -40, 0, 2 ** -10), 2 ** -30);
});

test("a wrong entry is found, named and shown", () => {
  const wrong = { ...grads, W: scale(grads.W, 1) };
  wrong.W.data[2] *= 1.01;
  const report = checkGradients(loss, params, wrong);
  assert.ok(!report.passed);
  assert.deepEqual([report.worst.name, report.worst.row, report.worst.col], ["W", 1, 0]);
  const text = formatGradCheck(report);
  assert.match(text, /✗ {2}W {6}\[2,2\] {2}\(1,0\)/);
  assert.match(text, /✓ {2}b/);
  assert.match(text, /FAILED: W at \(1,0\) is off by 9\.9e-3, tolerance 0\.000001/);
  assert.match(formatGradCheck(checkGradients(loss, params, grads)), /passed: every relative error/);
});

test("NaN never passes, a missing or misshapen gradient is an error", () => {
  const nan = { ...grads, b: map(grads.b, () => Number.NaN) };
  assert.equal(checkGradients(loss, params, nan).passed, false);
  assert.throws(() => checkGradients(loss, params, { W: grads.W } as typeof grads), /grads.b is missing/);
  assert.throws(
    () => checkGradients(loss, params, { ...grads, b: grads.W }),
    /grads.b is \[2,2\], expected \[1,2\]/,
  );
});
