import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgrees, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { concatCols, sliceCols } from "../matrix";
import { randomNormal, seeded } from "../random";
import { bidirectional } from "./bidirectional";
import type { Cell } from "./cell";
import * as gru from "./gru";
import * as lstm from "./lstm";
import { part } from "./prefix";
import * as rnn from "./rnn";
import { stacked } from "./stacked";

const single: Record<"lstm" | "gru", Cell> = { lstm, gru };
const shapes: Record<string, (cell: Cell) => Cell> = {
  stacked: (cell) => stacked(cell, cell),
  bidirectional,
  "stacked-bidirectional": (cell) => stacked(bidirectional(cell), bidirectional(cell)),
};

for (const [name, compose] of Object.entries(shapes)) {
  for (const one of torchCases(name)) {
    test(`${name} agrees with PyTorch, ${one.name}`, () => {
      const cell = compose(single[one.cell!]);
      const ahead = cell.forward(one.params, one.xs, one.state);
      assertAgrees(one, ahead, cell.backward(one.params, ahead.cache, one.dhs, one.dState));
      const { inputSize, hiddenSize } = one;
      assert.deepEqual(
        Object.keys(cell.init({ inputSize, hiddenSize }, seeded(1))).sort(),
        Object.keys(one.params).sort(),
      );
      assert.deepEqual(Object.keys(cell.zeroState(one.params, 3)).sort(), Object.keys(one.state).sort());
    });
  }
}

test("different cells may be stacked, and from zero states; the gradients agree with finite differences", () => {
  const random = seeded(3);
  const cell = stacked<lstm.LstmOptions>(bidirectional(rnn), lstm, gru);
  const params = cell.init({ inputSize: 2, hiddenSize: 3, forgetBias: 2 }, random);
  assert.equal(params["layer1.forward.Wxh"].rows, 2);
  assert.equal(params["layer2.Wxi"].rows, 6);
  assert.deepEqual([...params["layer2.bf"].data], [2, 2, 2]);
  const [state, dState] = [cell.zeroState(params, 2), cell.zeroState(params, 2)];
  const xs = Array.from({ length: 3 }, () => randomNormal(2, 2, 1, random));
  const dhs = xs.map(() => randomNormal(2, 3, 1, random));
  assertFiniteDifferences(cell, { params, xs, state, dhs, dState });
});

test("dhTotals are those of the last layer, and of both directions in the order of time", () => {
  const random = seeded(4);
  const [xs, dhs] = [2, 3].map((n) => Array.from({ length: 4 }, () => randomNormal(2, n, 1, random)));
  const two = stacked(gru, rnn);
  const params = two.init({ inputSize: 2, hiddenSize: 3 }, random);
  const top = part("layer2.", params) as rnn.RnnParams;
  const below = gru.forward(part("layer1.", params) as gru.GruParams, xs);
  const totals = rnn.backward(top, rnn.forward(top, below.hs).cache, dhs).dhTotals;
  assert.deepEqual(two.backward(params, two.forward(params, xs).cache, dhs).dhTotals, totals);

  const both = bidirectional(rnn);
  const pair = both.init({ inputSize: 2, hiddenSize: 3 }, random);
  const back = part("backward.", pair) as rnn.RnnParams;
  const turned = rnn.forward(back, [...xs].reverse());
  const backTotals = rnn.backward(back, turned.cache, [...dhs].reverse()).dhTotals.reverse();
  const wide = dhs.map((dh) => concatCols(dh, dh));
  const all = both.backward(pair, both.forward(pair, xs).cache, wide).dhTotals;
  assert.deepEqual(
    all.map((dh) => sliceCols(dh, 3, 6)),
    backTotals,
  );
});

test("stacked needs a cell", () => assert.throws(() => stacked(), /stacked: no cells; give one/));
