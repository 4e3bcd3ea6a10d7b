import { check } from "./check";
import { type Course, exercisesPath } from "./course";
import type { Exercise, Lesson } from "./lesson";
import { withoutMarkers } from "./markers";

/** The worked solution with its why, if the learner's own passes or `anyway`; else what to do first. */
export async function solution(
  course: Course,
  lesson: Lesson,
  exercise: Exercise,
  options: { anyway: boolean; limit: number },
): Promise<{ shown: boolean; text: string }> {
  const { id, title, why } = exercise;
  if (!options.anyway) {
    const file = exercisesPath(course, lesson);
    const [report] = await check(course, [{ lesson, file, exercises: [exercise] }], options.limit);
    const own = report!.exercises[0]!;
    if (own.status !== "passed") {
      const state = own.status === "blank" ? "is not started" : `does not pass yet: ${own.diagnosis}`;
      const next = `A hint: npm run hint -- ${id}   The solution all the same: npm run solution -- ${id} --anyway`;
      return { shown: false, text: `${id} ${title} ${state}\n${next}` };
    }
  }
  return {
    shown: true,
    text: `${id} ${title}\n\n${withoutMarkers(exercise.solution.cell.source)}\n\nWhy: ${why}`,
  };
}
