import assert from "node:assert/strict";
import { test } from "node:test";
import { dTanh } from "../activations";
import { assertAgrees, assertClose, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { checkGradients } from "../gradcheck";
import { matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, allClose, identity, maxAbs, multiply, shape, sum, sumRows, zeros } from "../matrix";
import { zerosLike } from "../params";
import { randomNormal, seeded } from "../random";
import * as rnn from "./rnn";

for (const one of torchCases("rnn")) {
  test(`rnn agrees with PyTorch, ${one.name}`, () => {
    const torchParams = one.params as rnn.RnnParams;
    const ahead = rnn.forward(torchParams, one.xs, one.state as rnn.RnnState);
    assertAgrees(one, ahead, rnn.backward(torchParams, ahead.cache, one.dhs, one.dState as rnn.RnnState));
  });
  test(`rnn agrees with finite differences, ${one.name}`, () => assertFiniteDifferences(rnn, one));
}

const random = seeded(12);
const [B, T, D, H] = [2, 4, 3, 5];
const params = rnn.init({ inputSize: D, hiddenSize: H }, random);
const xs = Array.from({ length: T }, () => randomNormal(B, D, 1, random));
const dhs = xs.map(() => randomNormal(B, H, 1, random));

/** rnn.backward with a mistake: what comes back from the next step is multiplied by `past`, which should be 1. */
function flawedBackward(cache: rnn.RnnCache, past: number): rnn.RnnParams {
  const grads = zerosLike(params);
  let dhNext = zeros(B, H);
  for (let t = T - 1; t >= 0; t--) {
    const dh = add(dhs[t], dhNext);
    addInPlace(dh, dhNext, past - 1);
    const da = multiply(dh, dTanh(cache.hs[t]));
    addInPlace(grads.bh, sumRows(da));
    addInPlace(grads.Whh, matmulTransposeA(t > 0 ? cache.hs[t - 1] : cache.h0, da));
    addInPlace(grads.Wxh, matmulTransposeA(xs[t], da));
    dhNext = matmulTransposeB(da, params.Whh);
  }
  return grads;
}

test("a gradient check tells the planted mistakes: dhNext dropped, and added twice", () => {
  const loss = (p: rnn.RnnParams): number =>
    rnn.forward(p, xs).hs.reduce((total, h, t) => total + sum(multiply(h, dhs[t])), 0);
  const { cache } = rnn.forward(params, xs);
  const check = (past: number) => checkGradients(loss, params, flawedBackward(cache, past));
  assert.ok(check(1).passed);
  for (const past of [0, 2]) {
    const report = check(past);
    assert.ok(!report.passed);
    assert.ok(report.worst.relativeError > 1e-2, `only ${report.worst.relativeError}`);
  }
});

test("init: shapes, the three starts of Whh, no bias", () => {
  assert.deepEqual(Object.values(params).map(shape), ["[3,5]", "[5,5]", "[1,5]"]);
  assert.equal(maxAbs(params.bh), 0);
  const start = (recurrent: "orthogonal" | "identity") =>
    rnn.init({ inputSize: D, hiddenSize: H, recurrent }, seeded(1)).Whh;
  assert.deepEqual(start("identity"), identity(H));
  const turned = start("orthogonal");
  assert.ok(allClose(matmulTransposeB(turned, turned), identity(H), 1e-12));
  assert.ok(!allClose(turned, identity(H), 0.1), "drawn, not the identity itself");
  const options = { inputSize: D, hiddenSize: H, recurrent: "zero" as "identity" };
  assert.throws(() => rnn.init(options, random), /recurrent "zero": use one of glorot, orthogonal, identity/);
});

test("two halves with the state passed on are the whole", () => {
  const whole = rnn.forward(params, xs);
  const first = rnn.forward(params, xs.slice(0, 2));
  const second = rnn.forward(params, xs.slice(2), first.state);
  assertClose("hs", [...first.hs, ...second.hs], whole.hs, 0);

  const back = rnn.backward(params, whole.cache, dhs);
  const later = rnn.backward(params, second.cache, dhs.slice(2));
  const earlier = rnn.backward(params, first.cache, dhs.slice(0, 2), later.dState);
  assertClose("dhTotals", [...earlier.dhTotals, ...later.dhTotals], back.dhTotals, 1e-14);
  addInPlace(earlier.grads.Whh, later.grads.Whh);
  assertClose("dWhh", { Whh: earlier.grads.Whh }, { Whh: back.grads.Whh }, 1e-13);
});

test("errors name the argument, the shapes and what to check", () => {
  const bad = xs.map((x) => zeros(x.rows, 4));
  assert.throws(() => rnn.forward(params, bad), {
    message: "rnn.forward: xs[0] [2,4] · Wxh [3,5]: inner sizes 4 and 3 differ; check inputSize",
  });
  assert.throws(() => rnn.forward(params, []), /xs must be an array of T ≥ 1 matrices \[B,D\]/);
  assert.throws(
    () => rnn.forward(params, [xs[0], zeros(3, D)]),
    /xs\[1\] is \[3,3\], expected \[2,3\]; all steps/,
  );
  const gap = [xs[0], add(xs[1], { ...zeros(B, D), data: Float64Array.of(0, 0, 0, 0, Number.NaN, 0) })];
  assert.throws(() => rnn.forward(params, gap), /xs\[1\] has NaN in row 1, column 1; look for gaps/);
  assert.throws(
    () => rnn.forward(params, xs, { h: zeros(1, H) }),
    /state.h is \[1,5\], expected \[2,5\]; one row/,
  );
  const { cache } = rnn.forward(params, xs);
  assert.throws(() => rnn.backward(params, cache, dhs.slice(1)), /3 dhs for 4 steps; give one per step/);
  const wrong = [...dhs.slice(0, 3), zeros(B, 1)];
  assert.throws(() => rnn.backward(params, cache, wrong), /dhs\[3\] is \[2,1\], expected \[2,5\]/);
  assert.throws(
    () => rnn.backward(params, cache, dhs, { h: zeros(3, H) }),
    /dState.h is \[3,5\], expected \[2,5\]/,
  );
});
