import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGradients, formatGradCheck } from "../gradcheck";
import { allClose, type Matrix, matrix, multiply, sum, sumRows, transpose, zeros } from "../matrix";
import type { Params } from "../params";
import { randomNormal, seeded } from "../random";
import * as dotProduct from "./attention";

const [B, S, T, H] = [2, 4, 3, 5];
const random = seeded(31);
const sequence = (length: number): Matrix[] => Array.from({ length }, () => randomNormal(B, H, 1, random));
const [queries, keys, dContexts] = [sequence(T), sequence(S), sequence(T)];
const masks = [matrix([[1], [0]]), matrix([[1], [1]]), matrix([[1], [1]]), matrix([[0], [1]])];

test("by hand: scores over √H, their softmax, the mixture", () => {
  const two = [matrix([[1, 0, 0, 0]]), matrix([[0, 1, 0, 0]])];
  const query = matrix([[2 * Math.log(3), 0, 7, 7]]); // the scores are log 3 and 0
  const { contexts, weights } = dotProduct.forward({}, [query], two);
  assert.ok(allClose(weights[0], matrix([[0.75, 0.25]]), 1e-15));
  assert.ok(allClose(contexts[0], matrix([[0.75, 0.25, 0, 0]]), 1e-15));
});

test("each row of weights sums to 1, and a masked key has the weight 0", () => {
  const { weights } = dotProduct.forward({}, queries, keys, masks);
  for (const a of weights) {
    assert.ok(allClose(sumRows(transpose(a)), matrix([[1, 1]]), 1e-15));
    assert.deepEqual([a.data[3], a.data[S]], [0, 0]);
  }
  assert.throws(
    () =>
      dotProduct.forward(
        {},
        queries,
        keys,
        masks.map(() => matrix([[1], [0]])),
      ),
    /no key to look at in sequence 1;/,
  );
  assert.throws(
    () => dotProduct.forward({}, [zeros(B, H + 1)], keys),
    /queries\[0\] is \[2,6\], expected \[2,5\]/,
  );
});

for (const [name, mask] of Object.entries({ "no mask": undefined, masks })) {
  test(`gradients agree with finite differences, ${name}`, () => {
    const named = (qs: Matrix[], ks: Matrix[]): Params =>
      Object.fromEntries([...qs.map((q, t) => [`q${t}`, q]), ...ks.map((k, s) => [`k${s}`, k])]);
    const run = (all: Params) => {
      const inputs = Object.values(all);
      return dotProduct.forward({}, inputs.slice(0, T), inputs.slice(T), mask);
    };
    const loss = (all: Params): number =>
      run(all).contexts.reduce((total, c, t) => total + sum(multiply(c, dContexts[t])), 0);
    const all = named(queries, keys);
    const { dQueries, dKeys } = dotProduct.backward({}, run(all).cache, dContexts);
    const report = checkGradients(loss, all, named(dQueries, dKeys));
    assert.ok(report.passed, formatGradCheck(report));
  });
}
