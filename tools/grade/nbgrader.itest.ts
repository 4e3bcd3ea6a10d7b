import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { projectRoot, readCourse } from "../exercises/course";
import { cut } from "../exercises/cut";
import { serializeNotebook } from "../notebook/format";
import { main } from "./cli";
import type { Grades } from "./grades";
import { readCsv } from "./report/csv";

// nbgrader itself, from PyPI, on our files and our kernel: its scores are ours.

const NBGRADER = "nbgrader==0.9.6";
const environment = join(projectRoot, ".unrolled", "nbgrader");
const programs = (folder: string) => join(folder, process.platform === "win32" ? "Scripts" : "bin");
const lesson = readCourse(projectRoot).lessons.find(({ number }) => number === "04")!;
const folder = mkdtempSync(join(tmpdir(), "nbgrader-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Why nbgrader cannot be had here, if so. Installs it the first time. */
function missing(): string | undefined {
  const stamp = join(environment, "unrolled.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === NBGRADER) return undefined;
  const python = join(programs(join(projectRoot, ".venv")), "python");
  const steps = [
    [python, "-m", "venv", "--clear", environment],
    [join(programs(environment), "python"), "-m", "pip", "install", "--quiet", "--retries", "1", NBGRADER],
  ];
  for (const [program, ...args] of steps) {
    const { status, stderr, error } = spawnSync(program!, args, { encoding: "utf8", timeout: 300_000 });
    if (status !== 0)
      return `nbgrader cannot be installed: ${error?.message ?? stderr.trim().split("\n").at(-1)}`;
  }
  writeFileSync(stamp, NBGRADER);
  return undefined;
}

function nbgrader(...args: string[]): string {
  const PATH = `${programs(environment)}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, VIRTUAL_ENV: environment };
  const done = spawnSync(join(programs(environment), "nbgrader"), args, {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  assert.equal(done.status, 0, `nbgrader ${args.join(" ")}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Each exercise answered by the solution, left blank, or by one of its wrong answers. */
const answered: Record<string, (k: number) => string> = {
  blank: (k) => lesson.exercises[k]!.solution.released,
  mixed: (k) =>
    k % 2 ? lesson.exercises[k]!.solution.cell.source : lesson.exercises[k]!.wrongAnswers[0]!.source,
  right: (k) => lesson.exercises[k]!.solution.cell.source,
  wrong: (k) => lesson.exercises[k]!.wrongAnswers[0]!.source,
};

const skip = missing();

test("nbgrader releases what is in exercises/ and gives the marks that npm run grade gives", {
  skip,
}, async (t) => {
  const config = readFileSync(join(projectRoot, "docs/nbgrader_config.py"), "utf8");
  writeFileSync(join(folder, "nbgrader_config.py"), config.replace("…/unrolled", projectRoot));
  const file = `${lesson.name}.ipynb`;
  mkdirSync(join(folder, "source", lesson.name), { recursive: true });
  copyFileSync(join(projectRoot, "solutions", file), join(folder, "source", lesson.name, file));
  nbgrader("generate_assignment", lesson.name);
  const released = readFileSync(join(folder, "release", lesson.name, file), "utf8");
  assert.equal(released, serializeNotebook(cut(lesson)));

  for (const [student, answer] of Object.entries(answered)) {
    const notebook = cut(lesson);
    for (const [k, { solution }] of lesson.exercises.entries())
      notebook.cells.find(({ id }) => id === solution.cell.id)!.source = answer(k);
    const home = join(folder, "submitted", student, lesson.name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, file), serializeNotebook(notebook));
  }
  const seconds = async (work: () => unknown): Promise<number> => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
  const theirs = await seconds(() => nbgrader("autograde", lesson.name));
  nbgrader("export", "--to", join(folder, "theirs.csv"));
  const report = join(folder, "report");
  const ours = await seconds(() => main([join(folder, "submitted"), "--out", report]));
  t.diagnostic(
    `${Object.keys(answered).length} notebooks: nbgrader ${theirs.toFixed(1)} s, npm run grade ${ours.toFixed(1)} s`,
  );

  const scores = (path: string) =>
    readCsv(readFileSync(path, "utf8")).map(({ student_id, score, max_score }) => [
      student_id,
      Number(score),
      Number(max_score),
    ]);
  const sorted = (rows: unknown[][]) => rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  assert.deepEqual(sorted(scores(join(report, "grades.csv"))), sorted(scores(join(folder, "theirs.csv"))));
  const { students } = JSON.parse(readFileSync(join(report, "grades.json"), "utf8")) as Grades;
  assert.equal(students.find(({ student }) => student === "right")!.points, students[0]!.of);
  assert.equal(students.find(({ student }) => student === "blank")!.points, 0);
});
