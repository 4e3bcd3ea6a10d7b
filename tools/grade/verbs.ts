/** The verbs of `npm run grade`. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Arguments } from "../command";
import { type Course, projectRoot, select } from "../exercises/course";
import { fingerprint } from "./bundle";
import { gradeClass } from "./class";
import { dueOf, inShard, jobsOf, limitsOf, needed, sandboxOf, seedOf, wantedOf } from "./flags";
import type { Grades } from "./grades";
import { type Handout, has, readHandout, readStudents, writeHandout } from "./handout";
import { progress } from "./progress";
import { readCsv } from "./report/csv";
import { exported, FORMATS, type Format } from "./report/export";
import { writeReport } from "./report/write";
import { difference, readSettings, type Settings, writeSettings } from "./results";
import { holds, KINDS, openSandbox, type Sandbox } from "./sandbox";
import { type Collected, collect, type Submission } from "./submissions";

export interface Call {
  course: Course;
  words: string[];
  flags: Arguments["flags"];
  /** Grade what was graded before. */
  again: boolean;
}

const print = (text: string) => process.stdout.write(`${text}\n`);

export async function grade({ course, words, flags, again }: Call): Promise<number> {
  const report = resolve(needed(flags, "out"));
  const place = one(words, "the folder or zip of the submissions");
  const limits = limitsOf(flags);
  const jobs = jobsOf(flags);
  const wanted = wantedOf(flags, course.lessons);
  const handout = handoutOf(course, flags);
  const collected = await collect(resolve(place), course.lessons);
  const sandbox = openSandbox(projectRoot, sandboxOf(flags), flags["require-sandbox"] === true);
  try {
    const settings = settingsOf(course, sandbox, flags, handout);
    const resume = begin(report, settings, {
      resume: flags.resume === true,
      again: again || flags.force === true,
    });
    const submissions = inShard(flags, collected.submissions).filter(
      ({ lesson }) => wanted(lesson).length > 0,
    );
    for (const problem of collected.problems) print(`! ${problem}`);
    for (const student of strangers(submissions, handout))
      print(`! ${student} is not in the handout: graded with the numbers of exercises/`);
    print(`sandbox: ${sandbox.kind} (${sandbox.walls})`);
    if (sandbox.kind === "none")
      print("! WITHOUT A SANDBOX: what was handed in can read and change your files");
    const bar = progress(submissions.length);
    await gradeClass(course, submissions, {
      ...{ report, sandbox, limits, jobs, seed: settings.seed, handout, resume, wanted },
      onResult: ({ student, lesson }, fresh) => bar.done(`${student} ${lesson}`, fresh),
      signal: interrupted(),
    });
    bar.end();
  } finally {
    sandbox.close();
    collected.close();
  }
  print(summaryOf(writeReport(report), report));
  return 0;
}

/** Writes each student's exercise notebooks. */
export async function handOut({ course, words, flags }: Call): Promise<number> {
  const seed = seedOf({ seed: needed(flags, "seed") })!;
  const out = resolve(needed(flags, "out"));
  const students = readStudents(resolve(needed(flags, "students")));
  const lessons = select(course, words).map(({ lesson }) => lesson);
  writeHandout(out, course.lessons, lessons, seed, students);
  print(`${students.length} students, ${lessons.length} lessons in ${out}`);
  print(`grade what comes back with --handout ${out}; it takes handout.json from there`);
  return 0;
}

function handoutOf(course: Course, flags: Call["flags"]): Handout | undefined {
  if (flags.handout === undefined) return undefined;
  const handout = readHandout(resolve(needed(flags, "handout")), course.lessons);
  const seed = seedOf(flags) ?? handout.seed;
  if (seed !== handout.seed)
    throw new Error(`--seed ${seed}: this handout was made with --seed ${handout.seed}; leave the flag out`);
  return handout;
}

function strangers(submissions: readonly Submission[], handout?: Handout): string[] {
  const names = new Set(submissions.map(({ student }) => student));
  return handout ? [...names].filter((name) => !has(handout, name)) : [];
}

function settingsOf(course: Course, sandbox: Sandbox, flags: Call["flags"], handout?: Handout): Settings {
  const version = (name: string) => {
    const file = join(projectRoot, name, "package.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  };
  const seed = handout?.seed ?? seedOf(flags);
  const due = dueOf(flags);
  const versions = {
    node: process.versions.node,
    typescript: version("node_modules/@tslab/typescript-for-tslab"),
    course: version("."),
  };
  return {
    versions,
    bundle: fingerprint(course.lessons),
    sandbox: { kind: sandbox.kind, walls: sandbox.walls },
    limits: limitsOf(flags),
    ...(seed === undefined ? {} : { seed }),
    ...(handout ? { handout: true } : {}),
    ...(due === undefined ? {} : { due }),
    ...(flags.late === undefined ? {} : { latePercent: Number(flags.late) }),
  };
}

/** Whether results that are there are to be kept. @throws if it must be said what to do with them */
function begin(
  report: string,
  settings: Settings,
  { resume, again }: { resume: boolean; again: boolean },
): boolean {
  const there = existsSync(join(report, "settings.json"));
  if (there && !resume && !again)
    throw new Error(`${report} holds grades: --resume goes on with them, --force grades everything again`);
  const other = there ? difference(readSettings(report), settings) : undefined;
  if (other && resume)
    throw new Error(`${report} was graded under another ${other}: --force grades everything again`);
  if (other && again) rmSync(join(report, "results"), { recursive: true, force: true });
  writeSettings(report, settings);
  return resume;
}

/** The first Ctrl-C ends after what is under way is thrown away; nothing graded is lost. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      print("\nended: what was graded is kept; --resume goes on");
      process.exit(130);
    });
  return controller.signal;
}

/** Copies what was handed in into nbgrader's layout. */
export async function collectInto({ course, words, flags }: Call): Promise<number> {
  const out = resolve(needed(flags, "out"));
  const collected = await collect(
    resolve(one(words, "the folder or zip of the submissions")),
    course.lessons,
  );
  copyAll(collected, out);
  print(`${collected.submissions.length} notebooks in ${out}`);
  return 0;
}

function copyAll({ submissions, problems, close }: Collected, out: string): void {
  for (const { student, lesson, file, submitted } of submissions) {
    const folder = join(out, student, lesson.name);
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, join(folder, `${lesson.name}.ipynb`));
    if (submitted) writeFileSync(join(folder, "timestamp.txt"), `${submitted}\n`);
  }
  for (const problem of problems) print(`! ${problem}`);
  close();
}

/** Makes the files of a report again, after a change of manual.csv. */
export async function remake({ words, flags }: Call): Promise<number> {
  const report = resolve(words[0] ?? needed(flags, "out"));
  const settings = readSettings(report);
  const due = dueOf(flags) ?? settings.due;
  const latePercent = flags.late === undefined ? settings.latePercent : Number(flags.late);
  writeSettings(report, {
    ...settings,
    ...(due ? { due } : {}),
    ...(latePercent === undefined ? {} : { latePercent }),
  });
  print(summaryOf(writeReport(report), report));
  return 0;
}

export async function exportReport({ words, flags }: Call): Promise<number> {
  const report = resolve(words[0] ?? needed(flags, "out"));
  const format = needed(flags, "format");
  if (!FORMATS.includes(format as Format))
    throw new Error(`--format: expected ${FORMATS.join(" or ")}; got ${format}`);
  const roster = typeof flags.roster === "string" ? readCsv(readFileSync(flags.roster, "utf8")) : [];
  const file = join(report, `${format}.csv`);
  writeFileSync(file, exported(writeReport(report), format as Format, roster));
  print(file);
  return 0;
}

/** Puts the reports of several machines together. */
export async function merge({ words, flags }: Call): Promise<number> {
  const out = resolve(needed(flags, "out"));
  const parts = words.map((word) => resolve(word));
  if (parts.length === 0) throw new Error("merge: name the reports to put together, and --out REPORT");
  const settings = parts.map(readSettings);
  for (const [i, other] of settings.entries()) {
    const key = difference(settings[0]!, other);
    if (key) throw new Error(`${words[i]} was graded under another ${key} than ${words[0]}`);
  }
  for (const part of parts)
    if (existsSync(join(part, "results")))
      cpSync(join(part, "results"), join(out, "results"), { recursive: true });
  writeSettings(out, settings[0]!);
  print(summaryOf(writeReport(out), out));
  return 0;
}

export async function doctor({ course }: Call): Promise<number> {
  let best = "";
  for (const kind of KINDS) {
    let works = false;
    try {
      const sandbox = openSandbox(projectRoot, kind);
      works = holds(sandbox);
      sandbox.close();
    } catch {}
    if (works) best ||= kind;
    print(`${works ? "✓" : "✗"} ${kind}${works && best === kind ? "  ← auto takes this one" : ""}`);
  }
  print(
    `${course.lessons.length} lessons, ${course.lessons.flatMap(({ exercises }) => exercises).length} exercises`,
  );
  return best === "none" ? 1 : 0;
}

function one(words: readonly string[], what: string): string {
  const [word, ...more] = words;
  if (word !== undefined && more.length === 0) return word;
  throw new Error(`expected ${what}, once; got ${words.length === 0 ? "nothing" : words.join(" ")}`);
}

function summaryOf({ students, lessons }: Grades, report: string): string {
  const exercises = students.flatMap(({ notebooks }) => notebooks.flatMap((notebook) => notebook.exercises));
  const counts = new Map<string, number>();
  for (const { status } of exercises) counts.set(status, (counts.get(status) ?? 0) + 1);
  const states = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} ${status}`);
  const mean =
    students.reduce((sum, { points, of }) => sum + points / Math.max(of, 1e-9), 0) /
    Math.max(1, students.length);
  return [
    `${students.length} students, ${lessons.length} lessons: ${states.join(", ")}; ${(100 * mean).toFixed(0)} % of the points on average`,
    `${join(report, "overview.html")}  grades.json  grades.csv  feedback/`,
  ].join("\n");
}
