import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClose, torchCases } from "./fixtures/torch";
import { matrix, scale } from "./matrix";
import * as optimizers from "./optimizers";
import { copyParams, globalNorm, mapParams, type Params } from "./params";

type Trajectory = { name: string; start: Params; grads: Params[]; after: Params[] };
type Clipping = { name: string; grads: Params; maxNorm: number; norm: number; clipped: Params };
const cases: { name: string }[] = torchCases("optimizers");

const factories: Record<string, () => optimizers.Optimizer> = {
  sgd: () => optimizers.sgd({ learningRate: 0.1 }),
  momentum: () => optimizers.momentum({ learningRate: 0.1 }),
  adagrad: () => optimizers.adagrad({ learningRate: 0.1 }),
  adam: () => optimizers.adam({ learningRate: 0.1 }),
};
for (const [name, make] of Object.entries(factories)) {
  test(`${name} takes the steps that PyTorch takes`, () => {
    const one = cases.find((c) => c.name === name) as Trajectory;
    const params = copyParams(one.start);
    const optimizer = make();
    assert.equal(optimizer.name, name);
    one.grads.forEach((grads, i) => {
      optimizer.step(params, grads);
      assertClose(`after step ${i + 1}`, params, one.after[i], 1e-11);
    });
  });
}

test("clipByNorm does what PyTorch's clip_grad_norm_ does, apart from its 10⁻⁶", () => {
  for (const one of cases.filter((c) => c.name === "clip_grad_norm_") as Clipping[]) {
    const { grads, norm, clipped } = optimizers.clipByNorm(one.grads, one.maxNorm);
    assert.ok(Math.abs(norm - one.norm) < 1e-11);
    assert.equal(clipped, one.maxNorm < norm);
    const theirs = clipped ? mapParams(grads, (g) => scale(g, norm / (norm + 1e-6))) : grads;
    assertClose("clipped", theirs, one.clipped, 1e-11);
    if (clipped) assert.ok(Math.abs(globalNorm(grads) - one.maxNorm) < 1e-14);
  }
});

test("clipping by value changes the direction, by norm it does not", () => {
  const grads = { a: matrix([[3, 0.5]]), b: matrix([[-4]]) };
  assert.deepEqual(optimizers.clipByValue(grads, 1), { a: matrix([[1, 0.5]]), b: matrix([[-1]]) });
  const { grads: byNorm } = optimizers.clipByNorm(grads, 1);
  assert.ok(Math.abs(byNorm.a.data[0] / byNorm.b.data[0] - 3 / -4) < 1e-15);
  assert.equal(optimizers.clipByNorm({ a: matrix([[Number.POSITIVE_INFINITY]]) }, 1).clipped, false);
  const exact = optimizers.clipByNorm({ a: matrix([[3, 4]]) }, 5);
  assert.deepEqual([exact.norm, exact.clipped], [5, false]);
});

test("errors name the option or the parameter", () => {
  assert.throws(() => optimizers.sgd({ learningRate: 0 }), /sgd: learningRate is 0; it must be above 0/);
  assert.throws(
    () => optimizers.adagrad({ learningRate: Number.POSITIVE_INFINITY }),
    /learningRate is Infinity/,
  );
  assert.throws(() => optimizers.adam({ beta2: 1 }), /adam: beta2 is 1; it must be in \[0, 1\)/);
  assert.throws(() => optimizers.clipByNorm({}, Number.NaN), /clipByNorm: maxNorm is NaN/);
  const adam = optimizers.adam();
  const params = { W: matrix([[1, 2]]) };
  assert.throws(
    () => adam.step(params, {}),
    /adam.step: grads.W is not a matrix, expected one of shape \[1,2\]/,
  );
  adam.step(params, params);
  const other = { W: matrix([[1]]) };
  assert.throws(
    () => adam.step(other, other),
    /memory of W is \[1,2\], expected \[1,1\]; make a new optimizer/,
  );
});
