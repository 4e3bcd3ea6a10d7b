import { positive, readCommand, usageOf } from "../command";
import { closeAll } from "../session/remote";
import { lessonBoard, paintFor, summary } from "./board";
import { allPassed, check } from "./check";
import { type Course, nameOf, projectRoot, readCourse, select, selectOne } from "./course";
import { hint } from "./hint";
import { list } from "./list";
import { compare, release } from "./release";
import { reset, restore } from "./reset";
import { solution } from "./solution";
import { verify } from "./verify";
import { watch } from "./watch";
import { backUp } from "./work";

const verbs = {
  exercises: cutAll,
  check: checkAll,
  hint: showHint,
  solution: showSolution,
  reset: resetSome,
  list: listAll,
  verify: verifyAll,
} as const;

interface Call {
  course: Course;
  words: string[];
  flags: Record<string, string | boolean | undefined>;
  /** seconds for one cell */
  limit: number;
}

const CELL_SECONDS = 30;
const print = (text: string) => process.stdout.write(`${text}\n`);
const paint = paintFor(process.stdout);

/** Runs one verb; returns the exit code. Throws an Error whose message is for the user. */
export async function main(
  [verb = "nothing", ...args]: readonly string[],
  root: string = projectRoot,
): Promise<number> {
  const chosen = verbs[verb as keyof typeof verbs];
  if (!chosen) throw new Error(`expected one of ${Object.keys(verbs).join(", ")}; got ${verb}`);
  const { flags, words } = readCommand(verb, args);
  const limit = positive("timeout", flags.timeout, CELL_SECONDS);
  return chosen({ course: readCourse(root), words, flags, limit });
}

async function cutAll({ course, flags }: Call): Promise<number> {
  if (flags.check) {
    const stale = compare(course, Boolean(process.env.CI));
    for (const line of stale) print(line);
    if (stale.length === 0) print(`exercises/: all ${course.lessons.length} are what the solutions give`);
    return stale.length === 0 ? 0 : 1;
  }
  const { written, unchanged, kept } = release(course);
  for (const name of written) print(`cut ${name}`);
  for (const line of kept) print(line);
  print(`exercises/: ${written.length} written, ${unchanged.length} unchanged, ${kept.length} left alone`);
  return kept.length === 0 ? 0 : 1;
}

async function checkAll({ course, words, flags, limit }: Call): Promise<number> {
  process.stdout.on("error", () => process.exit(1)); // whoever read has gone, as `head` does
  const selections = select(course, words);
  if (flags.watch) {
    await watch(course, selections, { limit, paint, print });
    return 0;
  }
  const reports = await check(course, selections, limit, (report) => {
    if (!flags.json) print(`${lessonBoard(report, paint)}\n`);
  });
  const passed = allPassed(reports);
  if (flags.json) print(JSON.stringify({ passed, lessons: reports }, null, 2));
  else print(summary(reports, paint));
  return passed ? 0 : 1;
}

async function showHint({ course, words, flags }: Call): Promise<number> {
  print(hint(course, selectOne(course, words, "hint")[1], Boolean(flags.all)));
  return 0;
}

async function showSolution({ course, words, flags, limit }: Call): Promise<number> {
  const [lesson, exercise] = selectOne(course, words, "solution");
  const { shown, text } = await solution(course, lesson, exercise, { anyway: Boolean(flags.anyway), limit });
  print(text);
  return shown ? 0 : 1;
}

async function resetSome({ course, words, flags }: Call): Promise<number> {
  if (words.length === 0) throw new Error(`reset what? Usage: ${usageOf("reset")}`);
  for (const selection of select(course, words)) {
    const file = nameOf(course, selection.file);
    try {
      const backup = backUp(course, selection.file);
      if (flags.locked) {
        restore(course, selection);
        print(`what is locked is as it was in ${file}; your answers are untouched`);
      } else {
        const whole = reset(selection);
        const { lesson, exercises } = selection;
        print(
          `${whole ? `lesson ${lesson.number}` : exercises.map(({ id }) => id).join(", ")} is blank again in ${file}`,
        );
      }
      if (backup) print(`  what was there: ${backup}`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!["EACCES", "EPERM", "EROFS"].includes(code ?? "")) throw error;
      throw new Error(
        `${file}: it cannot be written here (${code}): make the course's folder writable, or copy it`,
      );
    }
  }
  print("If the notebook is open in JupyterLab: File, Reload Notebook from Disk.");
  return 0;
}

async function listAll({ course, words }: Call): Promise<number> {
  print(list(select(course, words), paint));
  return 0;
}

async function verifyAll({ course, words, limit }: Call): Promise<number> {
  const lessons = select(course, words).map(({ lesson }) => lesson);
  const verdicts = await verify({ ...course, lessons }, limit, ({ lesson, problems, ...counts }) => {
    const { exercises, points, wrongAnswers, tests } = counts;
    print(
      `${problems.length === 0 ? "✓" : "✗"} ${lesson}: ${exercises} exercises, ${points} points, ` +
        `${tests} test cells, ${wrongAnswers} wrong answers`,
    );
    for (const problem of problems) print(problem.replace(/^/gm, "    "));
  });
  const stale = compare({ ...course, lessons }, Boolean(process.env.CI));
  for (const line of stale) print(line);
  const sum = (key: "exercises" | "points" | "wrongAnswers" | "tests") =>
    verdicts.reduce((n, v) => n + v[key], 0);
  print(
    `${verdicts.length} lessons: ${sum("exercises")} exercises, ${sum("points")} points, ` +
      `${sum("tests")} test cells, ${sum("wrongAnswers")} wrong answers`,
  );
  return stale.length === 0 && verdicts.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

if (require.main === module) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      closeAll();
      process.exit(130);
    });
  main(process.argv.slice(2)).then(
    // not process.exitCode: a process that a cell left behind may still hold the pipes of its session
    (code) => process.stdout.write("", () => process.exit(code)),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    },
  );
}
