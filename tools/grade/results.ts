/** What a run leaves behind, one file for each notebook, so that a run that was ended can go on. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Verdict } from "./verdict";

/** What all marks of a report have in common. */
export interface Settings {
  versions: { node: string; typescript: string; course: string };
  /** Fingerprint of the lessons that were asked. */
  bundle: string;
  sandbox: { kind: string; walls: string };
  limits: { cellSeconds: number; notebookSeconds: number; memory: number };
  seed?: number;
  /** Whether exercises on paper gave each student other numbers, by the seed. */
  handout?: true;
  due?: string;
  /** Percent of the points that each day late costs, begun days counted. */
  latePercent?: number;
}

export interface Result {
  student: string;
  lesson: string;
  title: string;
  /** Of the notebook's bytes. */
  hash: string;
  submitted?: string;
  notes: string[];
  exercises: Verdict[];
  /** How long it took; no part of the grades. */
  seconds: number;
  /** Of each limit that fell due: milliseconds from then until nothing of what had reached it ran any more. */
  overdue: number[];
}

/** A student's name as that of a file. */
export const fileOf = (student: string): string => encodeURIComponent(student).replaceAll("*", "%2A");

export function writeFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

const resultFile = (report: string, student: string, lesson: string): string =>
  join(report, "results", fileOf(student), `${lesson}.json`);

export function writeResult(report: string, result: Result): void {
  writeFile(resultFile(report, result.student, result.lesson), `${JSON.stringify(result, null, 1)}\n`);
}

export function readResult(report: string, student: string, lesson: string): Result | undefined {
  const file = resultFile(report, student, lesson);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Result) : undefined;
}

/** All results, by student and lesson. */
export function readResults(report: string): Result[] {
  const folder = join(report, "results");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  const results = files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Result);
  const key = ({ student, lesson }: Result) => JSON.stringify([student, lesson]);
  return results.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

export function writeSettings(report: string, settings: Settings): void {
  writeFile(join(report, "settings.json"), `${JSON.stringify(settings, null, 2)}\n`);
}

/** @throws if nothing was graded there */
export function readSettings(report: string): Settings {
  const file = join(report, "settings.json");
  if (!existsSync(file))
    throw new Error(`${report} holds no grades: npm run grade -- SUBMISSIONS --out ${report}`);
  return JSON.parse(readFileSync(file, "utf8")) as Settings;
}

/** What must be the same for marks to be put side by side. */
export function difference(a: Settings, b: Settings): string | undefined {
  const keys = ["bundle", "seed", "handout", "limits", "due", "latePercent"] as const;
  return keys.find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}
