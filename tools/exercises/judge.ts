/** Judges a learner's notebook in the sessions that it is given; the machine it runs on may be a browser. */
import { type Notebook, parseNotebook } from "../notebook/format";
import { diagnose } from "./diagnose";
import { type Exercise, type Lesson, pointsOf } from "./lesson";
import type { Plan } from "./plan";
import { run, type StepResult, type Supply } from "./run";

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

/** Reads the text of a learner's notebook, more patient than the tools are with the course's own. */
export function parseLearner(text: string, name: string): Notebook {
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

export function report(
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
