/** The gradebook: results, the marks that people gave, and what lateness costs. It holds no times of this machine. */
import { readManual, withManual } from "./manual";
import { type Result, readResults, readSettings, type Settings } from "./results";
import type { Verdict } from "./verdict";

export interface NotebookGrade {
  lesson: string;
  title: string;
  submitted?: string;
  daysLate: number;
  /** Points taken off for lateness. */
  penalty: number;
  /** What counts: the exercises' points, less the penalty. */
  points: number;
  of: number;
  notes: string[];
  exercises: Verdict[];
}

export interface StudentGrade {
  student: string;
  points: number;
  of: number;
  notebooks: NotebookGrade[];
}

export interface Grades {
  /** docs/grades.md */
  schema: 1;
  settings: Settings;
  lessons: { lesson: string; title: string; of: number; exercises: string[] }[];
  students: StudentGrade[];
}

export function readGrades(report: string): Grades {
  const settings = readSettings(report);
  const results = readResults(report);
  const manual = readManual(report);
  const lessons = lessonsOf(results);
  const students = [...new Set(results.map(({ student }) => student))].map((student): StudentGrade => {
    const own = results.filter((result) => result.student === student);
    const notebooks = lessons.map((lesson) => {
      const result = own.find((one) => one.lesson === lesson.lesson);
      return gradeOf(result ?? missing(lesson, results), settings, (verdicts) =>
        withManual(verdicts, student, manual),
      );
    });
    return { student, points: sum(notebooks, "points"), of: sum(notebooks, "of"), notebooks };
  });
  return { schema: 1, settings, lessons, students };
}

function gradeOf(
  result: Omit<Result, "student" | "hash" | "seconds" | "overdue">,
  settings: Settings,
  marked: (v: Verdict[]) => Verdict[],
): NotebookGrade {
  const exercises = marked(result.exercises);
  const raw = sum(exercises, "points");
  const daysLate = lateness(result.submitted, settings.due);
  const penalty = round(Math.min(raw, (raw * daysLate * (settings.latePercent ?? 0)) / 100));
  const { lesson, title, submitted, notes } = result;
  const given = { lesson, title, ...(submitted ? { submitted } : {}), daysLate, penalty };
  return { ...given, points: round(raw - penalty), of: sum(exercises, "of"), notes, exercises };
}

/** Days after the date that was due, begun days counted. */
export function lateness(submitted: string | undefined, due: string | undefined): number {
  if (!submitted || !due) return 0;
  return Math.max(0, Math.ceil((Date.parse(submitted) - Date.parse(due)) / 86_400_000));
}

type LessonHead = Grades["lessons"][number];

function lessonsOf(results: readonly Result[]): LessonHead[] {
  const names = [...new Set(results.map(({ lesson }) => lesson))].sort();
  return names.map((lesson) => {
    const fullest = fullestOf(lesson, results);
    const { title, exercises } = fullest;
    return { lesson, title, of: sum(exercises, "of"), exercises: exercises.map(({ exercise }) => exercise) };
  });
}

const fullestOf = (lesson: string, results: readonly Result[]): Result =>
  results
    .filter((one) => one.lesson === lesson)
    .reduce((a, b) => (b.exercises.length > a.exercises.length ? b : a));

function missing(
  { lesson, title }: LessonHead,
  results: readonly Result[],
): Omit<Result, "student" | "hash" | "seconds" | "overdue"> {
  const exercises = fullestOf(lesson, results).exercises.map(
    ({ exercise, title, of }): Verdict => ({
      exercise,
      title,
      status: "not-run",
      points: 0,
      of,
      message: "nothing was handed in",
    }),
  );
  return { lesson, title, notes: [], exercises };
}

function sum<K extends string>(list: readonly Record<K, number>[], key: K): number {
  return round(list.reduce((total, one) => total + one[key], 0));
}

const round = (points: number): number => Number(points.toFixed(4));
