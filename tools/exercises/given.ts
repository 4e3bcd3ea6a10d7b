/**
 * The numbers that an exercise on paper gives. They stand in the statement's metadata, `unrolled.given`: a first row,
 * as everybody reads it, and further rows, of which a class can get one each. Statement, solution and tests of a row
 * are made from it.
 */
import { createHash } from "node:crypto";
import type { Cell } from "../notebook/format";
import { type Exercise, type Lesson, readLesson } from "./lesson";

/** In code they are one declaration, in the solution and in each test. */
const DECLARATION = /const given = \{[^;]*\};/;

const codeOf = (row: string): string => `const given = { ${row} };`;

function filled(text: string, row: string): string {
  const given: unknown = JSON.parse(`{${row.replace(/(\w+):/g, '"$1":')}}`);
  return text.replace(/\{\{([\w.]+)\}\}/g, (_, path: string) => {
    const value = path
      .split(".")
      .reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], given);
    if (value === undefined) throw new Error(`"${text}": nothing named ${path} is given`);
    return [value].flat().join(", ");
  });
}

/** What of an exercise does not follow from its first row. */
export function problemsOf({ id, given, statement, solution, tests }: Exercise): string[] {
  if (!given) return [];
  const [first, ...more] = given.rows;
  if (!first || more.length === 0) return [`${id}: given: expected two or more rows`];
  const plain = (code: string) => code.replace(/\s|,(?=\s*[}\]])/g, "");
  const wanted = plain(codeOf(first));
  const misplaced = given.says.filter((text) => statement.split(filled(text, first)).length !== 2);
  const undeclared = [solution, ...tests].filter(
    ({ cell }) => plain(DECLARATION.exec(cell.source)?.[0] ?? "") !== wanted,
  );
  return [
    ...misplaced.map((text) => `${id}: "${filled(text, first)}" does not stand once in the statement`),
    ...undeclared.map(({ gradeId }) => `${gradeId}: expected the declaration ${codeOf(first)}`),
  ];
}

/** The lesson with other numbers: row `rowOf(exercise)` of each exercise that has rows. */
export function withRows(lesson: Lesson, rowOf: (exercise: Exercise) => number): Lesson {
  const sources = new Map<Cell, string>();
  for (const exercise of lesson.exercises) {
    const { given, solution, tests } = exercise;
    const index = given ? rowOf(exercise) : 0;
    if (!given || index === 0) continue;
    const [first, row] = [given.rows[0]!, given.rows[index]!];
    const statement = lesson.parts.find((part) => part.role === "statement" && part.exercise === exercise)!;
    const text = given.says.reduce(
      (all, said) => all.replace(filled(said, first), () => filled(said, row)),
      statement.cell.source,
    );
    sources.set(statement.cell, text);
    const code = codeOf(row);
    for (const { cell } of [solution, ...tests])
      sources.set(
        cell,
        cell.source.replace(DECLARATION, () => code),
      );
  }
  const cells = lesson.notebook.cells.map((cell) => ({ ...cell, source: sources.get(cell) ?? cell.source }));
  return readLesson(lesson.name, { ...lesson.notebook, cells });
}

/** Which row a student gets: any but the first, the same one whenever it is asked. */
export function dealt(seed: number, student: string, { id, given }: Exercise): number {
  const hash = createHash("sha256")
    .update(JSON.stringify([seed, student.normalize(), id]))
    .digest();
  return given ? 1 + (hash.readUInt32BE() % (given.rows.length - 1)) : 0;
}
