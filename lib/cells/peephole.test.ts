import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClose, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { rowVector, zeros } from "../matrix";
import { countParams } from "../params";
import { seeded } from "../random";
import * as lstm from "./lstm";
import * as peephole from "./peephole";

const [one] = torchCases("lstm");
const gates = {
  pi: rowVector([0.3, -0.8, 0.5]),
  pf: rowVector([1.1, 0.2, -0.6]),
  po: rowVector([-0.7, 0.9, 0.4]),
};

test("peephole.backward agrees with finite differences", () => {
  assertFiniteDifferences(peephole, { ...one, params: { ...one.params, ...gates } });
});

test("with closed peepholes it is the LSTM, forward and backward", () => {
  const [params, state] = [one.params as lstm.LstmParams, one.state as lstm.LstmState];
  const closed = { ...params, pi: zeros(1, 3), pf: zeros(1, 3), po: zeros(1, 3) };
  const ahead = peephole.forward(closed, one.xs, state);
  assertClose("hs", ahead.hs, lstm.forward(params, one.xs, state).hs, 0);
  const back = peephole.backward(closed, ahead.cache, one.dhs, one.dState as lstm.LstmState);
  assertClose("dcTotals", back.dcTotals, one.expected.dcTotals!);
  assertClose("dxs", back.dxs, one.expected.dxs);
});

test("peephole.init adds three rows to the LSTM's parameters", () => {
  const sizes = { inputSize: 5, hiddenSize: 3 };
  const extra = countParams(peephole.init(sizes, seeded(1))) - countParams(lstm.init(sizes, seeded(1)));
  assert.equal(extra, 3 * 3);
});
