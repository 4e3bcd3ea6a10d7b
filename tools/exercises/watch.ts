import { statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { exerciseLine, failure, lessonBoard, type Paint, summary } from "./board";
import { check, checkNotebook, type ExerciseReport, type LessonReport, readLearner } from "./check";
import type { Course, Selection } from "./course";
import { startGuarded } from "./guarded";
import type { Exercise, Lesson } from "./lesson";
import { type Plan, plan, type Step } from "./plan";
import { sameSource } from "./run";
import { createStock, type Stock } from "./stock";

export interface WatchOptions {
  limit: number;
  paint: Paint;
  print(text: string): void;
  signal?: AbortSignal;
}

interface Watched extends Selection {
  /** how it is called in messages */
  name: string;
  /** what the file looked like when it was last read */
  seen: string;
  /** since when it cannot be read, in ms */
  brokenSince?: number;
  /** whether it was said that it cannot be read */
  complained?: boolean;
  plan?: Plan;
  report: LessonReport;
  /** for each exercise with a result, all that the result came from */
  judged: Map<Exercise, string>;
}

const pollEvery = 150;
/** A file that cannot be read is perhaps only half written: complain after this many ms. */
const patience = 1000;

/**
 * Checks everything once, then again whatever a save changes, until the signal. Files are looked at several times
 * a second: that sees atomic renames, works in network folders, and needs nothing of the operating system.
 */
export async function watch(
  course: Course,
  selections: readonly Selection[],
  options: WatchOptions,
): Promise<void> {
  const { paint, print, limit, signal } = options;
  const stock = createStock(() => startGuarded(course), limit);
  const before = selections.map(({ file }) => look(file));
  const reports = await check(course, selections, limit, (report) => print(lessonBoard(report, paint)));
  print(`${summary(reports, paint)}\n${paint("dim", "Watching exercises/: save a notebook. Ctrl-C ends.")}`);
  const watched = selections.map((selection, i): Watched => {
    const { file, lesson } = selection;
    const report = reports[i]!;
    const item: Watched = { ...selection, name: report.file, seen: before[i]!, report, judged: new Map() };
    item.plan = planAt(file, lesson);
    if (item.plan && look(file) === item.seen)
      for (const exercise of item.exercises) item.judged.set(exercise, inputs(exercise, item.plan));
    return item;
  });
  aimAtLatest(watched, stock);

  let running: { item: Watched; abort: AbortController; done: Promise<void> } | undefined;
  const waiting = new Set<Watched>();
  while (!signal?.aborted) {
    for (const item of watched) if (look(item.file) !== item.seen) waiting.add(item);
    if (running && waiting.has(running.item)) running.abort.abort();
    else if (!running) {
      const [item] = waiting;
      if (item) {
        waiting.delete(item);
        const abort = new AbortController();
        const done = onSave(item, stock, { ...options, signal: abort.signal }).catch((error) => {
          if (!abort.signal.aborted) print(String(error));
        });
        running = { item, abort, done };
        void done.then(() => {
          running = undefined;
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
  }
  running?.abort.abort();
  stock.keep([]);
}

/** What changes when a file is saved, in whatever way. */
function look(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "missing";
}

async function onSave(item: Watched, stock: Stock, { paint, print, signal }: WatchOptions): Promise<void> {
  const { lesson, file, name, exercises } = item;
  const seen = look(file);
  const started = performance.now();
  let next: Plan;
  try {
    next = plan(lesson, readLearner(file, name, lesson));
  } catch (error) {
    item.brokenSince ??= started;
    if (started - item.brokenSince < patience) return;
    item.seen = seen;
    item.complained = true;
    return print(`${time()} ${paint("red", (error as Error).message)}`);
  }
  item.seen = seen;
  const wasBroken = item.complained;
  item.brokenSince = undefined;
  item.complained = false;

  const from = item.plan ? firstDifference(item.plan, next) : 0;
  const before = item.plan;
  item.plan = next;
  const affected = exercises.filter((exercise) => item.judged.get(exercise) !== inputs(exercise, next));
  const again = wasBroken || item.report.problem !== undefined;
  item.report.problem = undefined;
  if (affected.length === 0) {
    if (again) print(`${time()} ${name} can be read again\n  ${summary([item.report], paint)}`);
    return;
  }
  print(`${time()} ${name}`);
  // Of what was saved before and not checked to its end, only what is news is printed.
  const edited = affected.find((e) => sourceOf(e, before) !== sourceOf(e, next)) ?? affected[0]!;
  const onExercise = (report: ExerciseReport) => {
    const index = item.report.exercises.findIndex(({ id }) => id === report.id);
    const isNews = report.id === edited.id || !isDeepStrictEqual(report, item.report.exercises[index]);
    item.report.exercises[index] = report;
    const exercise = exercises.find(({ id }) => id === report.id)!;
    item.judged.set(exercise, inputs(exercise, next));
    if (!isNews) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`  ${exerciseLine(report, paint)} ${paint("dim", `${seconds} s`)}`);
    if (report.status === "failed") print(failure(report, name, paint));
  };
  const { notes } = await checkNotebook(lesson, next, {
    supply: stock,
    wanted: affected,
    onExercise,
    signal,
  });
  for (const note of notes.filter((text) => !item.report.notes.includes(text))) print(`  ! ${note}`);
  item.report.notes = notes;
  print(`  ${summary([item.report], paint)}`);
  aim(stock, next, from);
}

/** Everything that an exercise's result comes from: the cells above its test, and the test. */
function inputs(exercise: Exercise, plan: Plan): string {
  const isOwnTest = (step: Step) => step.role === "test" && step.exercise === exercise;
  const last = plan.steps.map(isOwnTest).lastIndexOf(true);
  const steps = plan.steps.slice(0, last + 1).filter((step) => step.role !== "test" || isOwnTest(step));
  const sources = steps.map(({ role, source }) => [role, source]);
  return JSON.stringify([plan.blank.has(exercise), plan.missing.has(exercise), sources]);
}

function sourceOf(exercise: Exercise, plan: Plan | undefined): string | undefined {
  return plan?.steps.find((step) => step.role === "solution" && step.exercise === exercise)?.source;
}

function firstDifference(old: Plan, next: Plan): number {
  const length = Math.max(old.steps.length, next.steps.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [old.steps[i], next.steps[i]];
    if (!sameSource(a, b) || a?.role !== b?.role) return i;
  }
  return length;
}

/** Makes ready for the next save: most likely the same cell again, else one further up. */
function aim(stock: Stock, { steps }: Plan, at: number): void {
  const sources = (part: readonly Step[]) => part.filter(({ role }) => role !== "test");
  const setup = sources(
    steps.slice(
      0,
      Math.max(
        0,
        steps.findIndex(({ role }) => role !== "locked"),
      ),
    ),
  );
  const above = sources(steps.slice(0, at));
  stock.keep(above.length > setup.length ? [above, above, setup] : [setup, setup]);
}

/** The notebook saved last is likely to be saved next, at its first exercise that is not done. */
function aimAtLatest(watched: readonly Watched[], stock: Stock): void {
  const latest = [...watched].sort((a, b) => Number.parseFloat(b.seen) - Number.parseFloat(a.seen))[0];
  if (!latest?.plan) {
    stock.keep([[]]);
    return;
  }
  const open = latest.report.exercises.find(({ status }) => status !== "passed");
  const at = latest.plan.steps.findIndex(
    (step) => step.role === "solution" && step.exercise?.id === open?.id,
  );
  aim(stock, latest.plan, Math.max(at, 0));
}

function planAt(path: string, lesson: Lesson): Plan | undefined {
  try {
    return plan(lesson, readLearner(path, path, lesson));
  } catch {
    return undefined;
  }
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}
