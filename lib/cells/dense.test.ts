import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGradients, formatGradCheck } from "../gradcheck";
import { allClose, type Matrix, matrix, maxAbs, multiply, shape, sum, zeros } from "../matrix";
import { randomNormal, seeded } from "../random";
import * as dense from "./dense";

const random = seeded(13);
const params = dense.init({ inputSize: 4, outputSize: 2 }, random);

test("dense: a value by hand, gradients by finite differences", () => {
  const byHand = {
    Why: matrix([
      [1, 2],
      [3, 4],
    ]),
    by: matrix([[10, 20]]),
  };
  assert.ok(allClose(dense.forward(byHand, matrix([[1, 1]])).y, matrix([[14, 26]])));

  const [h, dy] = [randomNormal(3, 4, 1, random), randomNormal(3, 2, 1, random)];
  const loss = (p: Record<string, Matrix>) => sum(multiply(dense.forward(p as dense.DenseParams, p.h).y, dy));
  const { grads, dh } = dense.backward(params, dense.forward(params, h).cache, dy);
  const report = checkGradients(loss, { ...params, h }, { ...grads, h: dh });
  assert.ok(report.passed, formatGradCheck(report));
});

test("dense: shapes at the start, and errors", () => {
  assert.deepEqual([shape(params.Why), shape(params.by), maxAbs(params.by)], ["[4,2]", "[1,2]", 0]);
  assert.throws(
    () => dense.forward(params, zeros(3, 5)),
    /dense.forward: h is \[3,5\], expected \[3,4\]; Why has/,
  );
  const { cache } = dense.forward(params, zeros(3, 4));
  assert.throws(() => dense.backward(params, cache, zeros(3, 1)), /dy is \[3,1\], expected \[3,2\]/);
});
