import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgrees, assertClose, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { map, scale, sliceCols, zeros } from "../matrix";
import { countParams } from "../params";
import { seeded } from "../random";
import * as gru from "./gru";
import * as gruResetBefore from "./gruResetBefore";

const cases = torchCases("gru");

for (const one of cases) {
  test(`gru agrees with PyTorch, ${one.name}`, () => {
    const params = one.params as gru.GruParams;
    const ahead = gru.forward(params, one.xs, one.state as gru.GruState);
    assertAgrees(one, ahead, gru.backward(params, ahead.cache, one.dhs, one.dState as gru.GruState));
  });
}

const { bhn: _, ...withoutBhn } = cases[0].params as gru.GruParams;

test("gru.backward agrees with finite differences", () => assertFiniteDifferences(gru, cases[0]));

test("gruResetBefore.backward agrees with finite differences", () => {
  assertFiniteDifferences(gruResetBefore, { ...cases[0], params: withoutBhn });
});

test("the two resets agree where the gate is wide open, and differ elsewhere", () => {
  const { xs } = cases[0];
  const open = { ...withoutBhn, br: map(withoutBhn.br, () => 50) }; // r = 1
  const outputs = (params: gruResetBefore.GruResetBeforeParams) => [
    gru.forward({ ...params, bhn: zeros(1, 3) }, xs).hs,
    gruResetBefore.forward(params, xs).hs,
  ];
  const [after, before] = outputs(open);
  assertClose("hs", after, before);
  const [otherAfter, otherBefore] = outputs(withoutBhn);
  assert.throws(() => assertClose("hs", otherAfter, otherBefore, 1e-3));
});

test("z or 1 − z: the other convention is this one with the signs of z's weights turned round", () => {
  const { xs } = cases[0];
  const { Wxz, Whz, bz } = withoutBhn;
  const turned = { ...withoutBhn, Wxz: scale(Wxz, -1), Whz: scale(Whz, -1), bz: scale(bz, -1) };
  const { zs } = gruResetBefore.forward(withoutBhn, xs).cache;
  const first = gruResetBefore.forward(turned, xs.slice(0, 1)).cache.zs[0];
  assertClose("z", [first], [map(zs[0], (z) => 1 - z)]); // σ(−a) = 1 − σ(a)
});

test("gru.init: the shapes, with and without the bias inside of the reset", () => {
  const sizes = { inputSize: 5, hiddenSize: 3 };
  assert.equal(countParams(gru.init(sizes, seeded(1))), 3 * (5 * 3 + 3 * 3 + 3) + 3);
  assert.equal(countParams(gruResetBefore.init(sizes, seeded(1))), 3 * (5 * 3 + 3 * 3 + 3));
});

test("gru says what does not fit", () => {
  const params = gru.init({ inputSize: 4, hiddenSize: 3 }, seeded(1));
  const { xs, dhs } = cases[0];
  const narrow = xs.map((x) => sliceCols(x, 0, 2));
  assert.throws(() => gru.forward(params, narrow), /gru\.forward: xs\[0\] \[3,2\] · Wxr \[4,3\]/);
  assert.throws(() => gru.forward(params, xs, { h: zeros(2, 3) }), /gru\.forward: state\.h is \[2,3\]/);
  const { cache } = gru.forward(params, xs);
  assert.throws(() => gru.backward(params, cache, dhs.slice(1)), /gru\.backward: 4 dhs for 5 steps/);
});
