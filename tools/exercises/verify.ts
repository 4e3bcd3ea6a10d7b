import { join } from "node:path";
import { blankMessage } from "unrolled/check";
import { serializeNotebook } from "../notebook/format";
import { inParallel } from "../parallel";
import { type CellResult, hasEnded, startSession } from "../session/remote";
import { checkNotebook, freshSupply } from "./check";
import type { Course } from "./course";
import { cut } from "./cut";
import { problemsOf, withRows } from "./given";
import type { Exercise, Lesson, Part } from "./lesson";
import { cutRegions } from "./markers";
import { plan } from "./plan";

export interface Verdict {
  lesson: string;
  exercises: number;
  points: number;
  wrongAnswers: number;
  tests: number;
  problems: string[];
}

/** Proves the set of exercises, lesson by lesson: what is written, what is right, what is wrong, what is blank. */
export async function verify(
  course: Course,
  limit: number,
  onLesson: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const jobs = course.lessons.flatMap((lesson) => [
    { lesson, work: () => provedRight(course, lesson, limit) },
    { lesson, work: () => provedWrong(course, lesson, limit) },
  ]);
  const found = new Map(course.lessons.map((lesson) => [lesson, { problems: written(lesson), left: 2 }]));
  const verdicts: Verdict[] = [];
  await inParallel(jobs, async ({ lesson, work }) => {
    const state = found.get(lesson)!;
    state.problems.push(...(await work()));
    state.left -= 1;
    if (state.left > 0) return;
    const count = (of: (e: Exercise) => number) => lesson.exercises.reduce((sum, e) => sum + of(e), 0);
    const verdict = {
      lesson: lesson.name,
      exercises: lesson.exercises.length,
      points: count((e) => e.points),
      wrongAnswers: count((e) => e.wrongAnswers.length),
      tests: count((e) => e.tests.length),
      problems: state.problems,
    };
    verdicts.push(verdict);
    onLesson(verdict);
  });
  return verdicts.sort((a, b) => (a.lesson < b.lesson ? -1 : 1));
}

/** What can be seen without running anything. */
export function written(lesson: Lesson): string[] {
  const problems: string[] = [];
  for (const e of lesson.exercises) {
    const expect = (condition: boolean, problem: string) => condition || problems.push(`${e.id}: ${problem}`);
    const text = e.statement.replace(/^#+ .*$/gm, "").trim();
    expect(text.length >= 40, "the statement says nothing below its heading");
    expect(e.hints.length >= 2 && e.hints.length <= 3, `expected 2 or 3 hints, got ${e.hints.length}`);
    expect(
      e.hints.every((hint) => typeof hint === "string" && hint.trim() !== ""),
      "a hint is empty",
    );
    expect(e.why.trim() !== "", "the solution has no why");
    expect(e.wrongAnswers.length >= 2, `expected two or more wrong answers, got ${e.wrongAnswers.length}`);
    expect(
      e.tests.some((test) => test.cell.source.includes("BEGIN HIDDEN TESTS")),
      "no hidden test",
    );
    expect(
      e.tests.every((test) => test.released.trim() !== ""),
      "a test cell has no visible test",
    );
    problems.push(...problemsOf(e));
  }
  return [...problems, ...leaks(lesson), ...borrowed(lesson)];
}

/** Names of the library that a test takes from the setup cell, where a learner's own helper may stand in their place. */
export function borrowed(lesson: Lesson): string[] {
  const setup = lesson.parts.filter(({ role }) => role === "locked").map(({ cell }) => cell.source);
  const imports = [...setup.join("\n").matchAll(/import \{([^}]*)\} from "unrolled"/g)];
  const names = imports.flatMap((found) => found[1]!.split(",")).map((n) => n.replace("type ", "").trim());
  return lesson.parts
    .filter(({ role }) => role === "test")
    .flatMap(({ gradeId, cell }) => {
      const code = cell.source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\]|\\.)*"/g, "");
      const uses = (name: string) => new RegExp(`(?<![\\w.$])${name}\\b(?!\\s*:)`).test(code);
      const takes = (name: string) =>
        new RegExp(`(const|type|let) [^=]*\\b${name}\\b[^=]*=|\\(${name}: `).test(code);
      return names
        .filter((name) => name && uses(name) && !takes(name))
        .map(
          (name) =>
            `${gradeId}: take \`${name}\` in the test itself: const { ${name} } = require("unrolled")`,
        );
    });
}

/** Solutions, hidden tests, hints and whys that would reach the learner. */
export function leaks(lesson: Lesson): string[] {
  const problems: string[] = [];
  const released = cut(lesson);
  const shown = flat(released.cells.map(({ source }) => source).join("\n"));
  const whole = flat(serializeNotebook(released).replaceAll('\\"', '"'));
  if (/(BEGIN|END) (SOLUTION|HIDDEN TESTS)/.test(whole))
    problems.push("a marker reaches the exercise notebook");
  for (const part of lesson.parts)
    for (const name of ["SOLUTION", "HIDDEN TESTS"])
      for (const region of cutRegions(part.cell.source, name).removed)
        for (const passage of passages(region))
          if (shown.includes(passage))
            problems.push(`${part.gradeId}: this is in the exercise too: ${passage}`);
  for (const { id, hints, why, wrongAnswers } of lesson.exercises)
    for (const text of [...hints, why, ...wrongAnswers.map(({ name }) => name)].filter((t) => t.length > 25))
      if (whole.includes(flat(text))) problems.push(`${id}: this is in the exercise too: ${text}`);
  return problems;
}

/** What of a region is telling: the whole of it if it is one line, else each two lines together. */
function passages(region: string): string[] {
  const code = region.split("\n").filter((line) => !/^\s*(\/\/.*|[{}()[\];,]*)\s*$/.test(line));
  const lines = code.map(flat);
  const found = lines.length === 1 ? lines : lines.slice(1).map((line, i) => `${lines[i]} ${line}`);
  return found.filter((passage) => passage.length >= (lines.length === 1 ? 20 : 40));
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The worked solutions, handed in as a learner's file, earn every point. */
async function provedRight(course: Course, lesson: Lesson, limit: number): Promise<string[]> {
  const supply = freshSupply(course, limit);
  const { exercises, notes } = await checkNotebook(lesson, plan(lesson, lesson.notebook), {
    supply,
    wanted: lesson.exercises,
  });
  const failed = exercises.filter((e) => e.status !== "passed");
  // that its solutions and tests differ from the blanks is no news here
  const news = notes.filter((note) => !note.includes("was changed"));
  return [...failed.map((e) => `${e.id}: the solution fails: ${e.diagnosis ?? e.status}`), ...news];
}

/**
 * One session for a lesson, with each cell's right version before what stands below it: for each exercise first the
 * wrong answers, then the blank, then the solution, with the tests after each of the wrong ones.
 */
async function provedWrong(course: Course, lesson: Lesson, limit: number): Promise<string[]> {
  const problems: string[] = [];
  const folder = join(course.root, "exercises");
  const right: string[] = [];
  let session = startSession({ cwd: folder });
  const execute = async (source: string): Promise<CellResult> => {
    const result = await session.execute(source, { seconds: limit });
    if (!hasEnded(result)) return result;
    session.close();
    session = startSession({ cwd: folder });
    for (const cell of right) await session.execute(cell, { seconds: limit });
    return result;
  };
  const judged = async (source: string, tests: readonly Part[]): Promise<Attempt> => {
    const own = await execute(source);
    const results: CellResult[] = [];
    if (own.status === "ok") for (const test of tests) results.push(await execute(test.cell.source));
    return { own, results };
  };

  try {
    for (const cell of lesson.notebook.cells) {
      const part = lesson.parts.find((candidate) => candidate.cell === cell);
      if (cell.cell_type !== "code" || part?.role === "test") continue;
      const exercise = part?.exercise;
      if (exercise) problems.push(...(await proveExercise(exercise, judged)));
      if (exercise?.given && problemsOf(exercise).length === 0)
        problems.push(...(await proveRows(lesson, exercise, execute)));
      right.push(cell.source);
      const result = await execute(cell.source);
      if (result.status !== "ok") problems.push(`cell ${cell.id} fails: ${messageOf(result)}`);
    }
  } finally {
    session.close();
  }
  return problems;
}

interface Attempt {
  own: CellResult;
  results: CellResult[];
}

async function proveExercise(
  exercise: Exercise,
  judged: (source: string, tests: readonly Part[]) => Promise<Attempt>,
): Promise<string[]> {
  const { id, tests, solution, wrongAnswers } = exercise;
  const problems: string[] = [];
  const killed = new Set<Part>();
  for (const { name, hint, source } of wrongAnswers) {
    const { own, results } = await judged(source, tests);
    const failing = results.filter(({ status }) => status !== "ok");
    for (const [i, { status }] of results.entries()) if (status !== "ok") killed.add(tests[i]!);
    const said = failing.map(messageOf).join("\n");
    if (own.status !== "ok")
      problems.push(`${id}: the wrong answer "${name}" does not run: ${messageOf(own)}`);
    else if (failing.length === 0) problems.push(`${id}: the wrong answer "${name}" passes`);
    else if (!said.includes(hint))
      problems.push(`${id}: the wrong answer "${name}" fails, but not with "${hint}": ${said}`);
  }
  for (const test of tests)
    if (!killed.has(test)) problems.push(`${id}: no wrong answer fails in ${test.gradeId}`);

  const { own, results } = await judged(solution.released, tests);
  if (own.status !== "ok") problems.push(`${id}: the blank does not run: ${messageOf(own)}`);
  for (const [i, result] of results.entries()) {
    const gradeId = tests[i]!.gradeId;
    if (result.status === "ok") problems.push(`${id}: the blank passes ${gradeId}`);
    else if (!messageOf(result).includes(blankMessage))
      problems.push(`${id}: the blank fails in ${gradeId}, but not for its own reason: ${messageOf(result)}`);
  }
  return problems;
}

/** With each row of given numbers the solution passes, and its answer passes with no other row. */
async function proveRows(
  lesson: Lesson,
  { id, given }: Exercise,
  execute: (source: string) => Promise<CellResult>,
): Promise<string[]> {
  const problems: string[] = [];
  const variants = given!.rows.map((_, row) =>
    withRows(lesson, (exercise) => (exercise.id === id ? row : 0)).exercises.find((one) => one.id === id),
  ) as Exercise[];
  const tests = variants.map((variant) => variant.tests.map(({ cell }) => cell.source).join("\n"));
  for (const [row, { solution }] of variants.entries()) {
    const results = [await execute(solution.cell.source), await execute(tests[row]!)];
    const failed = results.find(({ status }) => status !== "ok");
    if (failed) problems.push(`${id}: the solution fails with row ${row + 1} of given: ${messageOf(failed)}`);
    const others = tests.map(
      (test, other) => other !== row && `try {\n${test}\npassing.push(${other + 1});\n} catch {}`,
    );
    const all = `{ const passing: number[] = [];\n${others.filter(Boolean).join("\n")}
if (passing.length > 0) throw new Error("row " + passing.join(", ")); }`;
    const other = await execute(all);
    if (other.status !== "ok")
      problems.push(`${id}: the answer to row ${row + 1} of given passes elsewhere: ${messageOf(other)}`);
  }
  return problems;
}

function messageOf(result: CellResult): string {
  if (result.status === "ok") return "";
  if (result.status === "late") return `stopped after ${result.seconds} s`;
  if (result.status === "died") return `ended its process (${result.how})`;
  return `${result.error.ename}: ${result.error.evalue}`;
}
