import { stripVTControlCharacters } from "node:util";
import { blankMessage } from "unrolled/check";
import type { Exercise, Lesson } from "./lesson";
import { declaredIn, type Plan, type Step } from "./plan";
import type { StepResult } from "./run";

/** Says in the learner's words why an exercise's solution or test cell did not pass. */
export function diagnose(
  { step, result, hidden }: StepResult,
  lesson: Lesson,
  plan: Plan,
  failed: ReadonlySet<Exercise>,
): string {
  const exercise = step.exercise!;
  const place = step.role === "solution" ? `your solution (${step.where})` : "your code, called by the test,";
  if (result.status === "ok") return "";
  if (result.status === "late")
    return (
      `${place} was still running after ${result.seconds} s and was stopped: an endless loop? ` +
      "Look at how each loop ends (a longer limit: --timeout 120)"
    );
  if (result.status === "died")
    return result.cause === "memory"
      ? `${place} used up the memory: a list that grows without end, or far too large a matrix?`
      : `${place} ended the whole process (${result.how}): take process.exit and the like out`;

  const { ename, evalue, traceback } = result.error;
  const missing = /Cannot find name '(\w+)'|^(\w+) is not defined/.exec(evalue);
  const name = missing?.[1] ?? missing?.[2];
  const source = name && lesson.exercises.find((other) => declared(other).includes(name));
  if (source && source !== exercise)
    return `this exercise uses \`${name}\` from ${source.id}, ${stateOf(source, plan, failed)}: mend ${source.id} first`;
  if (source && step.role === "test")
    return `your solution (${solutionOf(exercise, plan)?.where}) no longer defines \`${name}\`, which the test calls; keep the names that the blank gives`;

  if (step.role === "solution")
    return `your solution (${step.where}) does not run:\n${readable(traceback, plan) || `${ename}: ${evalue}`}`;
  if (evalue.includes(blankMessage)) return notDone(exercise, lesson, plan);
  if (ename.endsWith("CheckError") || ename === "Error")
    return [hidden ? concealed(evalue) : evalue, ...dependsOn(exercise, lesson, plan, failed)].join("\n");
  const frame = ownFrame(traceback, exercise, plan);
  return [`${ename}: ${evalue}`, ...frame, ...dependsOn(exercise, lesson, plan, failed)].join("\n");
}

/**
 * What a test says that the notebook does not show: without the value that it expects. A likely cause may say how the
 * two are related ("yours is 2 × the expected value"), so then without what it got, too.
 */
function concealed(message: string): string {
  const values = message.includes("\n  likely cause:") ? /\n {2}(?:expected|got) .*/g : /\n {2}expected .*/g;
  return `${message.replace(values, "")}\n(a case that the notebook does not show)`;
}

/** Where in the learner's solution the error was thrown; nothing of the test is shown. */
function ownFrame(traceback: string[], exercise: Exercise, plan: Plan): string[] {
  const lines = readable(traceback, plan).split("\n");
  const at = lines.findIndex((line) => line.startsWith(`${solutionOf(exercise, plan)?.where}, line `));
  if (at < 0) return [];
  const end = lines.findIndex((line, i) => i > at && !/^[> ] *\d* \|/.test(line));
  return lines.slice(at, end < 0 ? undefined : end);
}

/** A wrong answer further up may be the cause. */
function dependsOn(exercise: Exercise, lesson: Lesson, plan: Plan, failed: ReadonlySet<Exercise>): string[] {
  const [other, name] = usedFrom(exercise, lesson, plan, failed) ?? [];
  return other
    ? [`(it uses \`${name}\` from ${other.id}, which does not pass yet: mend ${other.id} first)`]
    : [];
}

function notDone(exercise: Exercise, lesson: Lesson, plan: Plan): string {
  const own = solutionOf(exercise, plan);
  if (own?.source.includes(blankMessage))
    return `a part is still to be written: the line "throw new Error(…)" is still in your solution (${own.where})`;
  const [other, name] = usedFrom(exercise, lesson, plan, plan.blank) ?? [];
  if (other)
    return `this exercise uses \`${name}\` from ${other.id}, which is not done yet: do ${other.id} first`;
  return `${blankMessage} (a function that this exercise uses is not written yet)`;
}

function solutionOf(exercise: Exercise, plan: Plan): Step | undefined {
  return plan.steps.find((step) => step.role === "solution" && step.exercise === exercise);
}

/** The first of these exercises that this one uses, with the name that it uses. */
function usedFrom(
  exercise: Exercise,
  lesson: Lesson,
  plan: Plan,
  among: ReadonlySet<Exercise>,
): [Exercise, string] | undefined {
  const code = [solutionOf(exercise, plan)?.source, ...exercise.tests.map(({ cell }) => cell.source)].join(
    "\n",
  );
  for (const other of lesson.exercises) {
    if (other === exercise || !among.has(other)) continue;
    const name = declared(other).find((candidate) => new RegExp(`\\b${candidate}\\b`).test(code));
    if (name) return [other, name];
  }
  return undefined;
}

function stateOf(exercise: Exercise, plan: Plan, failed: ReadonlySet<Exercise>): string {
  if (plan.missing.has(exercise)) return "whose solution cell is missing";
  return failed.has(exercise) ? "whose solution does not run" : "which does not define it";
}

/** The names that an exercise's solution gives to the rest of the notebook. */
export function declared(exercise: Exercise): string[] {
  return declaredIn(exercise.solution.cell.source);
}

/** The traceback without colors, its cells named as the learner finds them. */
function readable(traceback: string[], plan: Plan): string {
  const whereIs = (number: string) => plan.steps.find((step) => step.number === Number(number))?.where;
  const text = stripVTControlCharacters(traceback.join("\n")).trim();
  return text.replace(/\bcell \[(\d+)\]/g, (label, number) => whereIs(number) ?? label);
}
