import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readNotebook } from "../notebook/format";
import { type Exercise, type Lesson, readLesson } from "./lesson";
import { lessonIn } from "./whose";

/** The folders of a course; `root` is the folder with solutions/ and exercises/ in it. */
export interface Course {
  root: string;
  lessons: Lesson[];
}

/** What a command was asked for: notebooks, each with all or some of its lesson's exercises. */
export interface Selection {
  lesson: Lesson;
  /** the learner's notebook, in exercises/ unless a path was given */
  file: string;
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

/** How a learner's file is called in messages: from the course's folder, if it is in it. */
export function nameOf(course: Course, file: string): string {
  const name = relative(course.root, file).replaceAll("\\", "/");
  return name.startsWith("..") ? file : name;
}

/** What to say to a command that is to work on this notebook. */
export function wordFor(course: Course, { lesson, file }: Omit<Selection, "exercises">): string {
  if (file === exercisesPath(course, lesson)) return lesson.number;
  return file.includes(" ") ? JSON.stringify(file) : file;
}

/** Understands "04", "4", "04.2", "4.2", "04-bptt" and a path to a notebook. Nothing given means everything. */
export function select(course: Course, wanted: readonly string[]): Selection[] {
  const chosen = new Map<string, Selection>();
  for (const word of wanted.length > 0 ? wanted : course.lessons.map(({ number }) => number)) {
    const { lesson, file, exercises } = find(course, word);
    const before = chosen.get(file)?.exercises ?? [];
    const all = lesson.exercises.filter((e) => before.includes(e) || exercises.includes(e));
    chosen.set(file, { lesson, file, exercises: all });
  }
  return [...chosen.values()].sort((a, b) => (a.lesson.number < b.lesson.number ? -1 : 1));
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
  if (/[\\/]|\.ipynb$/.test(word)) return findFile(course, word);
  const match = /^(\d{1,2})(?:\.(\d+)|-.*)?$/.exec(word);
  const number = match?.[1]?.padStart(2, "0");
  const lesson = course.lessons.find((l) => l.number === number);
  if (!lesson) {
    const known = course.lessons.map((l) => l.number).join(", ") || "none (solutions/ is empty)";
    throw new Error(`"${word}": no such lesson; expected a number like 04 or 04.2; lessons: ${known}`);
  }
  const file = exercisesPath(course, lesson);
  if (!match?.[2]) return { lesson, file, exercises: lesson.exercises };
  const exercise = lesson.exercises.find(({ id }) => id === `${number}.${Number(match[2])}`);
  if (!exercise) throw new Error(`"${word}": lesson ${number} has only ${numbers(lesson)}`);
  return { lesson, file, exercises: [exercise] };
}

/** A path means that very file, whose cells tell its lesson; npm says where the command was typed. */
function findFile(course: Course, word: string): Selection {
  const places = [process.env.INIT_CWD ?? "", process.cwd(), course.root].map((place) =>
    resolve(place, word),
  );
  const file = places.find((path) => existsSync(path));
  const missing = course.lessons.find((lesson) => places.includes(exercisesPath(course, lesson)));
  if (!file && missing) return find(course, missing.number);
  if (!file) throw new Error(`"${word}": there is no such file (looked for ${places[0]})`);
  if (statSync(file).isDirectory()) throw new Error(`"${word}" is a folder; name a notebook in it`);
  const lesson = lessonIn(file, course.lessons);
  if (!lesson) throw new Error(`"${word}" holds no exercises of this course (npm run list shows them)`);
  return { lesson, file, exercises: lesson.exercises };
}

function numbers(lesson: Lesson): string {
  return lesson.exercises.map(({ id }) => id).join(", ");
}
