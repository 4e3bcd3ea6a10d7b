import type { Cell, Notebook } from "../notebook/format";
import { writeNotebook } from "../notebook/format";
import { readLearner } from "./check";
import { type Course, nameOf, type Selection } from "./course";
import { cut } from "./cut";
import type { Exercise, Lesson, Part } from "./lesson";
import { matching } from "./plan";

/**
 * Puts blanks back: the whole notebook, or only some of its exercises. Returns whether it was the whole one, which
 * it also is when the learner's file is missing or unreadable. The caller has made the backup.
 */
export function reset({ lesson, file, exercises }: Selection): boolean {
  const learner = exercises.length === lesson.exercises.length ? undefined : readable(file, lesson);
  writeNotebook(file, learner ? withBlanks(lesson, isOf(exercises), learner) : cut(lesson));
  return !learner;
}

/** Puts back all that is locked (imports, statements, tests) and nothing else: the answers stay. */
export function restore(course: Course, { lesson, file }: Selection): void {
  const learner = readLearner(file, nameOf(course, file), lesson);
  writeNotebook(
    file,
    withBlanks(lesson, ({ role }) => role !== "solution", learner),
  );
}

function readable(path: string, lesson: Lesson): Notebook | undefined {
  try {
    return readLearner(path, path, lesson);
  } catch {
    return undefined;
  }
}

function isOf(exercises: readonly Exercise[]): (part: Part) => boolean {
  return ({ exercise }) => exercise !== undefined && exercises.includes(exercise);
}

/** The learner's notebook with the chosen cells as they were at first, copies of them removed. */
export function withBlanks(lesson: Lesson, chosen: (part: Part) => boolean, learner: Notebook): Notebook {
  const blanks = cut(lesson).cells;
  let cells = [...learner.cells];
  for (const part of lesson.parts) {
    if (!chosen(part)) continue;
    const blank = blanks.find(({ id }) => id === part.cell.id)!;
    const old = matching(part, { ...learner, cells });
    if (old.length === 0) cells.splice(placeFor(blank, blanks, cells), 0, blank);
    else cells = cells.map((cell) => (cell === old[0] ? blank : cell)).filter((cell) => !old.includes(cell));
  }
  return { ...learner, cells };
}

/** Right below the nearest cell above it in the original that the learner still has. */
function placeFor(blank: Cell, blanks: readonly Cell[], cells: readonly Cell[]): number {
  for (let i = blanks.indexOf(blank) - 1; i >= 0; i--) {
    const at = cells.findIndex(({ id }) => id === blanks[i]!.id);
    if (at >= 0) return at + 1;
  }
  return 0;
}
