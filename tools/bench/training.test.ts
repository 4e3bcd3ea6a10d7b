import assert from "node:assert/strict";
import { test } from "node:test";
import { growthFigure } from "./growth";
import { json, table } from "./report";
import type { Column, Contestant } from "./rows";
import { compete, type Row } from "./training";

const rows: Row[] = [
  { name: "S0", unit: "ms/step", values: { ours: 2, oneThread: 3, reference: 20, tfjs: 30, fused: 3 } },
  { name: "min-char-rnn", unit: "iterations/s", values: { ours: 900, numpy: 100 } },
];

test("the one line of --json has every column, null where nothing ran, and no other", () => {
  assert.deepEqual(JSON.parse(json(rows)), {
    rows: [
      {
        ...{ name: "S0", unit: "ms/step", ours: 2, oneThread: 3, relaxed: null, fused: 3, tfjs: 30 },
        ...{ keras: null, pytorch: null, numpy: null },
      },
      {
        ...{ name: "min-char-rnn", unit: "iterations/s", ours: 900, oneThread: null, relaxed: null },
        ...{ fused: null, tfjs: null, keras: null, pytorch: null, numpy: 100 },
      },
    ],
  });
});

test("a ratio says how many times faster, for times and for rates", () => {
  const lines = table(rows).split("\n");
  const cells = (name: string): string[] => lines.find((line) => line.startsWith(name))!.split(/\s+/);
  assert.deepEqual(cells("S0").slice(1), ["–", "–", "–", "–", "1.5", "10.0", "15.0", "10.0"]);
  assert.deepEqual(cells("min-char-rnn").slice(1), ["–", "–", "–", "9.0", "–", "–", "–", "–"]);
});

test("contestants take turns; a column has the best of its medians, the absent have none; all are stopped", async () => {
  const turns: string[] = [];
  const stopped: string[] = [];
  const contestant = (column: Column, name: string, ms: number): Contestant => ({
    column,
    async run(steps) {
      turns.push(name);
      return steps * ms;
    },
    stop: () => void stopped.push(name),
  });
  const best = await compete([
    contestant("pytorch", "one thread", 20),
    undefined,
    contestant("pytorch", "two threads", 10),
    contestant("ours", "ours", 5),
  ]);
  assert.deepEqual(best, { pytorch: 10, ours: 5 });
  const measured = turns.slice(-27); // nine turns each, after the warm-up
  assert.deepEqual(measured.slice(0, 6), [
    ...["one thread", "two threads", "ours"],
    ...["one thread", "two threads", "ours"],
  ]);
  assert.deepEqual(stopped, ["one thread", "two threads", "ours"]);
});

test("growth has a line for each column", () => {
  const figure = growthFigure(
    "T",
    [10, 20],
    [
      { fused: 1, tfjs: 10 },
      { fused: 2, tfjs: 21 },
    ],
  );
  assert.deepEqual(
    figure.data.map((line) => [(line as { name: string }).name, (line as { y: number[] }).y]),
    [
      ["fused", [1, 2]],
      ["tfjs", [10, 21]],
    ],
  );
});
