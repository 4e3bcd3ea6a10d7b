import assert from "node:assert/strict";
import { test } from "node:test";
import { serializeNotebook } from "../notebook/format";
import { projectRoot, readCourse } from "./course";
import { cut } from "./cut";
import { exerciseCells, lessonNotebook } from "./fixtures/course";
import { dealt, problemsOf, withRows } from "./given";
import { type Lesson, readLesson } from "./lesson";

const { lessons } = readCourse(projectRoot);
const onPaper = lessons.flatMap(({ exercises }) => exercises.filter(({ given }) => given));

const small = (says: string, rows: string[]): Lesson => {
  const declaration = "const given = { x: 2 };";
  const cells = exerciseCells({
    id: "04.1",
    solution: `function twice(): number {\n  // BEGIN SOLUTION\n  ${declaration}\n  return 2 * given.x;\n  // END SOLUTION\n}`,
    tests: `{\n  ${declaration}\n  if (twice() !== 2 * given.x) throw new Error("not twice");\n}`,
    wrong: [],
  });
  const [statement] = cells;
  statement!.source += " Return twice $x = 2$.";
  Object.assign(statement!.metadata.unrolled!, { given: { says: [says], rows } });
  return readLesson("04-small", { ...lessonNotebook([]), cells });
};

test("statement, solution and test of a row have its numbers; the first row is the lesson as it stands", () => {
  const lesson = small("$x = {{x}}$", ["x: 2", "x: -3"]);
  assert.deepEqual(problemsOf(lesson.exercises[0]!), []);
  const [other] = withRows(lesson, () => 1).exercises;
  assert.match(other!.statement, /twice \$x = -3\$/);
  for (const { cell } of [other!.solution, ...other!.tests])
    assert.match(cell.source, /const given = \{ x: -3 \};/);
  assert.equal(serializeNotebook(withRows(lesson, () => 0).notebook), serializeNotebook(lesson.notebook));
});

test("numbers that do not come from the first row are found", () => {
  const [stale] = small("$x = {{x}}$", ["x: 5", "x: 3"]).exercises;
  assert.match(problemsOf(stale!).join("\n"), /"\$x = 5\$" does not stand once in the statement/);
  assert.match(
    problemsOf(stale!).join("\n"),
    /test-04-1: expected the declaration const given = \{ x: 5 \};/,
  );
  assert.match(problemsOf(small("{{x}}", ["x: 2"]).exercises[0]!).join(), /two or more rows/);
});

test("a student gets the same row again, never the first; another seed deals otherwise", () => {
  assert.ok(onPaper.length >= 12);
  const students = Array.from({ length: 40 }, (_, i) => `student ${i}`);
  for (const exercise of onPaper) {
    const rows = students.map((student) => dealt(3, student, exercise));
    assert.ok(rows.every((row) => row > 0 && row < exercise.given!.rows.length));
    assert.deepEqual(
      rows,
      students.map((student) => dealt(3, student, exercise)),
    );
    assert.notDeepEqual(
      rows,
      students.map((student) => dealt(4, student, exercise)),
    );
  }
});

test("no exercise notebook holds the other numbers", () => {
  for (const lesson of lessons) {
    const text = serializeNotebook(cut(lesson));
    assert.doesNotMatch(text, /"says"|"rows"/);
  }
});
