import type { Cell, Notebook } from "../notebook/format";
import { knownKeys, type NbgraderMetadata, nbgraderOf } from "../notebook/nbgrader";
import { cutRegions, stub } from "./markers";

/** The teacher's copy of one lesson's exercises: what solutions/NN-topic.ipynb says. */
export interface Lesson {
  /** "04" */
  number: string;
  /** "04-bptt", the file's name without its ending */
  name: string;
  title: string;
  notebook: Notebook;
  /** the cells that nbgrader knows, in order */
  parts: Part[];
  exercises: Exercise[];
}

export type Role = "locked" | "statement" | "solution" | "test";

export interface Part {
  role: Role;
  gradeId: string;
  cell: Cell;
  /** the source as the learner gets it: stubs for solutions, no hidden tests */
  released: string;
  exercise?: Exercise;
}

export interface Exercise {
  /** "04.2" */
  id: string;
  title: string;
  difficulty: number;
  minutes: number;
  hints: string[];
  why: string;
  statement: string;
  /** numbers that can be others for each student of a class */
  given?: Given;
  solution: Part;
  wrongAnswers: WrongAnswer[];
  tests: Part[];
  points: number;
}

export interface WrongAnswer {
  name: string;
  /** must appear in the error of a test */
  hint: string;
  source: string;
}

/** The numbers that an exercise on paper gives: a first row, as everybody reads it, and others for a class (given.ts). */
export interface Given {
  /** Where the statement says them: each text, filled in, stands in it once. {{x}} is a number or a list, {{x.0}} one of a list. */
  says: string[];
  /** As code: `w: -0.5, x: [1, 2, -1]`. */
  rows: string[];
}

interface Statement {
  exercise: string;
  title: string;
  difficulty: number;
  minutes: number;
  hints?: string[];
  why?: string;
  given?: Given;
}

/** What a test cell is worth. */
export function pointsOf({ cell }: Part): number {
  return nbgraderOf(cell)?.points ?? 0;
}

/** Reads a lesson out of its solutions notebook. Throws one Error that lists every problem with its cell. */
export function readLesson(name: string, notebook: Notebook): Lesson {
  const problems: string[] = [];
  const number = /^(\d\d)-/.exec(name)?.[1] ?? "";
  if (!number) problems.push(`expected a name like "04-topic.ipynb", got "${name}.ipynb"`);
  const lesson: Lesson = { number, name, title: titleOf(notebook, name), notebook, parts: [], exercises: [] };
  const seen = new Map<string, number>();
  let current: Exercise | undefined;

  for (const [index, cell] of notebook.cells.entries()) {
    const report = (problem: string) => problems.push(`cell ${index + 1} (${cell.id}): ${problem}`);
    const meta = nbgraderOf(cell);
    const unrolled = cell.metadata.unrolled;
    if (cell.cell_type === "raw" && unrolled?.wrong !== undefined) {
      readWrongAnswer(cell, current, report);
      continue;
    }
    const part = readPart(cell, meta, report);
    if (!part) {
      if (unrolled?.exercise)
        report("an exercise's statement needs nbgrader metadata {locked: true, grade_id}");
      continue;
    }
    const earlier = seen.get(part.gradeId);
    if (earlier !== undefined)
      report(`grade_id "${part.gradeId}" is taken by cell ${earlier + 1}; ids must be unique`);
    seen.set(part.gradeId, index);
    lesson.parts.push(part);

    if (part.role === "statement") {
      current = newExercise(cell, number, report);
      lesson.exercises.push(current);
      part.exercise = current;
    } else if (part.role !== "locked") {
      if (!current) report(`a ${part.role} cell before any statement (metadata.unrolled.exercise)`);
      else join(part, current, meta!, report);
    }
  }
  for (const exercise of lesson.exercises) {
    if (!exercise.solution) problems.push(`exercise ${exercise.id}: it has no solution cell`);
    if (exercise.tests.length === 0) problems.push(`exercise ${exercise.id}: it has no test cell`);
    if (lesson.exercises.find(({ id }) => id === exercise.id) !== exercise)
      problems.push(`exercise ${exercise.id}: two statements have this number`);
  }
  if (problems.length > 0) throw new Error(problems.map((p) => `solutions/${name}.ipynb: ${p}`).join("\n"));
  return lesson;
}

function readPart(
  cell: Cell,
  meta: NbgraderMetadata | undefined,
  report: (p: string) => void,
): Part | undefined {
  const solution = cutRegions(cell.source, "SOLUTION", stub);
  const hidden = cutRegions(solution.kept, "HIDDEN TESTS");
  for (const problem of [...solution.problems, ...hidden.problems]) report(problem);
  if (solution.removed.length > 0 && !meta?.solution) report("a solution region outside a solution cell");
  if (hidden.removed.length > 0 && !meta?.grade) report("a hidden test outside a test cell");
  if (!meta) return undefined;

  for (const key of Object.keys(meta)) if (!knownKeys.includes(key)) report(`nbgrader knows no key "${key}"`);
  if (meta.schema_version !== 3) report(`expected nbgrader schema_version 3, got ${meta.schema_version}`);
  if (typeof meta.grade_id !== "string" || meta.grade_id === "") report("grade_id is missing or empty");
  if (meta.task) report("nbgrader's task cells are not used here");
  if (meta.grade && meta.solution) report("a cell is either a solution or a test, not both");
  if (meta.grade && !(typeof meta.points === "number" && meta.points > 0))
    report(`a test cell needs points above 0, got ${JSON.stringify(meta.points)}`);
  if ((meta.grade || meta.solution) && cell.cell_type !== "code")
    report("solutions and tests are code cells");
  if (meta.solution && solution.removed.length === 0)
    report("a solution cell needs a region // BEGIN SOLUTION … // END SOLUTION inside its functions");

  const statement = cell.metadata.unrolled?.exercise !== undefined;
  const role: Role = meta.solution ? "solution" : meta.grade ? "test" : statement ? "statement" : "locked";
  if ((role === "locked" || role === "statement") && !meta.locked) report("expected locked: true");
  return { role, gradeId: meta.grade_id, cell, released: hidden.kept };
}

function newExercise(cell: Cell, number: string, report: (p: string) => void): Exercise {
  const {
    exercise: id,
    title,
    difficulty,
    minutes,
    hints,
    why,
    given,
  } = cell.metadata.unrolled as unknown as Statement;
  if (!new RegExp(`^${number}\\.\\d+$`).test(id)) report(`expected a number like "${number}.1", got "${id}"`);
  if (!title) report("the statement has no title");
  if (![1, 2, 3].includes(difficulty)) report(`difficulty: expected 1, 2 or 3, got ${difficulty}`);
  if (!(minutes > 0)) report(`minutes: expected a number above 0, got ${minutes}`);
  const texts = {
    id,
    title,
    difficulty,
    minutes,
    hints: hints ?? [],
    why: why ?? "",
    statement: cell.source,
    ...(given ? { given } : {}),
  };
  // the solution comes with a later cell; readLesson reports an exercise that ends without one
  return { ...texts, solution: undefined as unknown as Part, wrongAnswers: [], tests: [], points: 0 };
}

function join(part: Part, exercise: Exercise, meta: NbgraderMetadata, report: (p: string) => void): void {
  const expected = `${part.role}-${exercise.id.replace(".", "-")}`;
  if (part.gradeId !== expected && !part.gradeId.startsWith(`${expected}-`))
    report(`expected grade_id "${expected}", got "${part.gradeId}"`);
  part.exercise = exercise;
  if (part.role === "test") {
    if (!exercise.solution) report("the test stands above its solution");
    exercise.tests.push(part);
    exercise.points += meta.points ?? 0;
  } else if (exercise.solution) report(`exercise ${exercise.id} has a second solution cell`);
  else exercise.solution = part;
}

function readWrongAnswer(cell: Cell, exercise: Exercise | undefined, report: (p: string) => void): void {
  const { wrong, hint } = cell.metadata.unrolled as { wrong: string; hint?: string };
  if (nbgraderOf(cell)) report("a wrong answer carries no nbgrader metadata");
  if (/(BEGIN|END) (SOLUTION|HIDDEN TESTS)/.test(cell.source)) report("a wrong answer carries no markers");
  if (!hint) report(`the wrong answer "${wrong}" names no hint`);
  if (!exercise?.solution) report("a wrong answer stands below the solution that it imitates");
  else exercise.wrongAnswers.push({ name: wrong, hint: hint ?? "", source: cell.source });
}

function titleOf(notebook: Notebook, name: string): string {
  const heading = notebook.cells.find((cell) => cell.cell_type === "markdown" && /^# /m.test(cell.source));
  const title = /^# (.*)$/m.exec(heading?.source ?? "")?.[1]?.trim() ?? name;
  return title.replace(/^(Exercises )?\d\d ?[·:.–—-] */, "");
}
