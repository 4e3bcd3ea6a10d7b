import { readFileSync, statSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { join } from "node:path";
import { type Notebook, parseNotebook } from "../notebook/format";
import { startSession } from "../session/remote";
import { type Course, exercisesPath, type Selection } from "./course";
import { diagnose } from "./diagnose";
import type { Exercise, Lesson } from "./lesson";
import { type Plan, plan } from "./plan";
import { run, type StepResult, type Supply } from "./run";

export interface ExerciseReport {
  id: string;
  title: string;
  difficulty: number;
  status: "passed" | "failed" | "blank";
  points: number;
  of: number;
  diagnosis?: string;
}

export interface LessonReport {
  lesson: string;
  title: string;
  file: string;
  /** the notebook cannot be read at all */
  problem?: string;
  notes: string[];
  exercises: ExerciseReport[];
}

export interface CheckOptions {
  supply: Supply;
  wanted: readonly Exercise[];
  onExercise?(report: ExerciseReport): void;
  signal?: AbortSignal;
}

/** Sessions that start when they are asked for and have run nothing. */
export function freshSupply(course: Course, limit: number): Supply {
  return {
    limit,
    take: async () => ({ session: startSession({ cwd: join(course.root, "exercises") }), ran: [] }),
  };
}

/** Checks one learner's notebook; an unreadable one is a report too. Never writes. */
export async function checkLesson(
  course: Course,
  lesson: Lesson,
  options: CheckOptions,
): Promise<LessonReport> {
  const file = `exercises/${lesson.name}.ipynb`;
  const base = { lesson: lesson.number, title: lesson.title, file };
  try {
    const learner = readLearner(exercisesPath(course, lesson), file);
    return { ...base, ...(await checkNotebook(lesson, plan(lesson, learner), options)) };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const problem = `${(error as Error).message}\n(a fresh copy: npm run reset -- ${lesson.number} keeps this one as a backup)`;
    const exercises = options.wanted.map((e) => report(e, "failed", "its notebook cannot be read"));
    return { ...base, problem, notes: [], exercises };
  }
}

/** Reads a learner's notebook, more patient than the tools are with the course's own. */
export function readLearner(path: string, name: string): Notebook {
  if (!statSync(path, { throwIfNoEntry: false })) throw new Error(`${name}: the notebook is missing`);
  const text = readFileSync(path, "utf8");
  try {
    const json = JSON.parse(text);
    const seen = new Set<unknown>();
    for (const cell of json.cells) {
      if (seen.has(cell.id)) cell.id = undefined;
      seen.add(cell.id);
    }
    return parseNotebook(JSON.stringify(json), name);
  } catch {
    return parseNotebook(text, name);
  }
}

export async function checkNotebook(
  lesson: Lesson,
  plan: Plan,
  { supply, wanted, onExercise, signal }: CheckOptions,
): Promise<{ notes: string[]; exercises: ExerciseReport[] }> {
  const reports = new Map<Exercise, ExerciseReport>();
  const failed = new Set<Exercise>();
  const notes = [...plan.notes];
  const settle = (exercise: Exercise, status: ExerciseReport["status"], diagnosis?: string) => {
    if (!wanted.includes(exercise) || reports.has(exercise)) return;
    const settled = report(exercise, status, diagnosis);
    reports.set(exercise, settled);
    onExercise?.(settled);
  };

  for (const exercise of wanted) {
    const gone = `its solution cell is missing (npm run reset -- ${exercise.id} puts it back)`;
    if (plan.blank.has(exercise)) settle(exercise, "blank");
    else if (plan.missing.has(exercise)) settle(exercise, "failed", gone);
  }
  const open = new Set(wanted.filter((exercise) => !reports.has(exercise)));
  const left = new Map([...open].map((exercise) => [exercise, exercise.tests.length]));

  const onStep = (outcome: StepResult) => {
    const { step, result } = outcome;
    if (result.status !== "ok" && step.exercise) {
      failed.add(step.exercise);
      settle(step.exercise, "failed", diagnose(outcome, lesson, plan, failed));
    } else if (result.status !== "ok") notes.push(noteOn(outcome));
    else if (step.role === "test") {
      const rest = left.get(step.exercise!)! - 1;
      left.set(step.exercise!, rest);
      if (rest === 0) settle(step.exercise!, "passed");
    }
    if ("printed" in result && result.printed > 1e6)
      notes.push(`${step.where} prints ${(result.printed / 1e6).toFixed(0)} MB; the check does not show it`);
  };
  if (open.size > 0) await run(plan, { wanted: open, supply, onStep, signal });
  const exercises = wanted.map((e) => reports.get(e) ?? report(e, "failed", "its test did not run"));
  return { notes, exercises };
}

function report(exercise: Exercise, status: ExerciseReport["status"], diagnosis?: string): ExerciseReport {
  const { id, title, difficulty, points } = exercise;
  const earned = status === "passed" ? points : 0;
  return { id, title, difficulty, status, points: earned, of: points, ...(diagnosis ? { diagnosis } : {}) };
}

function noteOn({ step, result }: StepResult): string {
  const what = step.role === "locked" ? `a locked cell (${step.where})` : step.where;
  if (result.status === "late") return `${what} was stopped after ${result.seconds} s and left out`;
  if (result.status === "died") return `${what} ended the whole process (${result.how}) and was left out`;
  if (result.status === "ok") return "";
  const { ename, evalue } = result.error;
  return `${what} fails: ${ename}: ${evalue.split("\n").slice(0, 3).join("\n")}`;
}

/** Checks what was selected, several notebooks at a time. */
export async function check(
  course: Course,
  selections: readonly Selection[],
  limit: number,
  onLesson: (report: LessonReport) => void = () => {},
): Promise<LessonReport[]> {
  return inParallel(selections, async ({ lesson, exercises }) => {
    const supply = freshSupply(course, limit);
    const report = await checkLesson(course, lesson, { supply, wanted: exercises });
    onLesson(report);
    return report;
  });
}

/** As many at once as the machine has cores and memory for (a session takes up to 0.4 GB). */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const jobs = Math.max(1, Math.min(availableParallelism(), 8, Math.floor(freemem() / 5e8)));
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return results;
}

/** Did every exercise that was asked for pass? */
export function allPassed(reports: readonly LessonReport[]): boolean {
  return reports.every((r) => !r.problem && r.exercises.every(({ status }) => status === "passed"));
}
