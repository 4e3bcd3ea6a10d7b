import { type Paint, stars } from "./board";
import type { Selection } from "./course";

/** Every exercise with its difficulty, minutes and points. */
export function list(selections: readonly Selection[], paint: Paint): string {
  const lines: string[] = [];
  for (const { lesson, exercises } of selections) {
    const minutes = exercises.reduce((sum, e) => sum + e.minutes, 0);
    const points = exercises.reduce((sum, e) => sum + e.points, 0);
    lines.push(
      paint(
        "bold",
        `${lesson.number} ${lesson.title}  exercises/${lesson.name}.ipynb  ${minutes} min, ${points} points`,
      ),
    );
    for (const e of exercises)
      lines.push(
        `  ${e.id} ${stars(e.difficulty)} ${e.title}  ${paint("dim", `${e.minutes} min, ${e.points} points`)}`,
      );
  }
  return lines.join("\n");
}
