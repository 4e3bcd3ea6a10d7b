import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Cell, codeCell, writeNotebook } from "../notebook/format";
import { lessonBoard, plain } from "./board";
import { allPassed, check, type LessonReport } from "./check";
import { exercisesPath, select } from "./course";
import { cut } from "./cut";
import { answers, temporaryCourse } from "./fixtures/course";
import { readLesson } from "./lesson";
import { solution } from "./solution";

const course = temporaryCourse();
const lesson = course.lessons[0]!;
const path = exercisesPath(course, lesson);

/** Checks a notebook with these answers; proves that the file stays as it is. */
async function checked(
  given: Record<string, string>,
  edit: (cells: Cell[]) => Cell[] = (cells) => cells,
  limit = 20,
): Promise<LessonReport> {
  const notebook = cut(lesson);
  for (const [id, source] of Object.entries(given))
    notebook.cells.find((cell) => cell.id === `solution-${id.replace(".", "-")}`)!.source = source;
  writeNotebook(path, { ...notebook, cells: edit(notebook.cells) });
  const before = readFileSync(path);
  const [report] = await check(course, select(course, []), limit);
  assert.deepEqual(readFileSync(path), before);
  return report!;
}
const marks = (report: LessonReport) => report.exercises.map(({ status }) => status).join(" ");
const said = (report: LessonReport, id: string) => report.exercises.find((e) => e.id === id)!.diagnosis ?? "";
const fn = (name: string, ...body: string[]) =>
  `function ${name}(x: number): number {\n  ${body.join("\n  ")}\n}`;

test("all right, all blank", async () => {
  const right = await checked(answers);
  assert.equal(marks(right), "passed passed passed");
  assert.equal(allPassed([right]), true);
  assert.deepEqual(right.notes, []);
  const blank = await checked({});
  assert.equal(marks(blank), "blank blank blank");
  assert.equal(allPassed([blank]), false);
});

test("a wrong answer: its diagnosis, and a word to the exercise that builds on it", async () => {
  const report = await checked({ ...answers, "04.1": fn("double", "return x * x;") });
  assert.equal(marks(report), "failed failed passed");
  assert.equal(said(report, "04.1"), "double(3): expected 6, got 9; did you square?");
  assert.match(
    said(report, "04.2"),
    /it uses `double` from 04\.1, which does not pass yet: mend 04\.1 first/,
  );
  assert.match(
    lessonBoard(report, plain),
    /✗ 04\.1 ●○○ .*0\/2[\s\S]*did you square\?\n.*npm run hint -- 04\.1/,
  );
});

test("a type error is shown with its place; what builds on the cell is told", async () => {
  const report = await checked({ ...answers, "04.1": fn("double", 'return "a";') });
  assert.match(
    said(report, "04.1"),
    /your solution \(cell 4\) does not run:[\s\S]*cell 4, line 2, column 3:/,
  );
  assert.match(said(report, "04.2"), /`double` from 04\.1, whose solution does not run: mend 04\.1 first/);
  assert.equal(marks(report), "failed failed passed");
});

test("thrown errors point into the learner's code, not into the test's; a missing name is told", async () => {
  const report = await checked({
    ...answers,
    "04.2": fn("quadruple", "const a: number[][] = [];", "return a[3][2] + x;"),
    "04.3": fn("plusOne", "return x + 1;"),
  });
  assert.match(
    said(report, "04.2"),
    /TypeError: Cannot read[\s\S]*cell 7, line 3, .*\n[\s\S]*> 3 \| {3}return a\[3\]/,
  );
  assert.ok(!said(report, "04.2").includes("same("));
  assert.match(said(report, "04.3"), /your solution \(cell 10\) no longer defines `increment`/);
});

test("an unfinished part, and an exercise that builds on a blank one", async () => {
  const stub = 'throw new Error("Exercise not done yet: write your code here");';
  const report = await checked({
    "04.2": answers["04.2"]!,
    "04.3": fn("increment", `if (x > 0) { ${stub} }`, "return x + 1;"),
  });
  assert.equal(marks(report), "blank failed failed");
  assert.match(said(report, "04.2"), /uses `double` from 04\.1, which is not done yet: do 04\.1 first/);
  assert.match(said(report, "04.3"), /a part is still to be written/);
});

test("an endless loop, in a solution or called by a test: stopped, said, the rest is checked", async () => {
  const endless = {
    "04.1": answers["04.1"]!,
    "04.2": `${answers["04.2"]}\nwhile (true) {}`,
    "04.3": fn("increment", "while (x < 9) x -= 1;", "return x;"),
  };
  const report = await checked(endless, undefined, 4);
  assert.equal(marks(report), "passed failed failed");
  assert.match(
    said(report, "04.2"),
    /your solution \(cell 7\) was still running after 4 s .*an endless loop\?/,
  );
  assert.match(said(report, "04.3"), /your code, called by the test, was still running after 4 s/);
});

test("a flood of output, a process that ends, process.exit", async () => {
  const report = await checked({
    "04.1": `for (let i = 0; i < 1e5; i++) console.log("a flood of lines");\n${answers["04.1"]}`,
    "04.2": fn("quadruple", "process.abort();", "return x;"),
    "04.3": fn("increment", "process.exit(0);"),
  });
  assert.equal(marks(report), "passed failed failed");
  assert.match(report.notes.join(), /cell 4 prints 2 MB/);
  assert.match(said(report, "04.2"), /ended the whole process/);
  assert.match(said(report, "04.3"), /process\.exit/);
});

test("own cells run, also failing ones; changed tests are ignored; lost cells and lost promises are named", async () => {
  const given = {
    ...answers,
    "04.1": fn("double", "return x * two;"),
    "04.2": `${answers["04.2"]}\nPromise.reject(new Error("lost"));`,
  };
  const own = [codeCell("two", "const two = 2;"), codeCell("bad", "missing();")];
  const report = await checked(given, (cells) =>
    cells
      .flatMap((cell) => (cell.id === "statement-04-1" ? [cell, ...own] : [cell]))
      .map((cell) => (cell.id === "test-04-1" ? { ...cell, source: "// nothing to test" } : cell))
      .filter(({ id }) => id !== "solution-04-3"),
  );
  assert.equal(marks(report), "passed failed failed");
  assert.match(said(report, "04.2"), /Error: lost/);
  assert.match(said(report, "04.3"), /its solution cell is missing \(npm run reset -- 04\.3 puts it back\)/);
  assert.match(
    report.notes.join("\n"),
    /test of 04\.1 \(cell 7\) was changed[\s\S]*your cell 5 fails: .*missing/,
  );
});

test("files that are no notebooks, and none at all", async () => {
  await checked({});
  const whole = readFileSync(path, "utf8");
  const broken: [string, RegExp][] = [
    ["", /the file is empty/],
    [whole.slice(0, 900), /only half written/],
    [whole.replace(' "cells"', '<<<<<<< HEAD\n "cells"'), /a merge left its markers/],
    ["[]", /not a notebook/],
  ];
  for (const [text, expected] of broken) {
    writeFileSync(path, text);
    const [report] = await check(course, select(course, ["04.2"]), 20);
    assert.match(report!.problem!, expected);
    assert.match(report!.problem!, /npm run reset -- 04 keeps this one as a backup/);
    assert.equal(allPassed([report!]), false);
  }
  rmSync(path);
  const [report] = await check(course, select(course, []), 20);
  assert.match(report!.problem!, /the notebook is missing/);
  assert.equal(marks(report!), "failed failed failed");
  const copy = path.replace("04-small", "my-answers");
  writeFileSync(copy, whole);
  const [asked] = await check(course, select(course, ["04"]), 20);
  assert.match(asked!.problem!, /missing; my-answers\.ipynb beside it holds its cells/);
  rmSync(copy);
  mkdirSync(path);
  const [folder] = await check(course, select(course, ["04"]), 20);
  assert.match(folder!.problem!, /is a folder where the notebook should be/);
  rmSync(path, { recursive: true });
});

test("a reader that has gone, as `head` does, is no error", async () => {
  writeNotebook(path, cut(lesson));
  const program = `require(process.argv[1]).main(["check"], process.argv[2]).then((code) => process.exit(code))`;
  const child = spawn(process.execPath, ["-e", program, join(__dirname, "cli.js"), course.root]);
  child.stdout.destroy();
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  const [code] = await once(child, "close");
  assert.deepEqual([code, complaint], [1, ""]);
});

test("a path means that very file", async () => {
  await checked(answers);
  const copy = join(course.root, "handed in.ipynb");
  renameSync(path, copy);
  await checked({});
  const [report] = await check(course, select(course, [copy]), 20);
  assert.equal(marks(report!), "passed passed passed");
  assert.equal(report!.file, "handed in.ipynb");
  rmSync(copy);
});

test("each test cell earns its points; a case that is not shown keeps its value", async () => {
  const second = structuredClone(lesson.notebook.cells.find(({ id }) => id === "test-04-1")!);
  Object.assign(second, { id: "test-04-1-more", source: 'same("double(0)", double(0), 0);' });
  second.metadata.nbgrader!.grade_id = "test-04-1-more";
  const source = {
    ...lesson.notebook,
    cells: lesson.notebook.cells.flatMap((cell) => (cell.id === "test-04-1" ? [cell, second] : [cell])),
  };
  const twoTests = { root: course.root, lessons: [readLesson(lesson.name, source)] };
  await checked({ "04.1": fn("double", "return 2 * Math.abs(x);") });
  const [report] = await check(twoTests, select(twoTests, ["04.1"]), 20);
  assert.deepEqual(
    report!.exercises.map(({ status, points, of }) => [status, points, of]),
    [["failed", 2, 4]],
  );
  assert.match(said(report!, "04.1"), /the sign is lost\n\(a case that the notebook does not show\)/);
});

test("a worked solution cannot be read by a cell under check", async () => {
  const peek = (code: string) => fn("double", code, "return 2 * x;");
  const file = JSON.stringify("../solutions/04-small.ipynb");
  for (const code of [
    `require("node:fs").readFileSync(${file});`,
    `require("fs").closeSync(require("fs").openSync(${file}));`,
    `require("node:fs").copyFileSync(${file}, "copy.ipynb");`,
  ])
    assert.match(said(await checked({ "04.1": peek(code) }), "04.1"), /solutions\/ is closed to the cells/);
});

test("a solution cell without its metadata is known by its function", async () => {
  const report = await checked({ "04.3": answers["04.3"]! }, (cells) =>
    cells.map((cell) => (cell.id === "solution-04-3" ? { ...cell, id: "pasted", metadata: {} } : cell)),
  );
  assert.equal(marks(report), "blank blank passed");
  assert.match(report.notes.join(), /cell 10 lost its metadata; it is taken for the solution of 04\.3/);
});

test("cells with the same id are told apart", async () => {
  await checked({});
  const json = JSON.parse(readFileSync(path, "utf8"));
  for (const cell of json.cells) cell.id = "same";
  json.cells.find((cell: Cell) => cell.metadata.nbgrader?.grade_id === "solution-04-3").source =
    answers["04.3"];
  writeFileSync(path, JSON.stringify(json));
  const [report] = await check(course, select(course, []), 20);
  assert.equal(marks(report!), "blank blank passed");
});

test("the solution is shown once the exercise passes, or anyway", async () => {
  await checked({ "04.1": answers["04.1"]!, "04.3": fn("increment", "return x;") });
  const ask = (i: number, anyway = false) =>
    solution(course, lesson, lesson.exercises[i]!, { anyway, limit: 20 });
  const passed = await ask(0);
  assert.equal(passed.shown, true);
  assert.equal(
    passed.text,
    `04.1 Exercise number 04.1\n\n${answers["04.1"]}\n\nWhy: ${lesson.exercises[0]!.why}`,
  );
  assert.match((await ask(1)).text, /is not started[\s\S]*npm run solution -- 04\.2 --anyway/);
  assert.match((await ask(2)).text, /does not pass yet: increment\(1\): expected 2, got 1/);
  assert.equal((await ask(2, true)).shown, true);
});
