import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell, Notebook } from "../notebook/format";
import { lessonNotebook } from "./fixtures/course";
import { readLesson } from "./lesson";

/** The problems of a lesson in which one cell was changed. */
function problemsAfter(id: string, change: (cell: Cell, notebook: Notebook) => void): string {
  const notebook = lessonNotebook();
  change(notebook.cells.find((cell) => cell.id === id)!, notebook);
  try {
    readLesson("04-small", notebook);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test("a lesson knows its exercises, their points, wrong answers and tests", () => {
  const { number, title, exercises } = readLesson("04-small", lessonNotebook());
  assert.deepEqual([number, title], ["04", "Small functions"]);
  assert.deepEqual(
    exercises.map((e) => [e.id, e.points, e.wrongAnswers.length, e.tests.length]),
    [
      ["04.1", 2, 2, 1],
      ["04.2", 2.5, 2, 1],
      ["04.3", 2, 2, 1],
    ],
  );
});

test("malformed markers are named with notebook, cell and line", () => {
  const solution = (edit: (source: string) => string) =>
    problemsAfter("solution-04-1", (cell) => {
      cell.source = edit(cell.source);
    });
  assert.match(
    solution((s) => s.replace("// END SOLUTION", "")),
    /solutions\/04-small\.ipynb: cell 4 \(solution-04-1\): a BEGIN SOLUTION without its END/,
  );
  assert.match(
    solution((s) => s.replace("const", "// BEGIN SOLUTION\nconst")),
    /line 3: a BEGIN SOLUTION inside/,
  );
  assert.match(
    solution((s) => `${s}\n// END SOLUTION`),
    /line 7: an END SOLUTION without its BEGIN/,
  );
  assert.match(
    solution((s) => s.replace("// BEGIN SOLUTION", "// BEGIN SOLUTION here")),
    /line 2: expected "\/\/ BEGIN SOLUTION" alone on its line/,
  );
  assert.match(
    solution(() => "function double(x: number): number { return 0; }"),
    /needs a region/,
  );
});

test("markers outside the cells that they belong to", () => {
  const append = (id: string, text: string) =>
    problemsAfter(id, (cell) => {
      cell.source += text;
    });
  assert.match(
    append("setup", "\n// BEGIN SOLUTION\n// END SOLUTION"),
    /a solution region outside a solution cell/,
  );
  assert.match(
    append("setup", "\n// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS"),
    /a hidden test outside a test cell/,
  );
  assert.match(append("title", "\n// BEGIN SOLUTION\n// END SOLUTION"), /a solution region outside/);
  assert.match(append("wrong-04-1-1", "\n// BEGIN SOLUTION"), /carries no markers/);
});

test("metadata: points, ids, unknown keys, order", () => {
  const set = (id: string, key: string, value: unknown) =>
    problemsAfter(id, (cell) => {
      cell.metadata.nbgrader![key] = value;
    });
  assert.match(set("test-04-2", "points", undefined), /a test cell needs points above 0, got undefined/);
  assert.match(set("test-04-2", "grade_id", "test-04-1"), /grade_id "test-04-1" is taken by cell 7/);
  assert.match(set("test-04-2", "grade_id", "foo"), /expected grade_id "test-04-2", got "foo"/);
  assert.match(set("setup", "hint", "x"), /nbgrader knows no key "hint"/);
  assert.match(set("setup", "schema_version", 2), /expected nbgrader schema_version 3, got 2/);
  const without = (id: string) => problemsAfter(id, (cell, nb) => nb.cells.splice(nb.cells.indexOf(cell), 1));
  assert.match(without("solution-04-2"), /exercise 04\.2: it has no solution cell/);
  assert.match(without("test-04-2"), /exercise 04\.2: it has no test cell/);
});

test("every problem is told at once", () => {
  const message = problemsAfter("test-04-2", (cell, notebook) => {
    cell.metadata.nbgrader!.points = -1;
    notebook.cells.find(({ id }) => id === "setup")!.metadata.nbgrader!.locked = false;
  });
  assert.equal(message.split("\n").length, 2);
});
