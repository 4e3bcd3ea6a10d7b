import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgrees, assertFiniteDifferences, torchCases } from "../fixtures/torch";
import { randomNormal, seeded } from "../random";
import { bidirectional } from "./bidirectional";
import type { Cell } from "./cell";
import * as gru from "./gru";
import * as lstm from "./lstm";
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

test("stacked needs a cell", () => assert.throws(() => stacked(), /stacked: no cells; give one/));
