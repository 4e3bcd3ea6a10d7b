/** check() and hint() in the browser: a worker that judges, with the code of tools/exercises. */
import "./standins/globals";
import { colored, lessonBoard } from "../exercises/board";
import { nextHint } from "../exercises/hint";
import { checkNotebook, parseLearner } from "../exercises/judge";
import { readLesson } from "../exercises/lesson";
import { plan } from "../exercises/plan";
import { parseNotebook } from "../notebook/format";
import { FOLDERS } from "./folders";
import { startSession } from "./remote";

export interface Case {
  verb: "check" | "hint";
  /** "04-bptt" */
  name: string;
  /** "04.2": of that exercise alone */
  exercise?: string;
  /** What examination.ts made of the lesson. */
  examination: string;
  /** The learner's notebook, and how it is called. */
  notebook: string;
  file: string;
  /** Hints that were seen, by exercise. */
  seen: Record<string, number>;
  worker: string;
  base: string;
}
export interface Verdict {
  text: string;
  seen: Record<string, number>;
  /** Whether each exercise that was checked passes. */
  passes: Record<string, boolean>;
}

async function judge(given: Case): Promise<Verdict> {
  const { name, exercise, file, seen } = given;
  const lesson = readLesson(name, parseNotebook(given.examination, name));
  const wanted = lesson.exercises.filter(({ id }) => exercise === undefined || id === exercise);
  if (wanted.length === 0)
    throw new Error(
      `"${exercise}": lesson ${lesson.number} has only ${lesson.exercises.map(({ id }) => id).join(", ")}`,
    );
  if (given.verb === "hint") {
    const [one] = wanted;
    if (exercise === undefined || !one)
      throw new Error(`hint: which exercise? Say its number, as in hint("${lesson.number}.1")`);
    const { text, shown } = nextHint(one, seen[one.id] ?? 0, false);
    return { text: here(text), seen: { ...seen, [one.id]: shown }, passes: {} };
  }
  Object.assign(FOLDERS, { worker: given.worker, base: given.base });
  const supply = {
    limit: 30,
    take: async () => ({ session: startSession({ cwd: "exercises" }), ran: [] }),
  };
  const learner = parseLearner(given.notebook, file);
  const found = await checkNotebook(lesson, plan(lesson, learner), { supply, wanted });
  const text = lessonBoard({ lesson: lesson.number, title: lesson.title, file, ...found }, colored);
  const passes = Object.fromEntries(found.exercises.map(({ id, status }) => [id, status === "passed"]));
  return { text: here(text), seen, passes };
}

/** What is done with npm at home, as far as it is there in a browser. */
const here = (text: string): string =>
  text
    .replace(/ The worked solution: npm run solution .*/g, "")
    .replace(/ ?\(npm run reset -- [^)]*\)/g, "")
    .replace(/npm run (hint|check) -- (\d\d(?:\.\d+)?)/g, '$1("$2")');

self.onmessage = ({ data }: MessageEvent<Case>) =>
  void judge(data).then(
    (verdict) => self.postMessage(verdict),
    (error: Error) => self.postMessage({ error: error.message }),
  );
