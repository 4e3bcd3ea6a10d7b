import assert from "node:assert/strict";
import { test } from "node:test";
import { maxAbs } from "../matrix";
import type { Params } from "../params";
import { seeded } from "../random";
import * as dense from "./dense";
import * as gru from "./gru";
import * as gruResetBefore from "./gruResetBefore";
import * as lstm from "./lstm";
import * as peephole from "./peephole";
import * as rnn from "./rnn";

const sizes = { inputSize: 6, hiddenSize: 8, outputSize: 5 };
const cells = { rnn, lstm, gru, gruResetBefore, peephole, dense };

for (const [name, cell] of Object.entries(cells)) {
  test(`${name} starts with weights by Glorot, each drawn for itself, and biases of 0`, () => {
    const params: Params = cell.init(sizes, seeded(9));
    const drawn: number[] = [];
    for (const [key, { rows, cols, data }] of Object.entries(params)) {
      const size = maxAbs({ rows, cols, data });
      if (key.startsWith("W")) {
        const r = Math.sqrt(6 / (rows + cols));
        assert.ok(size <= r && size > 0.8 * r, `${key}: ${size} of ${r}`);
        drawn.push(...data);
      } else if (key.startsWith("p")) {
        assert.ok(size <= 0.1 && size > 0.05, `${key}: ${size}`);
        drawn.push(...data);
      } else {
        assert.ok(
          data.every((b) => b === (key === "bf" ? 1 : 0)),
          `${key}: ${data}`,
        );
      }
    }
    assert.equal(new Set(drawn).size, drawn.length);
  });
}
