/** What a teacher gets to read: how the class did, what was hard, and which mistakes were made. */
import type { Grades } from "../grades";
import { fileOf } from "../results";
import type { Verdict } from "../verdict";
import { escaped, page, table } from "./html";

export function overviewPage(grades: Grades): string {
  const { students, settings } = grades;
  const verdicts = students.flatMap(({ notebooks }) => notebooks.flatMap(({ exercises }) => exercises));
  const { kind, walls } = settings.sandbox;
  const facts = [
    `${students.length} students`,
    `sandbox: ${kind} (${walls})`,
    settings.seed === undefined ? "the notebooks' own cases" : `seed ${settings.seed}`,
    `lessons ${settings.bundle}, Node.js ${settings.versions.node}`,
  ];
  return page(
    "The class",
    [
      `<p>${facts.map(escaped).join(" · ")}</p>`,
      "<h2>Distribution</h2>",
      distribution(grades),
      "<h2>Exercises, the hardest first</h2>",
      exercisesTable(verdicts),
      "<h2>The commonest wrong answers</h2>",
      misconceptions(verdicts),
      "<h2>Students</h2>",
      studentsTable(grades),
    ].join("\n"),
  );
}

function distribution({ students }: Grades): string {
  const counts = new Array<number>(10).fill(0);
  for (const { points, of } of students)
    counts[Math.min(9, Math.floor((10 * points) / Math.max(of, 1e-9)))]! += 1;
  const most = Math.max(1, ...counts);
  const rows = counts.map((count, i) => [
    `${10 * i}–${10 * (i + 1)} %`,
    `<span class="bar" style="width:${Math.round((20 * count) / most)}rem"></span> ${count}`,
  ]);
  return table([{ head: "of the points" }, { head: "students" }], rows);
}

function exercisesTable(verdicts: readonly Verdict[]): string {
  const groups = grouped(verdicts, ({ exercise }) => exercise);
  const rows = groups.map(([exercise, list]) => {
    const share =
      list.reduce((sum, { points }) => sum + points, 0) /
      Math.max(
        1e-9,
        list.reduce((sum, { of }) => sum + of, 0),
      );
    const states = grouped(list, ({ status }) => status).sort(([, a], [, b]) => b.length - a.length);
    return {
      share,
      cells: [
        `${escaped(exercise)} ${escaped(list[0]!.title)}`,
        `${(100 * share).toFixed(0)} %`,
        escaped(states.map(([status, { length }]) => `${length} ${status}`).join(", ")),
      ],
    };
  });
  rows.sort((a, b) => a.share - b.share);
  const columns = [{ head: "exercise" }, { head: "of its points", number: true }, { head: "how it went" }];
  return table(
    columns,
    rows.map(({ cells }) => cells),
  );
}

function misconceptions(verdicts: readonly Verdict[]): string {
  const known = verdicts.filter(({ misconception }) => misconception !== undefined);
  const groups = grouped(known, ({ exercise, misconception }) => `${exercise} ${misconception}`);
  if (groups.length === 0) return "<p>None that the exercises know.</p>";
  groups.sort(([, a], [, b]) => b.length - a.length);
  const rows = groups.map(([words, list]) => [escaped(words), String(list.length)]);
  return table([{ head: "mistake" }, { head: "students", number: true }], rows);
}

function studentsTable({ students }: Grades): string {
  const rows = students.map(({ student, points, of }) => [
    `<a href="feedback/${escaped(encodeURIComponent(fileOf(student)))}.html">${escaped(student)}</a>`,
    escaped(points),
    escaped(of),
  ]);
  return table([{ head: "student" }, { head: "points", number: true }, { head: "of", number: true }], rows);
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
