import type { Cell, CodeCell, Notebook } from "../notebook/format";
import type { Exercise, Lesson, Part } from "./lesson";
import { nbgraderOf } from "./nbgrader";

/** One cell to run: the teacher's copy of locked cells and tests, the learner's copy of everything else. */
export interface Step {
  role: "locked" | "own" | "solution" | "test";
  source: string;
  /** where the learner finds it */
  where: string;
  exercise?: Exercise;
}

export interface Plan {
  steps: Step[];
  blank: Set<Exercise>;
  /** exercises whose solution cell is gone */
  missing: Set<Exercise>;
  /** what is odd about the file, though the check copes with it */
  notes: string[];
}

/**
 * Decides what to run for a learner's notebook: the lesson's cells in the lesson's order, and each code cell that
 * the learner added right after the lesson's cell above which it does not stand.
 */
export function plan(lesson: Lesson, learner: Notebook): Plan {
  const notes: string[] = [];
  const partOf = new Map<Cell, Part>();
  const copies = new Map(lesson.parts.map((part) => [part, matching(part, learner)]));
  for (const [part, cells] of copies) for (const cell of cells) partOf.set(cell, part);

  const steps: Step[] = [];
  const blank = new Set<Exercise>();
  const missing = new Set<Exercise>();
  const own = ownCells(learner, partOf);
  const position = (cell: Cell) => `cell ${learner.cells.indexOf(cell) + 1}`;
  const pushOwn = (part?: Part) => {
    for (const cell of own.get(part) ?? [])
      steps.push({ role: "own", source: cell.source, where: `your ${position(cell)}` });
  };

  pushOwn();
  for (const part of lesson.parts) {
    const { role, exercise } = part;
    const cells = copies.get(part)!;
    const cell = cells[0];
    const reset = `npm run reset -- ${exercise?.id ?? lesson.number}`;
    if (cells.length > 1)
      notes.push(
        `${cells.map(position).join(" and ")} are copies of one cell (${part.gradeId}); ` +
          `the check uses ${position(cell!)}; delete the other`,
      );
    const where = cell ? position(cell) : "a missing cell";
    if (role === "solution") {
      if (cell?.cell_type !== "code") missing.add(exercise!);
      else {
        if (sameCode(cell.source, part.released)) blank.add(exercise!);
        steps.push({ role, source: cell.source, where, exercise });
      }
    } else {
      if (!cell)
        notes.push(`the ${nameOf(part)} is missing; the check uses the original (${reset} puts it back)`);
      else if (!sameCode(cell.source, part.released))
        notes.push(
          `the ${nameOf(part)} (${position(cell)}) was changed; the check uses the original (${reset} puts it back)`,
        );
      if (role !== "statement") steps.push({ role, source: part.cell.source, where, exercise });
    }
    pushOwn(part);
  }
  if (isReordered(lesson, copies, learner))
    notes.push("the cells stand in another order than in the original; the check uses the original order");
  return { steps, blank, missing, notes };
}

/** The learner's copies of a teacher's cell, the one that kept its cell id first. */
export function matching(part: Part, learner: Notebook): Cell[] {
  const cells = learner.cells.filter((cell) =>
    nbgraderOf(cell) ? nbgraderOf(cell)!.grade_id === part.gradeId : cell.id === part.cell.id,
  );
  return cells.sort((a, b) => Number(b.id === part.cell.id) - Number(a.id === part.cell.id));
}

/** The same code apart from spaces at line ends and empty lines around it. */
export function sameCode(a: string, b: string): boolean {
  const normal = (text: string) => text.replace(/[ \t\r]+$/gm, "").trim();
  return normal(a) === normal(b);
}

/** The code cells that are not the lesson's, by the lesson's cell that they follow. */
function ownCells(learner: Notebook, partOf: Map<Cell, Part>): Map<Part | undefined, CodeCell[]> {
  const own = new Map<Part | undefined, CodeCell[]>();
  let above: Part | undefined;
  for (const cell of learner.cells) {
    above = partOf.get(cell) ?? above;
    if (partOf.has(cell) || cell.cell_type !== "code" || cell.source.trim() === "") continue;
    own.set(above, [...(own.get(above) ?? []), cell]);
  }
  return own;
}

function isReordered(lesson: Lesson, copies: Map<Part, Cell[]>, learner: Notebook): boolean {
  const found = lesson.parts.map((part) => copies.get(part)![0]).filter((cell) => cell !== undefined);
  const order = found.map((cell) => learner.cells.indexOf(cell));
  return order.some((index, i) => i > 0 && index < order[i - 1]!);
}

function nameOf(part: Part): string {
  if (part.role === "statement") return `statement of ${part.exercise!.id}`;
  if (part.role === "test") return `test of ${part.exercise!.id}`;
  return `locked cell ${part.gradeId}`;
}
