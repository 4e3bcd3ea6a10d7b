/**
 * Exercise notebooks in which the numbers given on paper are others for each student. Which ones follows from a seed
 * and the student's name; handout.json, beside the notebooks, tells the grader what was handed out.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cut } from "../exercises/cut";
import { dealt, withRows } from "../exercises/given";
import type { Lesson } from "../exercises/lesson";
import { type Notebook, serializeNotebook } from "../notebook/format";
import { writeFile } from "./results";

export interface Handout {
  schema: 1;
  seed: number;
  /** Fingerprint of all the numbers that there are to hand out. */
  numbers: string;
  students: string[];
}

export const has = ({ students }: Handout, student: string): boolean =>
  students.includes(student.normalize());

/** The lesson as one student gets it. */
export const lessonFor = (lesson: Lesson, seed: number, student: string): Lesson =>
  withRows(lesson, (exercise) => dealt(seed, student, exercise));

export const varies = ({ exercises }: Lesson): boolean => exercises.some(({ given }) => given);

function numbersOf(lessons: readonly Lesson[]): string {
  const all = lessons.flatMap(({ exercises }) => exercises.map(({ id, given }) => [id, given ?? null]));
  return createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16);
}

/** One name a line. @throws if two are the same, or one cannot be the name of a folder */
export function readStudents(file: string): string[] {
  const names = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim().normalize())
    .filter(Boolean);
  if (names.length === 0) throw new Error(`${file}: expected a student's name on each line; it is empty`);
  for (const name of names) {
    if (/^\.|[/\\:*?"<>|\p{Cc}]/u.test(name))
      throw new Error(`${file}: "${name}" cannot be the name of a folder`);
    if (names.indexOf(name) !== names.lastIndexOf(name))
      throw new Error(`${file}: "${name}" stands there twice`);
  }
  return names;
}

/** Writes FOLDER/<student>/NN-topic.ipynb. A folder that was handed out before takes further students and lessons. */
export function writeHandout(
  folder: string,
  all: readonly Lesson[],
  lessons: readonly Lesson[],
  seed: number,
  students: readonly string[],
): Handout {
  const numbers = numbersOf(all);
  const known = existsSync(join(folder, "handout.json")) ? readHandout(folder, all) : undefined;
  if (known && known.seed !== seed)
    throw new Error(`${folder} was made with --seed ${known.seed}: another seed needs another folder`);
  if (!known && existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} holds other files: name a new folder`);
  for (const student of students)
    for (const lesson of lessons)
      writeNew(join(folder, student, `${lesson.name}.ipynb`), cut(lessonFor(lesson, seed, student)));
  const handout: Handout = {
    schema: 1,
    seed,
    numbers,
    students: [...new Set([...(known?.students ?? []), ...students])].sort(),
  };
  writeFile(join(folder, "handout.json"), `${JSON.stringify(handout, null, 1)}\n`);
  return handout;
}

function writeNew(file: string, notebook: Notebook): void {
  const text = serializeNotebook(notebook);
  if (!existsSync(file)) writeFile(file, text);
  else if (readFileSync(file, "utf8") !== text)
    throw new Error(`${file} was changed since it was handed out; it is left as it is: name a new folder`);
}

/** @throws if nothing was handed out there, or the course gives other numbers since */
export function readHandout(folder: string, lessons: readonly Lesson[]): Handout {
  const file = join(folder, "handout.json");
  if (!existsSync(file)) throw new Error(`${file} is missing: expected a folder that grade handout made`);
  const handout = JSON.parse(readFileSync(file, "utf8")) as Handout;
  if (handout.numbers !== numbersOf(lessons))
    throw new Error(`${folder} was made from other solutions/: grade it with the course as it was then`);
  return handout;
}
