/** What was typed after `npm run grade --`, understood or refused before anything runs. */
import { availableParallelism, freemem } from "node:os";
import { type Arguments, positive, usageOf } from "../command";
import type { Exercise, Lesson } from "../exercises/lesson";
import type { Limits } from "./notebook";
import { KINDS, type Kind } from "./sandbox";
import type { Submission } from "./submissions";

type Flags = Arguments["flags"];

export function needed(flags: Flags, name: string): string {
  const value = flags[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`--${name} is missing\n${usageOf("grade")}`);
}

export function limitsOf(flags: Flags): Limits {
  return {
    cellSeconds: positive("cell-timeout", flags["cell-timeout"], 30),
    notebookSeconds: positive("notebook-timeout", flags["notebook-timeout"], 300),
    memory: positive("memory", flags.memory, 800),
  };
}

/** A submission, its judge and its share of the compiler take about 0.4 GB. */
export function jobsOf(flags: Flags): number {
  const here = Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / 4e8)));
  return Math.floor(positive("jobs", flags.jobs, here));
}

export function sandboxOf(flags: Flags): Kind | "auto" {
  const wanted = flags.sandbox ?? "auto";
  if (wanted === "auto" || KINDS.includes(wanted as Kind)) return wanted as Kind | "auto";
  throw new Error(`--sandbox: expected auto, ${KINDS.join(", ")}; got ${wanted}`);
}

export function seedOf({ seed }: Flags): number | undefined {
  if (seed === undefined) return undefined;
  const number = Number(seed);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--seed: expected a whole number, 0 or above; got ${seed}`);
}

export function dueOf({ due }: Flags): string | undefined {
  if (due === undefined) return undefined;
  const date = new Date(String(due));
  if (Number.isNaN(date.getTime()))
    throw new Error(`--due: expected a date like 2026-12-01T23:59+01:00; got ${due}`);
  return date.toISOString();
}

/** @throws at an exercise that there is not */
export function wantedOf(
  { exercise }: Flags,
  lessons: readonly Lesson[],
): (lesson: Lesson) => readonly Exercise[] {
  if (exercise === undefined) return ({ exercises }) => exercises;
  const ids = String(exercise).split(",");
  for (const id of ids)
    if (!lessons.some(({ exercises }) => exercises.some((one) => one.id === id)))
      throw new Error(`--exercise: there is no exercise ${id}; npm run list shows them`);
  return ({ exercises }) => exercises.filter(({ id }) => ids.includes(id));
}

/** "2/5": the second of five parts, students taken in turn. */
export function inShard({ shard, student }: Flags, all: readonly Submission[]): Submission[] {
  const one = student === undefined ? all : all.filter((submission) => submission.student === student);
  if (one.length === 0)
    throw new Error(
      student === undefined ? "there is no notebook of any lesson" : `--student: nothing of ${student}`,
    );
  if (shard === undefined) return [...one];
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(String(shard)) ?? [];
  if (!i || !n || Number(i) < 1 || Number(i) > Number(n))
    throw new Error(`--shard: expected a part like 2/5; got ${shard}`);
  const students = [...new Set(all.map((submission) => submission.student))];
  return one.filter((submission) => students.indexOf(submission.student) % Number(n) === Number(i) - 1);
}
