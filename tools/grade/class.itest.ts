import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { cut } from "../exercises/cut";
import { answers, temporaryCourse } from "../exercises/fixtures/course";
import { serializeNotebook } from "../notebook/format";
import { main } from "./cli";
import type { Grades } from "./grades";
import { isRunning } from "./program";

const course = temporaryCourse();
const lesson = course.lessons[0]!;
const folder = mkdtempSync(join(tmpdir(), "class-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const handedIn = join(folder, "in");
const place = (name: string): string => join(folder, name);

const STUDENTS = ["zoe", "ada", "bob", "eve", "kim", "lea"];
for (const [i, student] of STUDENTS.entries()) {
  const notebook = cut(lesson);
  for (const [k, { id, solution, wrongAnswers }] of lesson.exercises.entries()) {
    const cell = notebook.cells.find((one) => one.id === solution.cell.id)!;
    if ((i + k) % 3 === 0) cell.source = wrongAnswers[i % 2]!.source;
    else if ((i + k) % 3 === 1) cell.source = `${answers[id]}\n// ${student}`;
  }
  const home = join(handedIn, student, "hw1");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `${lesson.name}.ipynb`), serializeNotebook(notebook));
}

const run = async (...args: string[]): Promise<void> => assert.equal(await main(args, course.root), 0);
const gradesIn = (report: string): string => readFileSync(join(report, "grades.json"), "utf8");
const read = (report: string): Grades => JSON.parse(gradesIn(report));

test("the same grades whatever the number of jobs, with a seed as without", async () => {
  await run(handedIn, "--out", place("one"), "--jobs", "1");
  await run(handedIn, "--out", place("three"), "--jobs", "3");
  assert.equal(gradesIn(place("one")), gradesIn(place("three")));
  await run(handedIn, "--out", place("seed"), "--seed", "5");
  assert.deepEqual(read(place("seed")).students, read(place("one")).students);
  const { students } = read(place("one"));
  assert.deepEqual(
    students.map(({ student }) => student),
    [...STUDENTS].sort(),
  );
  const statuses = students.flatMap(({ notebooks }) => notebooks[0]!.exercises.map(({ status }) => status));
  assert.deepEqual([...new Set(statuses)].sort(), ["fail", "not-run", "pass"]);
  const known = students.flatMap(({ notebooks }) => notebooks[0]!.exercises.map((e) => e.misconception));
  assert.ok(known.includes("squares instead"));
});

test("a report is never written over unasked", async () => {
  await assert.rejects(main([handedIn, "--out", place("one")], course.root), /--resume goes on/);
  await assert.rejects(
    main([handedIn, "--out", place("one"), "--resume", "--seed", "3"], course.root),
    /another seed/,
  );
});

test("killed half-way and resumed: the same grades, and only what was missing is graded again", async () => {
  const report = place("killed");
  const program = join(__dirname, "fixtures/run.js");
  const args = [program, course.root, handedIn, "--out", report, "--jobs", "1"];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const results = join(report, "results");
  const done = () =>
    existsSync(results)
      ? readdirSync(results, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))
      : [];
  while (done().length < 2 && child.exitCode === null) await pause(10);
  child.kill("SIGKILL");
  await once(child, "exit");
  const kept = done();
  const times = kept.map((name) => statSync(join(results, name)).mtimeMs);
  await run(handedIn, "--out", report, "--resume");
  assert.equal(gradesIn(report), gradesIn(place("one")));
  assert.deepEqual(
    kept.map((name) => statSync(join(results, name)).mtimeMs),
    times,
  );
});

test("shards, merged, are the whole", async () => {
  for (const i of [1, 2]) await run(handedIn, "--out", place(`shard${i}`), "--shard", `${i}/2`);
  await run("merge", place("shard1"), place("shard2"), "--out", place("merged"));
  assert.equal(gradesIn(place("merged")), gradesIn(place("one")));
  assert.equal(read(place("shard1")).students.length, 3);
});

test("one exercise of one student graded again leaves the rest, and what people gave", async () => {
  const report = place("one");
  const before = read(report);
  writeFileSync(
    join(report, "manual.csv"),
    "student,exercise,points,comment\nada,04.1,1.5,talked about it\n",
  );
  await run("regrade", handedIn, "--out", report, "--student", "ada", "--exercise", "04.2");
  const now = read(report);
  const [ada] = now.students;
  assert.equal(ada!.notebooks[0]!.exercises[0]!.status, "manual");
  assert.equal(ada!.notebooks[0]!.exercises.length, before.students[0]!.notebooks[0]!.exercises.length);
  assert.deepEqual(now.students.slice(1), before.students.slice(1));
});

test("collect makes nbgrader's layout, export a gradebook", async () => {
  await run("collect", handedIn, "--out", place("collected"));
  const copy = join(place("collected"), "ada", lesson.name, `${lesson.name}.ipynb`);
  assert.equal(
    readFileSync(copy, "utf8"),
    readFileSync(join(handedIn, "ada/hw1", `${lesson.name}.ipynb`), "utf8"),
  );
  await run("export", place("merged"), "--format", "moodle");
  assert.match(readFileSync(join(place("merged"), "moodle.csv"), "utf8"), /^zoe,,/m);
});

test("no sandbox, said aloud: the same marks", async () => {
  await run(handedIn, "--out", place("none"), "--sandbox", "none");
  assert.deepEqual(read(place("none")).students, read(place("merged")).students);
  assert.equal(read(place("none")).settings.sandbox.kind, "none");
  await assert.rejects(
    main([handedIn, "--out", place("safe"), "--sandbox", "none", "--require-sandbox"], course.root),
    /no sandbox of this machine works/,
  );
});

test("the grader killed, without a sandbox: an endless loop of a submission ends too", async () => {
  const [first] = lesson.exercises;
  const pidFile = place("pid");
  const notebook = cut(lesson);
  const name = /function (\w+)/.exec(answers[first!.id]!)![1];
  notebook.cells.find((one) => one.id === first!.solution.cell.id)!.source = `
import fs from "node:fs";
fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid) + ".");
while (true) {}
function ${name}(x: number): number {
  return x;
}`;
  mkdirSync(place("loop/eve"), { recursive: true });
  writeFileSync(join(place("loop/eve"), `${lesson.name}.ipynb`), serializeNotebook(notebook));
  const program = join(__dirname, "fixtures/run.js");
  const args = [program, course.root, place("loop"), "--out", place("loops"), "--sandbox", "none"];
  const grader = spawn(process.execPath, [...args, "--cell-timeout", "600"], { stdio: "ignore" });
  const said = () => (existsSync(pidFile) ? readFileSync(pidFile, "utf8") : "");
  while (!said().endsWith(".") && grader.exitCode === null) await pause(20);
  const pid = Number.parseInt(said(), 10);
  assert.ok(isRunning(pid));
  grader.kill("SIGKILL");
  await once(grader, "exit");
  const until = performance.now() + 60_000;
  while (isRunning(pid) && performance.now() < until) await pause(20);
  const left = isRunning(pid);
  if (left) process.kill(pid, "SIGKILL");
  assert.ok(!left, "it is still running a minute later");
});
