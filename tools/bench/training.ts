/** A training step, ours beside others: all who compete take turns, so that a busy minute slows all of them. */
import { ourCharacters, ours } from "./ours";
import { ensurePeers, peer } from "./peers";
import { CHARACTERS, type Column, type Contestant, TRAININGS, type Training } from "./rows";
import { tensorflow } from "./tensorflow";

const OURS = ["ours", "oneThread", "relaxed", "reference"] as const;
const WARM_UP = 1000; // ms, in which compilers are still at work on what runs
const TURNS = 9;
const TURN = 150; // ms

export interface Row {
  name: string;
  unit: "ms/step" | "iterations/s";
  /** Medians; none for a column that does not run. */
  values: Partial<Record<Column, number>>;
}

type Entry = Contestant | undefined;

export async function run(options: { peers?: boolean }): Promise<Row[]> {
  if (options.peers) ensurePeers();
  const rows: Row[] = [];
  for (const row of TRAININGS) rows.push(await trainingRow(row, options.peers));
  const numpy = options.peers ? [await peer("numpy", CHARACTERS)] : [];
  const times = await compete([...OURS.map(ourCharacters), ...numpy]);
  const perSecond = Object.entries(times).map(([column, ms]) => [column, 1000 / ms]);
  rows.push({ name: CHARACTERS.name, unit: "iterations/s", values: Object.fromEntries(perSecond) });
  return rows;
}

/** Medians in ms a step. */
export async function trainingRow(row: Training, peers = false): Promise<Row> {
  const contestants: Entry[] = OURS.map((column) => ours(row, column));
  for (const column of ["fused", "tfjs"] as const) contestants.push(await tensorflow(row, column));
  if (peers) {
    contestants.push(await peer("keras", row));
    for (const threads of [1, 2]) contestants.push(await peer("pytorch", row, threads));
  }
  return { name: row.name, unit: "ms/step", values: await compete(contestants) };
}

/** The median of each one's turns, in ms a step; of several in one column, the best. */
export async function compete(entries: Entry[]): Promise<Partial<Record<Column, number>>> {
  const contestants = entries.filter((entry) => entry !== undefined);
  try {
    const ready: { column: Column; run: Contestant["run"]; length: number; times: number[] }[] = [];
    for (const { column, run } of contestants) {
      let length = 1; // so many steps that a turn is about equally long for all
      for (let warmed = 0; warmed < WARM_UP; ) {
        const took = await run(length);
        warmed += took;
        length = Math.max(1, Math.round((length * TURN) / took));
      }
      ready.push({ column, run, length, times: [] });
    }
    for (let turn = 0; turn < TURNS; turn++)
      for (const { run, length, times } of ready) times.push((await run(length)) / length);
    const best: Partial<Record<Column, number>> = {};
    for (const { column, times } of ready)
      best[column] = Math.min(best[column] ?? Number.POSITIVE_INFINITY, median(times));
    return best;
  } finally {
    for (const { stop } of contestants) stop?.();
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
