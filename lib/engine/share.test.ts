import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bidirectional } from "../cells/bidirectional";
import type { Cell } from "../cells/cell";
import * as gru from "../cells/gru";
import * as irnn from "../cells/irnn";
import * as lstm from "../cells/lstm";
import * as rnn from "../cells/rnn";
import { stacked } from "../cells/stacked";
import { softmaxCrossEntropy } from "../losses";
import { recurrentModel } from "../model";
import { adam } from "../optimizers";
import { randomNormal, seeded } from "../random";
import { done, sharing } from "./share";

const cells = { rnn, irnn, lstm, gru } as unknown as Record<string, Cell>;
const kinds: Record<string, Cell> = {
  ...cells,
  "stacked lstm and gru": stacked(cells.lstm, cells.gru) as Cell,
  "bidirectional lstm": bidirectional(cells.lstm) as Cell,
  "stacked bidirectional": stacked(
    bidirectional(cells.gru) as Cell,
    bidirectional(cells.rnn) as Cell,
  ) as Cell,
};
const skip = availableParallelism() < 2 ? "there is one processor" : false;

/** Every number that a model tells of three steps of training, whose work is shared or not. */
function numbers(threads: 1 | 2, cell: Cell, B: number, hiddenSize: number): unknown {
  Object.assign(sharing, { least: threads === 2 ? 0 : Infinity, startAfter: 0, withdraw: false });
  const random = seeded(4);
  const sizes = { inputSize: 9, hiddenSize, outputSize: 6 };
  const task = { readout: "every", loss: softmaxCrossEntropy, dropout: 0.2, arithmetic: "float32" } as const;
  const model = recurrentModel({ cell, ...sizes, ...task }, random);
  const optimizer = adam({ learningRate: 0.01 });
  const told: unknown[] = [];
  for (let step = 0; step < 3; step++) {
    const xs = Array.from({ length: 7 }, () => randomNormal(B, 9, 1, random));
    const targets = xs.map(() => Array.from({ length: B }, () => random.integer(0, 6)));
    const { loss, ys, hs, state, dxs, dState, grads } = model.lossAndGrads(model.params, { xs, targets });
    optimizer.step(model.params, grads);
    told.push(structuredClone({ loss, ys, hs, state, dxs, dState, params: model.params }));
  }
  return told;
}

for (const [name, cell] of Object.entries(kinds))
  test(`two threads compute the same bits as one: ${name}`, { skip }, () => {
    for (const [B, H] of [
      [1, 5],
      [3, 8],
      [5, 13],
      [8, 3],
      [32, 18],
    ]) {
      const before = done();
      const two = numbers(2, cell, B, H);
      assert.ok(done() > before, "the other thread did its half");
      assert.deepEqual(two, numbers(1, cell, B, H), `B ${B}, H ${H}`);
    }
  });

/** Runs lines of JavaScript in a process of their own, which has to end by itself. */
function alone(lines: string): string {
  const head = `const u = require(${JSON.stringify(join(__dirname, "..", "index.js"))});
const share = require(${JSON.stringify(join(__dirname, "share.js"))});
Object.assign(share.sharing, { least: 0, startAfter: 0, withdraw: false });
const random = u.seeded(1);
const task = { readout: "last", loss: u.meanSquaredError, arithmetic: "float32" };
const model = u.recurrentModel({ cell: u.lstm, inputSize: 3, hiddenSize: 64, outputSize: 1, ...task }, random);
const batch = {
  xs: Array.from({ length: 40 }, () => u.randomNormal(32, 3, 1, random)),
  targets: [u.randomNormal(32, 1, 1, random)],
};
const step = () => Array.from(model.lossAndGrads(model.params, batch).grads.Whi.data).join();
`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", head + lines], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

test("a process ends with its second thread waiting", { skip }, () => {
  assert.equal(alone("step(); console.log(share.done() > 0);"), "true");
});

test("a step that was stopped at any moment leaves the second thread in step", { skip }, () => {
  const lines = `
const vm = require("node:vm");
const expected = step();
let stopped = 0;
for (let k = 0; k < 60; k++) {
  try {
    vm.runInNewContext("for (;;) step()", { step }, { timeout: 1 + (k % 7) });
  } catch (error) {
    stopped += error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
  }
  if (step() !== expected) throw new Error("other numbers after " + stopped + " stops");
}
console.log(stopped);`;
  assert.equal(alone(lines), "60");
});

test("when the second thread has died, one goes on", { skip }, () => {
  const lines = `
const expected = step();
share.endThreads();
setTimeout(() => {
  const before = share.done();
  console.log(step() === expected, share.done() === before);
}, 50);`;
  assert.equal(alone(lines), "true true");
});

test("memory stays flat over many shared steps", { skip }, () => {
  const lines = `
const optimizer = u.adam();
const train = (steps) => {
  for (let k = 0; k < steps; k++) optimizer.step(model.params, model.lossAndGrads(model.params, batch).grads);
};
train(100);
const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
train(400);
const more = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
console.log(more < 8e6 || more);`;
  assert.equal(alone(lines), "true");
});
