import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readNotebook } from "../notebook/format";
import { type Exercise, type Lesson, readLesson } from "./lesson";

/** The folders of a course; `root` is the folder with solutions/ and exercises/ in it. */
export interface Course {
  root: string;
  lessons: Lesson[];
}

/** What a command was asked for: lessons, each with all or some of its exercises. */
export interface Selection {
  lesson: Lesson;
  exercises: Exercise[];
}

export const projectRoot: string = join(__dirname, "../../..");

/** Reads every solutions notebook. Throws one Error with the problems of all of them. */
export function readCourse(root: string): Course {
  const folder = join(root, "solutions");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const notebooks = names.filter((name) => /^[^.].*\.ipynb$/.test(name)).sort();
  const problems: string[] = [];
  const lessons: Lesson[] = [];
  for (const file of notebooks) {
    try {
      lessons.push(readLesson(file.replace(/\.ipynb$/, ""), readNotebook(join(folder, file))));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return { root, lessons };
}

export function exercisesPath(course: Course, lesson: Lesson): string {
  return join(course.root, "exercises", `${lesson.name}.ipynb`);
}

/** Understands "04", "4", "04.2", "4.2", "04-bptt" and a path to the notebook. Nothing given means everything. */
export function select(course: Course, wanted: readonly string[]): Selection[] {
  if (wanted.length === 0) return course.lessons.map((lesson) => ({ lesson, exercises: lesson.exercises }));
  const chosen = new Map<Lesson, Set<Exercise>>();
  for (const word of wanted) {
    const { lesson, exercises } = find(course, word);
    const set = chosen.get(lesson) ?? new Set();
    for (const exercise of exercises) set.add(exercise);
    chosen.set(lesson, set);
  }
  return course.lessons
    .filter((lesson) => chosen.has(lesson))
    .map((lesson) => ({ lesson, exercises: lesson.exercises.filter((e) => chosen.get(lesson)!.has(e)) }));
}

/** The one exercise that a command such as hint needs. */
export function selectOne(course: Course, words: readonly string[], verb: string): [Lesson, Exercise] {
  const example = course.lessons[0]?.exercises[0]?.id ?? "04.2";
  const usage = `expected the number of one exercise, as in: npm run ${verb} -- ${example}`;
  if (words.length !== 1) throw new Error(`${usage} (npm run list shows all)`);
  const { lesson, exercises } = find(course, words[0]!);
  if (exercises.length !== 1 || !/\.\d+$/.test(words[0]!))
    throw new Error(`"${words[0]}" is a lesson; ${usage}; it has ${numbers(lesson)}`);
  return [lesson, exercises[0]!];
}

function find(course: Course, word: string): Selection {
  const name = word.replace(/^.*[\\/]/, "").replace(/\.ipynb$/, "");
  const match = /^(\d{1,2})(?:\.(\d+)|-.*)?$/.exec(name);
  const number = match?.[1]?.padStart(2, "0");
  const lesson = course.lessons.find((l) => l.number === number);
  if (!lesson) {
    const known = course.lessons.map((l) => l.number).join(", ") || "none (solutions/ is empty)";
    throw new Error(`"${word}": no such lesson; expected a number like 04 or 04.2; lessons: ${known}`);
  }
  if (!match?.[2]) return { lesson, exercises: lesson.exercises };
  const exercise = lesson.exercises.find(({ id }) => id === `${number}.${Number(match[2])}`);
  if (!exercise) throw new Error(`"${word}": lesson ${number} has only ${numbers(lesson)}`);
  return { lesson, exercises: [exercise] };
}

function numbers(lesson: Lesson): string {
  return lesson.exercises.map(({ id }) => id).join(", ");
}
