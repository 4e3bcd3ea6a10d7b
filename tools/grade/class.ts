/** A class: its notebooks, several at a time, each from its bytes to a result on disk. */
import { readLearner } from "../exercises/check";
import type { Course } from "../exercises/course";
import type { Exercise, Lesson } from "../exercises/lesson";
import { type Bundle, prepare } from "./bundle";
import { Compiler } from "./compiler";
import { type Handout, has, lessonFor, varies } from "./handout";
import { Judge } from "./judge";
import { type Bench, type GradedNotebook, gradeNotebook, type Limits, ungraded } from "./notebook";
import { Program } from "./program";
import { type Result, readResult, writeResult } from "./results";
import type { Sandbox } from "./sandbox";
import { readText, type Submission } from "./submissions";

export interface ClassOptions {
  report: string;
  sandbox: Sandbox;
  limits: Limits;
  jobs: number;
  seed?: number;
  /** The numbers that students got in exercises on paper. */
  handout?: Handout;
  /** Keeps results that are there already, of the same notebook. */
  resume: boolean;
  /** Of each lesson, or all. */
  wanted(lesson: Lesson): readonly Exercise[];
  onResult(result: Result, fresh: boolean): void;
  signal?: AbortSignal;
}

export async function gradeClass(
  course: Course,
  submissions: readonly Submission[],
  options: ClassOptions,
): Promise<void> {
  const { sandbox, limits, report, onResult, signal } = options;
  const compiler = new Compiler(sandbox, limits.cellSeconds);
  const stock = shelf(sandbox, limits);
  const judges: Judge[] = [];
  const benchWith = (judge: Judge): Bench => ({ compiler, judge, start: stock.take });
  const tasks = submissions.filter((submission) => {
    const known = options.resume ? stillGood(submission, report) : undefined;
    if (known) onResult(known, false);
    return !known;
  });
  try {
    const bundles = new Map<Lesson, Bundle>();
    for (const lesson of new Set(tasks.map((task) => task.lesson))) {
      judges[0] ??= new Judge(course.root);
      const bundle = await prepare(lesson, compiler);
      await proved(benchWith(judges[0]), bundle, limits, options.seed);
      bundles.set(lesson, bundle);
    }
    let next = 0;
    const worker = async (slot: number): Promise<void> => {
      judges[slot] ??= new Judge(course.root);
      const judge = judges[slot];
      for (let i = next++; i < tasks.length && !signal?.aborted; i = next++) {
        const task = tasks[i]!;
        const bundle = await bundleFor(task, bundles.get(task.lesson)!, compiler, options.handout);
        const result = await graded(task, bundle, benchWith(judge), options);
        if (signal?.aborted) return;
        writeResult(report, result);
        onResult(result, true);
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(options.jobs, tasks.length) }, (_, slot) => worker(slot)),
    );
  } finally {
    compiler.close();
    stock.close();
    for (const judge of judges) judge.close();
  }
}

/** Processes for submissions; the next one starts while one is at work. */
function shelf(sandbox: Sandbox, { memory }: Limits) {
  const start = () =>
    new Program(sandbox.command("grade/child/submission.js", [`--max-old-space-size=${memory}`]), memory);
  const alive = new Set<Program>();
  const begin = (): Program => {
    for (const program of alive) if (program.gone) alive.delete(program);
    const program = start();
    alive.add(program);
    return program;
  };
  let ready: Program | undefined;
  return {
    take(): Program {
      const program = ready && !ready.gone ? ready : begin();
      ready = begin();
      return program;
    },
    close(): void {
      for (const program of alive) program.kill();
    },
  };
}

/** @throws if the worked solutions do not earn every point on this machine: then nobody could */
async function proved(bench: Bench, bundle: Bundle, limits: Limits, seed?: number): Promise<void> {
  const { lesson } = bundle;
  const run = (with_?: number) =>
    gradeNotebook(bench, bundle, lesson.notebook, lesson.exercises, limits, with_);
  const { verdicts } = await run();
  const failed = verdicts.filter(({ status }) => status !== "pass");
  if (failed.length > 0)
    throw new Error(
      `the worked solutions do not pass on this machine, so nothing was graded:\n${failed
        .map(({ exercise, status, message }) => `${exercise}: ${status}: ${message}`)
        .join("\n")}`,
    );
  if (seed === undefined) return;
  const reseeded = await run(seed);
  for (const [i, { status }] of reseeded.verdicts.entries())
    if (status !== "pass") bundle.asWritten.add(lesson.exercises[i]!);
}

/** With the numbers of this student. */
async function bundleFor(
  { student, lesson }: Submission,
  bundle: Bundle,
  compiler: Compiler,
  handout?: Handout,
): Promise<Bundle> {
  if (!handout || !has(handout, student) || !varies(lesson)) return bundle;
  const own = await prepare(lessonFor(lesson, handout.seed, student), compiler);
  for (const [i, exercise] of lesson.exercises.entries())
    if (bundle.asWritten.has(exercise)) own.asWritten.add(own.lesson.exercises[i]!);
  return own;
}

async function graded(
  submission: Submission,
  bundle: Bundle,
  bench: Bench,
  { report, limits, seed, wanted }: ClassOptions,
): Promise<Result> {
  const { student, file, submitted } = submission;
  const { lesson } = bundle;
  const begun = performance.now();
  const ids = wanted(submission.lesson).map(({ id }) => id);
  const asked = lesson.exercises.filter(({ id }) => ids.includes(id));
  let hash = "";
  let outcome: GradedNotebook;
  try {
    hash = readText(submission).hash;
    const notebook = readLearner(file, `${lesson.name}.ipynb`, lesson);
    outcome = await gradeNotebook(bench, bundle, notebook, asked, limits, seed);
  } catch (error) {
    outcome = ungraded(lesson, asked, `its notebook cannot be read: ${(error as Error).message}`);
  }
  const earlier =
    asked.length < lesson.exercises.length ? readResult(report, student, lesson.name) : undefined;
  return {
    student,
    lesson: lesson.name,
    title: lesson.title,
    hash,
    ...(submitted ? { submitted } : {}),
    notes: outcome.notes,
    exercises: merged(lesson, outcome, earlier),
    overdue: outcome.overdue,
    seconds: Number(((performance.now() - begun) / 1000).toFixed(2)),
  };
}

/** The new verdicts, and the earlier ones on exercises that were not asked for. */
function merged(lesson: Lesson, { verdicts }: GradedNotebook, earlier?: Result): Result["exercises"] {
  const of = (id: string, among: Result["exercises"] = []) => among.find(({ exercise }) => exercise === id);
  return lesson.exercises.flatMap(({ id }) => of(id, verdicts) ?? of(id, earlier?.exercises) ?? []);
}

function stillGood(submission: Submission, report: string): Result | undefined {
  const known = readResult(report, submission.student, submission.lesson.name);
  try {
    return known?.hash === readText(submission).hash ? known : undefined;
  } catch {
    return known?.hash === "" ? known : undefined;
  }
}
