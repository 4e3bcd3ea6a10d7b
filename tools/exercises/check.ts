import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Notebook, parseNotebook } from "../notebook/format";
import { inParallel } from "../parallel";
import { type Course, nameOf, type Selection, wordFor } from "./course";
import { diagnose } from "./diagnose";
import { startGuarded } from "./guarded";
import { type Exercise, type Lesson, pointsOf } from "./lesson";
import { type Plan, plan } from "./plan";
import { run, type StepResult, type Supply } from "./run";
import { renamed } from "./whose";

export interface ExerciseReport {
  id: string;
  title: string;
  difficulty: number;
  status: "passed" | "failed" | "blank";
  /** of each test cell that passes, also if another one of the exercise fails: as nbgrader counts */
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
  /** Told of each cell that ran. */
  onCell?(result: StepResult): void;
  signal?: AbortSignal;
}

/** Sessions that start when they are asked for and have run nothing. */
export function freshSupply(course: Course, limit: number): Supply {
  return { limit, take: async () => ({ session: startGuarded(course), ran: [] }) };
}

/** Checks one learner's notebook; an unreadable one is a report too. Never writes. */
export async function checkLesson(
  course: Course,
  { lesson, file: path }: Omit<Selection, "exercises">,
  options: CheckOptions,
): Promise<LessonReport> {
  const file = nameOf(course, path);
  const base = { lesson: lesson.number, title: lesson.title, file };
  try {
    const learner = readLearner(path, file, lesson);
    return { ...base, ...(await checkNotebook(lesson, plan(lesson, learner), options)) };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const word = wordFor(course, { lesson, file: path });
    const problem = `${(error as Error).message}\n(a fresh copy: npm run reset -- ${word} keeps this one as a backup)`;
    const exercises = options.wanted.map((e) => report(e, "failed", "its notebook cannot be read"));
    return { ...base, problem, notes: [], exercises };
  }
}

/** Reads a learner's notebook, more patient than the tools are with the course's own. */
export function readLearner(path: string, name: string, lesson: Lesson): Notebook {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    const other = existsSync(dirname(path)) && renamed(path, lesson);
    const hint = other ? `; ${other} beside it holds its cells: give it its name back` : "";
    throw new Error(`${name}: the notebook is missing${hint}`);
  }
  if (stat.isDirectory()) throw new Error(`${name} is a folder where the notebook should be: move it away`);
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
  { supply, wanted, onExercise, onCell, signal }: CheckOptions,
): Promise<{ notes: string[]; exercises: ExerciseReport[] }> {
  const reports = new Map<Exercise, ExerciseReport>();
  const failed = new Set<Exercise>();
  /** what is wrong with an exercise, from the first of its cells that failed */
  const wrong = new Map<Exercise, string>();
  const earned = new Map<Exercise, number>();
  const notes = [...plan.notes];
  const settle = (exercise: Exercise, status: ExerciseReport["status"], diagnosis?: string) => {
    if (!wanted.includes(exercise) || reports.has(exercise)) return;
    const settled = report(exercise, status, diagnosis, earned.get(exercise));
    reports.set(exercise, settled);
    onExercise?.(settled);
  };

  for (const exercise of wanted) {
    const gone = `its solution cell is missing (npm run reset -- ${exercise.id} puts it back)`;
    if (plan.blank.has(exercise)) settle(exercise, "blank");
    else if (plan.missing.has(exercise)) settle(exercise, "failed", gone);
  }
  const open = new Set(wanted.filter((exercise) => !reports.has(exercise)));

  const onStep = (outcome: StepResult) => {
    onCell?.(outcome);
    const { step, result } = outcome;
    const { exercise } = step;
    if (result.status !== "ok" && exercise) {
      failed.add(exercise);
      const first = wrong.get(exercise) ?? diagnose(outcome, lesson, plan, failed);
      wrong.set(exercise, first);
      if (step.role === "solution") settle(exercise, "failed", first);
    } else if (result.status !== "ok") notes.push(noteOn(outcome));
    else if (step.part && exercise) {
      earned.set(exercise, (earned.get(exercise) ?? 0) + pointsOf(step.part));
    }
    if (exercise && step.part === exercise.tests.at(-1))
      settle(exercise, wrong.has(exercise) ? "failed" : "passed", wrong.get(exercise));
    if ("printed" in result && result.printed > 1e6)
      notes.push(`${step.where} prints ${(result.printed / 1e6).toFixed(0)} MB; the check does not show it`);
  };
  if (open.size > 0) await run(plan, { wanted: open, supply, onStep, signal });
  const exercises = wanted.map((e) => reports.get(e) ?? report(e, "failed", "its test did not run"));
  return { notes, exercises };
}

function report(
  exercise: Exercise,
  status: ExerciseReport["status"],
  diagnosis?: string,
  points = 0,
): ExerciseReport {
  const { id, title, difficulty, points: of } = exercise;
  return { id, title, difficulty, status, points, of, ...(diagnosis ? { diagnosis } : {}) };
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
  return inParallel(selections, async (selection) => {
    const supply = freshSupply(course, limit);
    const report = await checkLesson(course, selection, { supply, wanted: selection.exercises });
    onLesson(report);
    return report;
  });
}

/** Did every exercise that was asked for pass? */
export function allPassed(reports: readonly LessonReport[]): boolean {
  return reports.every((r) => !r.problem && r.exercises.every(({ status }) => status === "passed"));
}
