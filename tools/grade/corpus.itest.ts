import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { projectRoot, readCourse } from "../exercises/course";
import { main } from "./cli";
import { cells } from "./corpus/cells";
import { forgeries } from "./corpus/forgeries";
import { type Hostile, right } from "./corpus/hostile";
import { files, injections } from "./corpus/injections";
import { handedIn as handedInBy } from "./corpus/notebook";
import { resources } from "./corpus/resources";
import { thefts } from "./corpus/thefts";
import type { Grades, NotebookGrade } from "./grades";
import { type Result, readResults } from "./results";
import { openSandbox } from "./sandbox";

// The whole corpus is one class, graded once, between two students who mean no harm.

const corpus: Hostile[] = [...forgeries, ...cells, ...resources, ...thefts, ...injections, ...files];
const lesson = readCourse(projectRoot).lessons.find(({ number }) => number === "01")!;
const folder = mkdtempSync(join(tmpdir(), "corpus-"));
const [handedIn, report] = [join(folder, "in"), join(folder, "report")];
const NOTEBOOK_SECONDS = 90;
const kind = kindHere();
const sandboxed = kind !== "none";
/** A notebook's name is a folder's here, and some of these names Windows does not allow. */
const skipped = process.platform === "win32" && "names that Windows does not allow";

let grades: Grades;
let results: Result[];
let connected = 0;
let touched: string;
/** By how many milliseconds timers of this process were late meanwhile: that is the machine's doing. */
const late: number[] = [];
const server = createServer((socket) => {
  connected += 1;
  socket.on("error", () => {}).end();
});

function kindHere(): string {
  const sandbox = openSandbox(projectRoot, "auto");
  sandbox.close();
  return sandbox.kind;
}

function missing({ needsSandbox }: Hostile): string | false {
  if (needsSandbox && !sandboxed) return "no sandbox works here";
  return needsSandbox === "filter" && kind !== "bubblewrap" && "no filter of system calls here";
}

const studentOf = ({ name }: Hostile): string => name.replaceAll("/", "-");

function handIn(student: string, text: string): void {
  const place = join(handedIn, student, lesson.name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${lesson.name}.ipynb`), text);
}

const contents = (): string =>
  readdirSync(handedIn, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => readFileSync(join(handedIn, name), "latin1"))
    .join();

const gradeOf = (student: string): NotebookGrade =>
  grades.students.find((one) => one.student === student)!.notebooks[0]!;

before(async () => {
  if (skipped) return;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const chosen = corpus.filter((one) => !missing(one));
  for (const one of chosen) handIn(studentOf(one), handedInBy(lesson, one, port));
  for (const student of [" first", "~ last"])
    handIn(student, handedInBy(lesson, { name: student, answer: right, status: "pass" }, port));
  touched = contents();
  process.env.GRADE_TEST_SECRET = "OF_THE_TEACHER";
  const limits = ["--cell-timeout", "8", "--notebook-timeout", String(NOTEBOOK_SECONDS), "--memory", "400"];
  const clock = measureLateness();
  assert.equal(await main([handedIn, "--out", report, ...limits]), 0);
  clearInterval(clock);
  grades = JSON.parse(readFileSync(join(report, "grades.json"), "utf8"));
  results = readResults(report);
});

function measureLateness(): NodeJS.Timeout {
  let before = performance.now();
  return setInterval(() => {
    const now = performance.now();
    late.push(now - before - 100);
    before = now;
  }, 100);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const hostile of corpus) {
  const { name, status, others = "pass", says = /(?:)/, hides, honest } = hostile;
  test(name, { skip: skipped || missing(hostile) }, () => {
    const { exercises } = gradeOf(studentOf(hostile));
    const own = exercises.find(({ exercise }) => exercise === "01.2")!;
    const message = own.message ?? "";
    assert.ok([status].flat().includes(own.status), `${own.status}: ${message}`);
    assert.equal(own.points, honest ? own.of : 0);
    assert.match(message, says);
    if (hides) assert.doesNotMatch(message, hides);
    for (const other of exercises)
      if (other !== own && others !== "any")
        assert.equal(other.status, others, `${other.exercise}: ${other.message}`);
    for (const { points, of } of exercises) assert.ok(points <= of);
    const { seconds } = results.find(({ student }) => student === studentOf(hostile))!;
    assert.ok(seconds < NOTEBOOK_SECONDS, `took ${seconds} s`);
  });
}

test("neighbours keep what they earned", { skip: skipped }, () => {
  for (const student of [" first", "~ last"]) {
    const { points, of, exercises } = gradeOf(student);
    assert.equal(points, of, JSON.stringify(exercises));
  }
});

test("limits are kept within 250 ms, on a machine that keeps its own time", { skip: skipped }, (t) => {
  const overdue = results.flatMap((result) => result.overdue);
  t.diagnostic(`overdue: ${overdue.join(", ")} ms; timers late by ${median(late).toFixed(1)} ms`);
  assert.ok(overdue.length >= 5, String(overdue.length));
  assert.ok(median(overdue) - median(late) <= 250, `${overdue.join(", ")} ms`);
});

test("the grader stays small", { skip: process.platform !== "linux" }, (t) => {
  const megabytes = process.resourceUsage().maxRSS / 1024;
  t.diagnostic(`${megabytes.toFixed(0)} MB at most, this test with it`);
  assert.ok(megabytes < 400, `${megabytes} MB`); // by itself (npm run bench -- grade) less than 300
});

test("what was handed in is as it was, and nobody came out", { skip: skipped }, () => {
  assert.ok(contents() === touched);
  if (sandboxed) assert.equal(connected, 0);
});

test("nothing of a submission acts in what the report shows", { skip: skipped }, () => {
  const pages = readdirSync(join(report, "feedback")).map((name) => join(report, "feedback", name));
  for (const page of [...pages, join(report, "overview.html")]) {
    const html = readFileSync(page, "utf8");
    assert.doesNotMatch(html, /<script|<img|<b>&amp;amp|onerror=alert\(1\)>/, page);
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html, /BEGIN HIDDEN|END HIDDEN/, page);
  }
  const lines = readFileSync(join(report, "grades.csv"), "utf8").split("\n");
  assert.equal(lines.filter((line) => /(^|,)"?[=+@-]/.test(line)).length, 0);
});

test("the corpus is as large as it should be", () => {
  assert.ok(corpus.filter(({ honest }) => !honest).length >= 40, String(corpus.length));
  assert.equal(new Set(corpus.map(studentOf)).size, corpus.length);
});
