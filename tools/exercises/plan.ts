import type { Cell, CodeCell, Notebook } from "../notebook/format";
import { nbgraderOf } from "../notebook/nbgrader";
import type { Exercise, Lesson, Part } from "./lesson";

/** One cell to run: the teacher's copy of locked cells and tests, the learner's copy of everything else. */
export interface Step {
  role: "locked" | "own" | "solution" | "test";
  source: string;
  /** its number in error messages, until diagnose puts `where` there; cells added above do not change it */
  number: number;
  /** where the learner finds it */
  where: string;
  exercise?: Exercise;
  /** of a test: its cell in the lesson */
  part?: Part;
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
 * Decides what to run for a learner's notebook: the lesson's cells in the lesson's order, and the code cells that
 * the learner added, each right after the lesson's cell that it stands below.
 */
export function plan(lesson: Lesson, learner: Notebook): Plan {
  const copies = new Map(lesson.parts.map((part) => [part, matching(part, learner)]));
  const unmarked = withoutMetadata(lesson, copies, learner);
  for (const [part, cell] of unmarked) copies.set(part, [cell]);
  const own = ownCells(learner, copies);
  const where = (cell: Cell) => `cell ${learner.cells.indexOf(cell) + 1}`;
  const steps: Step[] = [];
  const blank = new Set<Exercise>();
  const missing = new Set<Exercise>();

  let ownNumber = 1000;
  const pushOwn = (part?: Part) => {
    for (const cell of own.get(part) ?? [])
      steps.push({ role: "own", source: cell.source, number: ownNumber++, where: `your ${where(cell)}` });
  };
  pushOwn();
  for (const [index, part] of lesson.parts.entries()) {
    const { role, exercise } = part;
    const cell = copies.get(part)![0];
    const place = { number: index + 1, where: cell ? where(cell) : "a missing cell" };
    if (role === "solution") {
      if (cell?.cell_type !== "code") missing.add(exercise!);
      else steps.push({ role, source: cell.source, ...place, exercise });
      if (cell && sameCode(cell.source, part.released)) blank.add(exercise!);
    } else if (role !== "statement" && part.cell.cell_type === "code") {
      steps.push({
        role,
        source: part.cell.source,
        ...place,
        exercise,
        ...(role === "test" ? { part } : {}),
      });
    }
    pushOwn(part);
  }
  const notes = [...unmarked].map(
    ([part, cell]) =>
      `${where(cell)} lost its metadata; it is taken for the solution of ${part.exercise!.id} by what it defines`,
  );
  return { steps, blank, missing, notes: [...notes, ...oddities(lesson, copies, learner)] };
}

/** Solution cells that are known only by the functions in them: another editor, or a copy, lost their metadata. */
function withoutMetadata(lesson: Lesson, copies: Map<Part, Cell[]>, learner: Notebook): Map<Part, Cell> {
  const taken = new Set([...copies.values()].flat());
  const found = new Map<Part, Cell>();
  for (const { solution } of lesson.exercises) {
    if (copies.get(solution)!.length > 0) continue;
    const names = declaredIn(solution.cell.source);
    const cell = learner.cells.find(
      (own) =>
        own.cell_type === "code" &&
        !taken.has(own) &&
        names.length > 0 &&
        names.every((name) => declaredIn(own.source).includes(name)),
    );
    if (cell) found.set(solution, cell);
  }
  return found;
}

/** The names that a cell gives to the rest of the notebook. */
export function declaredIn(source: string): string[] {
  const found = source.matchAll(/^(?:async\s+)?(?:function\*?|const|let|var|class|interface|type)\s+(\w+)/gm);
  return [...found].map((match) => match[1]!);
}

/** What the check copes with, but the learner should know. */
function oddities(lesson: Lesson, copies: Map<Part, Cell[]>, learner: Notebook): string[] {
  const notes: string[] = [];
  const position = (cell: Cell) => learner.cells.indexOf(cell) + 1;
  for (const part of lesson.parts) {
    const cells = copies.get(part)!;
    const cell = cells[0];
    const remedy = `the check uses the original (npm run reset -- ${lesson.number} --locked puts it back and keeps your answers)`;
    if (cells.length > 1) {
      const list = cells.map(position).sort((a, b) => a - b);
      notes.push(
        `cells ${list.join(" and ")} are copies of one cell (${part.gradeId}); ` +
          `the check uses cell ${position(cell!)}; delete what is too much`,
      );
    }
    if (part.role === "solution") continue;
    if (!cell) notes.push(`the ${nameOf(part)} is missing; ${remedy}`);
    else if (!sameCode(cell.source, part.released))
      notes.push(`the ${nameOf(part)} (cell ${position(cell)}) was changed; ${remedy}`);
  }
  const found = lesson.parts.flatMap((part) => copies.get(part)!.slice(0, 1)).map(position);
  if (found.some((place, i) => i > 0 && place < found[i - 1]!))
    notes.push("the cells stand in another order than in the original; the check uses the original order");
  return notes;
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

/** The code cells that are not the lesson's, by the lesson's cell that they stand below. */
function ownCells(learner: Notebook, copies: Map<Part, Cell[]>): Map<Part | undefined, CodeCell[]> {
  const partOf = new Map([...copies].flatMap(([part, cells]) => cells.map((cell) => [cell, part] as const)));
  const own = new Map<Part | undefined, CodeCell[]>();
  let above: Part | undefined;
  for (const cell of learner.cells) {
    above = partOf.get(cell) ?? above;
    if (partOf.has(cell) || cell.cell_type !== "code" || cell.source.trim() === "") continue;
    own.set(above, [...(own.get(above) ?? []), cell]);
  }
  return own;
}

function nameOf(part: Part): string {
  if (part.role === "statement") return `statement of ${part.exercise!.id}`;
  if (part.role === "test") return `test of ${part.exercise!.id}`;
  return `locked cell ${part.gradeId}`;
}
