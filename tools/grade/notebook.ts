/** One notebook, from its text to the verdicts on its exercises. */
import { checkNotebook } from "../exercises/check";
import type { Exercise, Lesson } from "../exercises/lesson";
import { plan } from "../exercises/plan";
import type { StepResult } from "../exercises/run";
import type { Notebook } from "../notebook/format";
import type { Bundle } from "./bundle";
import type { Compiler } from "./compiler";
import type { Judge } from "./judge";
import { judgedSession } from "./judged";
import type { Program } from "./program";
import { type Verdict, verdictOn } from "./verdict";

export interface Limits {
  cellSeconds: number;
  notebookSeconds: number;
  /** Megabytes of a submission's process. */
  memory: number;
}

export interface Bench {
  compiler: Compiler;
  judge: Judge;
  /** A fresh process of the sandbox. */
  start(): Program;
}

export interface GradedNotebook {
  notes: string[];
  verdicts: Verdict[];
  /** For each limit that fell due, how many milliseconds later nothing of what had reached it ran any more. */
  overdue: number[];
}

/** @param wanted some of the lesson's exercises, or all */
export async function gradeNotebook(
  { compiler, judge, start }: Bench,
  bundle: Bundle,
  notebook: Notebook,
  wanted: readonly Exercise[],
  { cellSeconds, notebookSeconds }: Limits,
  seed?: number,
): Promise<GradedNotebook> {
  const until = performance.now() + notebookSeconds * 1000;
  const overdue: number[] = [];
  const onLimit = (ms: number) => void overdue.push(Math.round(ms));
  const supply = {
    limit: cellSeconds,
    take: async () => ({
      session: judgedSession({ compiler, judge, bundle, start, seed, notebookSeconds, until, onLimit }),
      ran: [],
    }),
  };
  const failures = new Map<Exercise, StepResult>();
  const onCell = (outcome: StepResult) => {
    const { exercise } = outcome.step;
    if (exercise && outcome.result.status !== "ok" && !failures.has(exercise))
      failures.set(exercise, outcome);
  };
  const { exercises, notes } = await checkNotebook(bundle.lesson, plan(bundle.lesson, notebook), {
    supply,
    wanted,
    onCell,
  });
  const verdicts = exercises.map((report, i) => verdictOn(wanted[i]!, report, failures.get(wanted[i]!)));
  return { notes, verdicts, overdue };
}

/** The verdicts on a notebook that is missing or cannot be read. */
export function ungraded(lesson: Lesson, wanted: readonly Exercise[], message: string): GradedNotebook {
  const verdicts = wanted.map(
    ({ id, title, points }): Verdict => ({
      exercise: id,
      title,
      status: "not-run",
      points: 0,
      of: points,
      message,
    }),
  );
  return { notes: [`${lesson.name}: ${message}`], verdicts, overdue: [] };
}
