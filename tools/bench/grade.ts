/**
 * A class: how fast it is graded, the most memory that the grader itself holds meanwhile, and by how much it is late
 * (median, most) to end what runs into a limit.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot, readCourse } from "../exercises/course";
import { type Hostile, right } from "../grade/corpus/hostile";
import { handedIn } from "../grade/corpus/notebook";
import { resources } from "../grade/corpus/resources";
import { readResults } from "../grade/results";
import type { Table } from "./table";

const HONEST = 40;
const LIMITS = ["--cell-timeout", "8", "--memory", "400"];

export async function run(): Promise<Table> {
  const lesson = readCourse(projectRoot).lessons.find(({ number }) => number === "01")!;
  const folder = mkdtempSync(join(tmpdir(), "bench-grade-"));
  const classOf = async (name: string, students: readonly Hostile[]): Promise<string[]> => {
    for (const [i, student] of students.entries()) {
      const home = join(folder, name, `student ${i}`);
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, `${lesson.name}.ipynb`), handedIn(lesson, student));
    }
    const report = join(folder, `${name}-report`);
    const begun = performance.now();
    const most = await grade(join(folder, name), report);
    const seconds = (performance.now() - begun) / 1000;
    const overdue = readResults(report).flatMap((result) => result.overdue);
    overdue.sort((a, b) => a - b);
    const inMs = (ms: number | undefined) => (ms === undefined ? "-" : `${ms} ms`);
    return [
      `${students.length} ${name}`,
      `${seconds.toFixed(1)} s`,
      Number.isNaN(most) ? "-" : `${(most / 1024).toFixed(0)} MB`,
      inMs(overdue[overdue.length >> 1]),
      inMs(overdue.at(-1)),
    ];
  };
  try {
    const honest = Array.from({ length: HONEST }, (_, i): Hostile => {
      const answer = `${right} // ${i}`;
      return { name: "honest", answer, status: "pass" };
    });
    const rows = [
      await classOf("honest notebooks", honest),
      await classOf("that take all they can", resources),
    ];
    return { columns: ["graded in", "memory", "late by", "at most"], rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The most memory that the grader's own process held, in kB (Linux tells). */
async function grade(submissions: string, report: string): Promise<number> {
  const program = join(__dirname, "../grade/cli.js");
  const child = spawn(process.execPath, [program, submissions, "--out", report, ...LIMITS], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr!.on("data", (text: Buffer) => {
    said = `${said}${text}`.slice(-2000);
  });
  let most = Number.NaN;
  const timer = setInterval(() => {
    try {
      most = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]);
    } catch {} // not Linux, or it has just ended
  }, 50);
  const [code] = await once(child, "exit");
  clearInterval(timer);
  if (code !== 0) throw new Error(`bench: the grader ended with code ${code}: ${said}`);
  return most;
}
