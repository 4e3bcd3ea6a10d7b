import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgrees, assertClose, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { sliceCols, toRows, zeros } from "../matrix";
import { countParams } from "../params";
import { seeded } from "../random";
import * as lstm from "./lstm";

const cases = torchCases("lstm");

for (const one of cases) {
  test(`lstm agrees with PyTorch, ${one.name}`, () => {
    const params = one.params as lstm.LstmParams;
    const ahead = lstm.forward(params, one.xs, one.state as lstm.LstmState);
    const back = lstm.backward(params, ahead.cache, one.dhs, one.dState as lstm.LstmState);
    assertAgrees(one, ahead, back);
    assertClose("cs", ahead.cache.cs, one.expected.cs!);
    assertClose("dcTotals", back.dcTotals, one.expected.dcTotals!);
  });
}

test("lstm.backward agrees with finite differences", () => assertFiniteDifferences(lstm, cases[0]));

test("lstm.init: the shapes, and the forget gate starts open", () => {
  const params = lstm.init({ inputSize: 5, hiddenSize: 3 }, seeded(1));
  assert.equal(countParams(params), 4 * (5 * 3 + 3 * 3 + 3));
  assert.deepEqual(toRows(params.bf), [[1, 1, 1]]);
  assert.deepEqual(toRows(params.bi), [[0, 0, 0]]);
  assert.deepEqual(toRows(lstm.init({ inputSize: 5, hiddenSize: 2, forgetBias: 0 }, seeded(1)).bf), [[0, 0]]);
});

test("lstm in two parts: the state carries over forward, its gradient carries over backward", () => {
  const { params: p, xs, dhs, state, dState, expected } = cases[0];
  const params = p as lstm.LstmParams;
  const first = lstm.forward(params, xs.slice(0, 2), state as lstm.LstmState);
  const second = lstm.forward(params, xs.slice(2), first.state);
  assertClose("hs", [...first.hs, ...second.hs], expected.hs);
  const late = lstm.backward(params, second.cache, dhs.slice(2), dState as lstm.LstmState);
  const early = lstm.backward(params, first.cache, dhs.slice(0, 2), late.dState);
  assertClose("dState", early.dState, expected.dState);
});

test("lstm says what does not fit", () => {
  const params = lstm.init({ inputSize: 4, hiddenSize: 3 }, seeded(1));
  const { xs, dhs } = cases[0];
  const narrow = xs.map((x) => sliceCols(x, 0, 2));
  assert.throws(() => lstm.forward(params, narrow), /lstm\.forward: xs\[0\] \[3,2\] · Wxi \[4,3\]/);
  const state = { h: zeros(3, 3), c: zeros(2, 3) };
  assert.throws(
    () => lstm.forward(params, xs, state),
    /lstm\.forward: state\.c is \[2,3\], expected \[3,3\]/,
  );
  const { cache } = lstm.forward(params, xs);
  assert.throws(() => lstm.backward(params, cache, dhs.slice(1)), /lstm\.backward: 4 dhs for 5 steps/);
});
