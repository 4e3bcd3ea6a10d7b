import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Notebook } from "../notebook/format";
import { inParallel } from "../parallel";
import { type Course, nameOf, type Selection, wordFor } from "./course";
import { startGuarded } from "./guarded";
import { type CheckOptions, checkNotebook, type LessonReport, parseLearner, report } from "./judge";
import type { Lesson } from "./lesson";
import { plan } from "./plan";
import type { Supply } from "./run";
import { renamed } from "./whose";

export * from "./judge";

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

/** Reads a learner's notebook. */
export function readLearner(path: string, name: string, lesson: Lesson): Notebook {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    const other = existsSync(dirname(path)) && renamed(path, lesson);
    const hint = other ? `; ${other} beside it holds its cells: give it its name back` : "";
    throw new Error(`${name}: the notebook is missing${hint}`);
  }
  if (stat.isDirectory()) throw new Error(`${name} is a folder where the notebook should be: move it away`);
  return parseLearner(readFileSync(path, "utf8"), name);
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
