import assert from "node:assert/strict";
import { test } from "node:test";
import type { CellResult } from "../session/remote";
import { cut } from "./cut";
import { diagnose } from "./diagnose";
import { answers, lessonNotebook } from "./fixtures/course";
import { readLesson } from "./lesson";
import { plan } from "./plan";

const lesson = readLesson("04-small", lessonNotebook());
const notebook = cut(lesson);
for (const cell of notebook.cells) {
  const id = /^solution-(\d+)-(\d+)$/.exec(cell.id)?.slice(1).join(".");
  if (id) cell.source = answers[id]!;
}
const learner = plan(lesson, notebook);

/** What is said when a cell of 04.1 ends so. */
function said(role: "solution" | "test", result: CellResult, hidden = false): string {
  const step = learner.steps.find((one) => one.role === role && one.exercise?.id === "04.1")!;
  return diagnose({ step, result, hidden }, lesson, learner, new Set());
}
const failed = (evalue: string): CellResult => ({
  status: "error",
  printed: 0,
  error: { ename: "✗ CheckError", evalue, traceback: [] },
});

test("used up the memory, or ended the process: each its own words", () => {
  const how = "it used up its memory of 2000 MB";
  assert.equal(
    said("solution", { status: "died", cause: "memory", how }),
    "your solution (cell 4) used up the memory: a list that grows without end, or far too large a matrix?",
  );
  assert.match(
    said("test", { status: "died", cause: "exit", how: "exit code 0" }),
    /^your code, called by the test, ended the whole process \(exit code 0\): take process\.exit/,
  );
});

test("a case that is not shown: neither the expected value, nor what it could be worked out from", () => {
  const wrong = "dWhh: wrong value\n  expected  6\n  got       3";
  assert.equal(
    said("test", failed(wrong), true),
    "dWhh: wrong value\n  got       3\n(a case that the notebook does not show)",
  );
  const half = `${wrong}\n  likely cause: yours is 0.5 × the expected value`;
  assert.equal(
    said("test", failed(half), true),
    "dWhh: wrong value\n  likely cause: yours is 0.5 × the expected value\n(a case that the notebook does not show)",
  );
  assert.equal(said("test", failed(half)), half);
});
