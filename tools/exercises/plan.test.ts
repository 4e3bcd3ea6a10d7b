import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, codeCell, type Notebook } from "../notebook/format";
import { cut } from "./cut";
import { answers, lessonNotebook } from "./fixtures/course";
import { readLesson } from "./lesson";
import { plan } from "./plan";

const lesson = readLesson("04-small", lessonNotebook());

/** The plan for a blank notebook after an edit. */
function planAfter(edit: (cells: Cell[], find: (id: string) => Cell) => Cell[] | undefined) {
  const notebook: Notebook = cut(lesson);
  const find = (id: string) => notebook.cells.find((cell) => cell.id === id)!;
  return plan(lesson, { ...notebook, cells: edit(notebook.cells, find) ?? notebook.cells });
}
const roles = (made: ReturnType<typeof plan>) =>
  made.steps.map((s) => `${s.role} ${s.exercise?.id ?? ""}`.trim());
const ids = (set: ReadonlySet<{ id: string }>) => [...set].map(({ id }) => id);

test("a blank notebook: everything blank, nothing odd", () => {
  const made = planAfter(() => undefined);
  assert.deepEqual(ids(made.blank), ["04.1", "04.2", "04.3"]);
  assert.deepEqual([made.notes, ids(made.missing)], [[], []]);
  const each = ["04.1", "04.2", "04.3"].flatMap((id) => [`solution ${id}`, `test ${id}`]);
  assert.deepEqual(roles(made), ["locked", ...each]);
});

test("tests and locked cells are the teacher's, solutions the learner's", () => {
  const made = planAfter((_cells, find) => {
    find("solution-04-1").source = answers["04.1"]!;
    find("test-04-1").source = "";
    find("setup").source = "const x = 1;";
    return undefined;
  });
  const source = (role: string) => made.steps.find((step) => step.role === role)!.source;
  assert.match(source("test"), /BEGIN HIDDEN TESTS/);
  assert.match(source("locked"), /function same/);
  assert.equal(source("solution"), answers["04.1"]);
  assert.deepEqual(ids(made.blank), ["04.2", "04.3"]);
  assert.match(made.notes[0]!, /locked cell setup-04 \(cell 2\) was changed; the check uses the original/);
  assert.match(made.notes[1]!, /test of 04\.1 \(cell 5\) was changed; .*npm run reset -- 04 --locked/);
});

test("spaces at line ends and empty lines around do not count as a change", () => {
  const made = planAfter((_cells, find) => {
    for (const id of ["solution-04-1", "test-04-1"])
      find(id).source = `\n${find(id).source.replace("\n", "  \n")}\n\n`;
    return undefined;
  });
  assert.deepEqual([made.notes, ids(made.blank)], [[], ["04.1", "04.2", "04.3"]]);
});

test("the learner's own cells run where they stand; empty ones, text and raw cells do not", () => {
  const made = planAfter((cells) => [
    codeCell("top", "1"),
    ...cells.slice(0, 4),
    codeCell("mine", "2"),
    codeCell("empty", "  "),
    { cell_type: "raw", id: "raw", metadata: {}, source: "3" },
    ...cells.slice(4),
  ]);
  assert.deepEqual(roles(made).slice(0, 5), ["own", "locked", "solution 04.1", "own", "test 04.1"]);
  assert.equal(made.steps[3]!.where, "your cell 6");
});

test("missing, copied and reordered cells", () => {
  const missing = planAfter((cells) =>
    cells.filter(({ id }) => id !== "solution-04-2" && id !== "test-04-1"),
  );
  assert.deepEqual(ids(missing.missing), ["04.2"]);
  assert.match(missing.notes.join(), /the test of 04\.1 is missing; the check uses the original/);
  assert.ok(roles(missing).includes("test 04.1"));

  const copied = planAfter((cells, find) => [
    { ...find("solution-04-1"), id: "copy", source: "no" },
    ...cells,
  ]);
  assert.match(
    copied.notes.join(),
    /cells 1 and 5 are copies of one cell \(solution-04-1\); the check uses cell 5/,
  );
  assert.ok(copied.steps.every(({ source }) => source !== "no"));

  const reordered = planAfter((cells) => [...cells].reverse());
  assert.match(reordered.notes.join(), /another order/);
  assert.deepEqual(roles(reordered), roles(planAfter(() => undefined)));
});

test("cells whose nbgrader metadata got lost are known by their id", () => {
  const made = planAfter((cells) => cells.map((cell) => ({ ...cell, metadata: {} })));
  assert.deepEqual([made.notes, ids(made.blank)], [[], ["04.1", "04.2", "04.3"]]);
});
