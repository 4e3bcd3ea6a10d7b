import assert from "node:assert/strict";
import fs, { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codeCell, type Notebook, readNotebook, writeNotebook } from "../notebook/format";
import { main } from "./cli";
import { type Course, exercisesPath, readCourse, select, selectOne } from "./course";
import { cut } from "./cut";
import { answers, temporaryCourse } from "./fixtures/course";
import { hint } from "./hint";
import { compare, release } from "./release";
import { reset, restore } from "./reset";
import { backUp } from "./work";

function released(): { course: Course; path: string } {
  const course = temporaryCourse();
  release(course);
  return { course, path: exercisesPath(course, course.lessons[0]!) };
}

function edit(path: string, change: (notebook: Notebook) => void): void {
  const notebook = readNotebook(path);
  change(notebook);
  writeNotebook(path, notebook);
}
const answer = (path: string, id = "04.1") =>
  edit(path, (notebook) => {
    notebook.cells.find((cell) => cell.id === `solution-${id.replace(".", "-")}`)!.source = answers[id]!;
  });

/** Changes the solutions as a maintainer would. */
function revise(course: Course, cellId: string, from: string, to: string): Course {
  edit(join(course.root, "solutions/04-small.ipynb"), (notebook) => {
    const cell = notebook.cells.find(({ id }) => id === cellId)!;
    cell.source = cell.source.replace(from, to);
  });
  return readCourse(course.root);
}

test("cutting writes what is new, then changes nothing", () => {
  const course = temporaryCourse();
  assert.deepEqual(compare(course, false), ["exercises/04-small.ipynb is missing: npm run exercises"]);
  assert.deepEqual(release(course).written, ["exercises/04-small.ipynb"]);
  assert.deepEqual(release(course).unchanged, ["exercises/04-small.ipynb"]);
  assert.deepEqual(compare(course, true), []);
});

test("a changed statement, test or blank is seen and cut again", () => {
  const { course } = released();
  const cells = [
    ["statement-04-1", "Write", "Please write"],
    ["test-04-1", "double(3)", "double( 3)"],
    ["solution-04-1", "x: number", "y: number"],
  ] as const;
  for (const [id, from, to] of cells) {
    const next = revise(course, id, from, to);
    assert.match(
      compare(next, false).join(),
      new RegExp(`differs from its solutions: cell ${id} differs: npm run exer`),
    );
    assert.equal(release(next).written.length, 1);
    assert.deepEqual(compare(next, false), []);
  }
});

test("a learner's answers, added cells and outputs are never overwritten and are no difference", () => {
  const { course, path } = released();
  answer(path);
  edit(path, (notebook) => {
    notebook.cells.push(codeCell("mine", "1 + 1"));
    notebook.metadata.widgets = {};
    for (const cell of notebook.cells) if (cell.cell_type === "code") cell.execution_count = 7;
  });
  const text = readFileSync(path, "utf8");
  assert.match(release(course).kept[0]!, /holds work of yours \(04\.1\); left as it is.*npm run reset -- 04/);
  assert.equal(readFileSync(path, "utf8"), text);
  assert.deepEqual(compare(course, false), []);
  assert.match(compare(course, true)[0]!, /not exactly what npm run exercises writes \(04\.1\)/);
});

test("a blank from an older cut holds no work", () => {
  const { course } = released();
  const next = revise(course, "solution-04-1", "x: number", "value: number");
  assert.deepEqual(release(next).written, ["exercises/04-small.ipynb"]);
});

test("notes in a cell that carries no checksum are kept in a backup", () => {
  const { course, path } = released();
  edit(path, ({ cells }) => {
    cells.find(({ metadata }) => !metadata.nbgrader)!.source = "# My notes";
  });
  const noted = readFileSync(path, "utf8");
  const [, backup] = release(course).written[0]!.split("; what was there: ");
  assert.equal(readFileSync(join(course.root, backup!), "utf8"), noted);
  assert.equal(release(course).written.length, 0);
});

test("an unreadable file is left alone; one without solutions is named", () => {
  const { course, path } = released();
  writeFileSync(path, "{");
  assert.match(release(course).kept[0]!, /cannot be read/);
  writeFileSync(join(course.root, "exercises/09-old.ipynb"), "{}");
  rmSync(path);
  release(course);
  assert.match(compare(course, false)[0]!, /exercises\/09-old\.ipynb has no solutions/);
  renameSync(
    join(course.root, "exercises/09-old.ipynb"),
    join(course.root, "exercises/09-old (yours).ipynb"),
  );
  assert.deepEqual(compare(course, false), []);
});

test("reset: one exercise, the whole notebook, a missing or broken one; always with a backup", () => {
  const { course, path } = released();
  const blank = readFileSync(path, "utf8");
  const sourceOf = (id: string) => readNotebook(path).cells.find((cell) => cell.id === id)!.source;
  answer(path, "04.1");
  answer(path, "04.2");
  const worked = readFileSync(path, "utf8");

  const backup = backUp(course, path)!;
  assert.match(backup, /^backups.04-small \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.ipynb$/);
  assert.equal(readFileSync(join(course.root, backup), "utf8"), worked);
  assert.notEqual(backUp(course, path), backup);

  assert.equal(reset(select(course, ["04.1"])[0]!), false);
  assert.match(sourceOf("solution-04-1"), /YOUR CODE HERE/);
  assert.equal(sourceOf("solution-04-2"), answers["04.2"]);

  edit(path, (notebook) => {
    notebook.cells = notebook.cells.filter(({ id }) => id !== "solution-04-3" && id !== "statement-04-3");
  });
  reset(select(course, ["4.3", "04.2"])[0]!);
  assert.equal(readFileSync(path, "utf8"), blank);

  writeFileSync(path, worked.slice(0, 500));
  assert.equal(reset(select(course, ["04.1"])[0]!), true);
  assert.equal(readFileSync(path, "utf8"), blank);
  rmSync(path);
  assert.equal(backUp(course, path), undefined);
  reset(select(course, ["04"])[0]!);
  assert.equal(readFileSync(path, "utf8"), blank);
});

test("what is locked can be put back without touching the answers", () => {
  const { course, path } = released();
  answer(path, "04.1");
  edit(path, (notebook) => {
    notebook.cells = notebook.cells.filter(({ id }) => id !== "setup");
    notebook.cells.find(({ id }) => id === "test-04-2")!.source = "// nothing to test";
    notebook.cells.push(codeCell("mine", "const mine = 1;"));
  });
  restore(course, select(course, ["04"])[0]!);
  const { cells } = readNotebook(path);
  assert.deepEqual(
    cells.filter(({ id }) => id !== "mine" && id !== "solution-04-1").map(({ source }) => source),
    cut(course.lessons[0]!)
      .cells.filter(({ id }) => id !== "solution-04-1")
      .map(({ source }) => source),
  );
  assert.equal(cells.find(({ id }) => id === "solution-04-1")!.source, answers["04.1"]);
  assert.ok(cells.some(({ id }) => id === "mine"));
});

test("hints come one at a time and are remembered", () => {
  const { course } = released();
  const exercise = course.lessons[0]!.exercises[0]!;
  assert.match(hint(course, exercise, false), /Hint 1 of 2: think about what 04\.1/);
  assert.match(
    hint(course, exercise, false),
    /Hint 2 of 2: then write[\s\S]*last one[\s\S]*npm run solution -- 04\.1 --anyway/,
  );
  assert.match(hint(course, exercise, false), /Hint 2 of 2[\s\S]*seen all/);
  assert.match(hint(course, exercise, true), /Hint 1 of 2[\s\S]*Hint 2 of 2/);
  writeFileSync(join(course.root, ".unrolled/hints.json"), "broken");
  assert.match(hint(course, exercise, false), /Hint 1 of 2/);
});

test("where nothing may be written, the hint is shown all the same, and reset says what to do", async (t) => {
  const { course } = released();
  writeFileSync(join(course.root, ".unrolled"), "a file where the folder should be");
  assert.match(hint(course, course.lessons[0]!.exercises[0]!, false), /Hint 1 of 2/);
  t.mock.method(fs, "mkdirSync", () => {
    throw Object.assign(new Error("EACCES: permission denied, mkdir 'backups'"), { code: "EACCES" });
  });
  await assert.rejects(
    main(["reset", "04.1"], course.root),
    /^Error: exercises.04-small\.ipynb: it cannot be written here \(EACCES\): make the course's folder writable/,
  );
});

test("what was asked for: numbers, names, paths; a clear word where there is none", () => {
  const { course } = released();
  const chosen = (...words: string[]) =>
    select(course, words).flatMap(({ exercises }) => exercises.map(({ id }) => id));
  assert.deepEqual(chosen(), ["04.1", "04.2", "04.3"]);
  const elsewhere = join(course.root, "handed in.ipynb");
  assert.deepEqual(chosen("4"), chosen("exercises/04-small.ipynb"));
  copyFileSync(join(course.root, "exercises/04-small.ipynb"), elsewhere);
  assert.deepEqual(
    select(course, [elsewhere, "04.2"]).map(({ lesson, file, exercises }) => [
      lesson.number,
      file,
      exercises.length,
    ]),
    [
      ["04", elsewhere, 3],
      ["04", join(course.root, "exercises/04-small.ipynb"), 1],
    ],
  );
  writeFileSync(elsewhere, "{}");
  assert.throws(() => chosen(elsewhere), /holds no exercises of this course/);
  assert.throws(() => chosen("nowhere/04-small.ipynb"), /there is no such file \(looked for .*nowhere/);
  assert.throws(() => chosen(`${course.root}/exercises`), /is a folder; name a notebook/);
  assert.deepEqual(chosen("4.3", "04.1"), ["04.1", "04.3"]);
  assert.throws(() => chosen("05"), /"05": no such lesson; expected a number like 04 or 04\.2; lessons: 04/);
  assert.throws(() => chosen("04.9"), /lesson 04 has only 04\.1, 04\.2, 04\.3/);
  assert.throws(() => selectOne(course, ["04"], "hint"), /"04" is a lesson; .*npm run hint -- 04\.1/);
  assert.throws(() => selectOne(course, [], "hint"), /expected the number of one exercise/);
});

test("the command line: unknown verbs and options, and reset without a word, say what they expect", async () => {
  const { course } = released();
  await assert.rejects(main(["chek"], course.root), /expected one of exercises, check/);
  await assert.rejects(main(["check", "--wacth"], course.root), /--wacth[\s\S]*npm run check/);
  await assert.rejects(
    main(["check", "--timeout", "x"], course.root),
    /--timeout: expected a number above 0, got x/,
  );
  await assert.rejects(main(["reset"], course.root), /reset what\?/);
  assert.deepEqual(readdirSync(course.root).sort(), ["exercises", "node_modules", "solutions"]);
});
