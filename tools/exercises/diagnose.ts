import { stripVTControlCharacters } from "node:util";
import type { Exercise, Lesson } from "./lesson";
import { blankMessage } from "./markers";
import type { Plan, Step } from "./plan";
import type { CellResult } from "./runner";

/** Says in the learner's words why an exercise's solution or test cell did not pass. */
export function diagnose(
  { step, result }: { step: Step; result: CellResult },
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
    return `${place} ended the whole process (${result.how}): take process.exit and the like out`;

  const { ename, evalue, traceback } = result.error;
  const missing = /Cannot find name '(\w+)'|^(\w+) is not defined/.exec(evalue);
  const name = missing?.[1] ?? missing?.[2];
  const source = name && lesson.exercises.find((other) => declared(other).includes(name));
  if (source && source !== exercise)
    return `this exercise uses \`${name}\` from ${source.id}, ${stateOf(source, plan, failed)}: mend ${source.id} first`;
  if (source && step.role === "test")
    return `your solution (${step.where}) no longer defines \`${name}\`, which the test calls; keep the names that the blank gives`;

  if (step.role === "solution")
    return `your solution (${step.where}) does not run:\n${text(traceback, ename, evalue)}`;
  if (evalue.includes(blankMessage)) return notDone(exercise, lesson, plan);
  return ename === "CheckError" || ename === "Error" ? evalue : `${ename}: ${evalue}`;
}

function notDone(exercise: Exercise, lesson: Lesson, plan: Plan): string {
  const own = plan.steps.find((step) => step.role === "solution" && step.exercise === exercise);
  if (own?.source.includes(blankMessage))
    return `a part is still to be written: the line "throw new Error(…)" is still in your solution (${own.where})`;
  const code = [own?.source, ...exercise.tests.map(({ cell }) => cell.source)].join("\n");
  for (const other of lesson.exercises) {
    const used = declared(other).find((name) => new RegExp(`\\b${name}\\b`).test(code));
    if (other !== exercise && plan.blank.has(other) && used)
      return `this exercise uses \`${used}\` from ${other.id}, which is not done yet: do ${other.id} first`;
  }
  return `${blankMessage} (a function that this exercise uses is not written yet)`;
}

function stateOf(exercise: Exercise, plan: Plan, failed: ReadonlySet<Exercise>): string {
  if (plan.missing.has(exercise)) return "whose solution cell is missing";
  return failed.has(exercise) ? "whose solution does not run" : "which does not define it";
}

/** The names that an exercise's solution gives to the rest of the notebook. */
export function declared(exercise: Exercise): string[] {
  const found = exercise.solution.cell.source.matchAll(
    /^(?:async\s+)?(?:function\*?|const|let|var|class|interface|type)\s+(\w+)/gm,
  );
  return [...found].map((match) => match[1]!);
}

function text(traceback: string[], ename: string, evalue: string): string {
  const lines = stripVTControlCharacters(traceback.join("\n")).trim();
  return lines === "" ? `${ename}: ${evalue}` : lines;
}
