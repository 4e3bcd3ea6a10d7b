import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readNotebook, serializeNotebook } from "../notebook/format";
import { projectRoot } from "./course";
import { cut } from "./cut";
import { lessonNotebook } from "./fixtures/course";
import { readLesson } from "./lesson";
import { leaks } from "./verify";

const lesson = () => readLesson("04-small", lessonNotebook());
const cellOf = (id: string) => cut(lesson()).cells.find((cell) => cell.id === id)!;

test("a solution region becomes the stub, indented like its BEGIN line", () => {
  assert.equal(
    cellOf("solution-04-3").source,
    `function increment(x: number): number {
    // YOUR CODE HERE
    throw new Error("Exercise not done yet: write your code here");
}`,
  );
});

test("hidden tests, wrong answers, hints, whys and outputs do not reach the exercise", () => {
  const notebook = cut(lesson());
  assert.equal(cellOf("test-04-1").source, 'same("double(3)", double(3), 6, "did you square?");');
  assert.ok(notebook.cells.every(({ cell_type }) => cell_type !== "raw"));
  assert.deepEqual(Object.keys(cellOf("statement-04-2").metadata.unrolled!).sort(), [
    "difficulty",
    "exercise",
    "minutes",
    "title",
  ]);
  const text = serializeNotebook(notebook);
  for (const secret of ["twice", "think about", "because", "squares instead", "the sign is lost"])
    assert.ok(!text.includes(secret), secret);
  assert.deepEqual(leaks(lesson()), []);
});

test("cutting twice gives the same bytes", () => {
  assert.equal(serializeNotebook(cut(lesson())), serializeNotebook(cut(lesson())));
});

test("a statement that gives the solution away is a leak", () => {
  const notebook = lessonNotebook();
  notebook.cells.find(({ id }) => id === "statement-04-2")!.source += "\nTry `return double(double(x));`";
  const found = leaks(readLesson("04-small", notebook));
  assert.match(found.join(), /solution-04-2: this is in the exercise too: return double\(double\(x\)\);/);
});

// 04-small.nbgrader.ipynb is what `nbgrader generate_assignment` (0.9.6, with docs/nbgrader_config.py) made of the other
test("the cut is what nbgrader releases: stubs, locks, checksums", () => {
  const fixture = (kind: string) =>
    readNotebook(join(projectRoot, "tools/exercises/fixtures", `04-small.${kind}.ipynb`));
  const own = cut(readLesson("04-small", fixture("solutions")));
  assert.equal(serializeNotebook(own), serializeNotebook(fixture("nbgrader")));
});
