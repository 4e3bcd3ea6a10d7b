import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Cell, Notebook } from "../notebook/format";
import { checksum, nbgraderOf } from "../notebook/nbgrader";
import { type Course, nameOf } from "./course";
import { cut } from "./cut";
import type { Exercise, Lesson } from "./lesson";
import { matching, sameCode } from "./plan";

/** The exercises that a learner has begun: the solution is neither today's stub nor the one it was cut with. */
export function begun(lesson: Lesson, learner: Notebook): Exercise[] {
  return lesson.exercises.filter(({ solution }) =>
    matching(solution, learner).some(
      (cell) => !isUntouched(cell) && !sameCode(cell.source, solution.released),
    ),
  );
}

/** Whether a file holds anything that its owner wrote: cells changed since they were cut, or added. */
export function holdsWork(lesson: Lesson, learner: Notebook): boolean {
  const isChanged = (cell: Cell) => nbgraderOf(cell) !== undefined && !isUntouched(cell);
  return learner.cells.some(isChanged) || ownCells(lesson, learner).length > 0;
}

/** Cells of the lesson without a checksum, such as its title, whose text is not today's: perhaps a learner's notes. */
export function retitled(lesson: Lesson, learner: Notebook): boolean {
  const today = new Map(cut(lesson).cells.map(({ id, source }) => [id, source]));
  return learner.cells.some(
    (cell) => !nbgraderOf(cell) && today.has(cell.id) && today.get(cell.id) !== cell.source,
  );
}

/** nbgrader's checksum, written when the cell was cut, still fits its text. */
function isUntouched(cell: Cell): boolean {
  return nbgraderOf(cell)?.checksum === checksum(cell);
}

function ownCells(lesson: Lesson, learner: Notebook): Cell[] {
  const ids = new Set(lesson.notebook.cells.map(({ id }) => id));
  return learner.cells.filter((cell) => !nbgraderOf(cell) && !ids.has(cell.id) && cell.source.trim() !== "");
}

/**
 * How a file differs from the cut, the learner's own doing aside: answers, added cells, outputs and what
 * JupyterLab writes when it saves. An empty list means it is up to date.
 */
export function differences(lesson: Lesson, learner: Notebook): string[] {
  const answered = new Set(begun(lesson, learner).map(({ solution }) => solution.cell.id));
  const differing: string[] = [];
  for (const cell of cut(lesson).cells) {
    const own = learner.cells.find(({ id }) => id === cell.id);
    if (!own) differing.push(`cell ${cell.id} is missing`);
    else if (answered.has(cell.id)) continue;
    else if (essence(own) !== essence(cell)) differing.push(`cell ${cell.id} differs`);
  }
  const known = new Set(lesson.notebook.cells.map(({ id }) => id));
  for (const cell of learner.cells)
    if (nbgraderOf(cell) && !known.has(cell.id)) differing.push(`cell ${cell.id} is not in the solutions`);
  return differing;
}

function essence({ cell_type, source, metadata }: Cell): string {
  const { nbgrader, unrolled } = metadata;
  const sorted = (value: Record<string, unknown> = {}) =>
    Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([cell_type, source, sorted(nbgrader), sorted(unrolled)]);
}

/** Copies a learner's file to backups/, under the time of now; returns where, or undefined if there is none. */
export function backUp(course: Course, file: string, now: Date = new Date()): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (stat.isDirectory())
    throw new Error(`${nameOf(course, file)} is a folder where the notebook should be: move it away`);
  const folder = join(course.root, "backups");
  mkdirSync(folder, { recursive: true });
  const two = (n: number) => String(n).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(".");
  for (let n = 1; ; n++) {
    const target = join(folder, `${basename(file, ".ipynb")} ${date} ${time}${n > 1 ? ` (${n})` : ""}.ipynb`);
    if (statSync(target, { throwIfNoEntry: false })) continue;
    copyFileSync(file, target);
    return relative(course.root, target);
  }
}
