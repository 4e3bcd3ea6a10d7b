import { PLOTLY } from "unrolled/display";
import type { Cell, Notebook, Output } from "./format";
import { hasTag } from "./format";

/** Machines and versions may differ in the last digits of a computed number, and in nothing else. */
const RELATIVE = 1e-6;
const ABSOLUTE = 1e-9;
const SHOWN_LINES = 12;

export interface Difference {
  cell: Cell;
  /** 1-based among all cells. */
  number: number;
  /** Lines to read: what was committed (-) and what came now (+). */
  lines: string[];
}

/**
 * Cells whose outputs are not those of the committed notebook; cells tagged `volatile` may differ. `exact`: what is
 * printed must be the same to the last digit.
 */
export function compareNotebooks(committed: Notebook, now: Notebook, exact = false): Difference[] {
  return now.cells.flatMap((cell, index) => {
    const before = committed.cells[index];
    if (cell.cell_type !== "code" || before?.cell_type !== "code" || hasTag(cell, "volatile")) return [];
    const lines = compareOutputs(before.outputs, cell.outputs, exact);
    return lines.length > 0 ? [{ cell, number: index + 1, lines }] : [];
  });
}

/** Compares what a reader sees: printed text, results, errors' messages, and the figures' data. */
export function compareOutputs(committed: Output[], now: Output[], exact = false): string[] {
  const same = exact ? (a: string, b: string) => a === b : sameText;
  const lines = compareText(asText(committed), asText(now), same);
  const before = figures(committed);
  const after = figures(now);
  if (before.length !== after.length) lines.push(`- figures: ${before.length}`, `+ figures: ${after.length}`);
  else
    for (const [i, figure] of after.entries())
      lines.push(...compareJson(before[i], figure, `figure ${i + 1}`));
  return lines;
}

function asText(outputs: Output[]): string {
  const streams = { stdout: "", stderr: "" };
  const rest: string[] = [];
  for (const output of outputs) {
    if (output.output_type === "stream") streams[output.name] += output.text;
    else if (output.output_type === "error") rest.push(`${output.ename}: ${output.evalue}`);
    else rest.push(String(output.data["text/plain"] ?? "(no text)"));
  }
  return [streams.stdout, streams.stderr, ...rest].filter((text) => text !== "").join("\n");
}

function figures(outputs: Output[]): unknown[] {
  return outputs.flatMap((output) =>
    "data" in output && PLOTLY in output.data ? [output.data[PLOTLY]] : [],
  );
}

function compareText(before: string, after: string, same: typeof sameText): string[] {
  if (same(before, after)) return [];
  const old = before === "" ? [] : before.split("\n");
  const now = after === "" ? [] : after.split("\n");
  let start = 0;
  while (start < Math.min(old.length, now.length) && same(old[start]!, now[start]!)) start++;
  let end = 0;
  while (
    end < Math.min(old.length, now.length) - start &&
    same(old.at(-1 - end) ?? "", now.at(-1 - end) ?? "")
  )
    end++;
  return [
    ...shown("-", old.slice(start, old.length - end)),
    ...shown("+", now.slice(start, now.length - end)),
  ];
}

function shown(sign: string, lines: string[]): string[] {
  const cut = lines.slice(0, SHOWN_LINES).map((line) => `${sign} ${line}`);
  return lines.length > SHOWN_LINES ? [...cut, `${sign} … ${lines.length - SHOWN_LINES} more lines`] : cut;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whether a reader sees the same, but for numbers, and for what a figure's data say. */
export function sameWords(a: Output[], b: Output[]): boolean {
  const [words, others] = [asText(a), asText(b)].map((text) => text.replace(NUMBER, "#"));
  return words === others && figures(a).length === figures(b).length;
}

/** Equal but for the last digits of numbers. */
export function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  const [numbersA, numbersB] = [a.match(NUMBER) ?? [], b.match(NUMBER) ?? []];
  if (numbersA.length !== numbersB.length || a.replace(NUMBER, "#") !== b.replace(NUMBER, "#")) return false;
  return numbersA.every((number, i) => samePrinted(number, numbersB[i] ?? ""));
}

function samePrinted(a: string, b: string): boolean {
  if (sameNumber(Number(a), Number(b))) return true;
  // 0.1235 beside 0.1234: the last digits differed before the rounding.
  const decimals = /\.(\d{3,})$/.exec(a)?.[1]?.length;
  if (decimals === undefined || decimals !== /\.(\d{3,})$/.exec(b)?.[1]?.length) return false;
  return Math.abs(Number(a) - Number(b)) < 1.5 * 10 ** -decimals;
}

function sameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));
}

/** The first difference of two JSON values, with its path. */
export function compareJson(before: unknown, now: unknown, path: string): string[] {
  if (typeof before === "number" && typeof now === "number" && sameNumber(before, now)) return [];
  if (typeof before === "string" && typeof now === "string" && sameText(before, now)) return [];
  const [packed, packedNow] = [unpacked(before), unpacked(now)];
  if (packed && packedNow) return compareJson(packed, packedNow, path);
  if (isObject(before) && isObject(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
    for (const key of keys) {
      const step = Array.isArray(now) ? `${path}[${key}]` : `${path}.${key}`;
      const lines = compareJson(before[key], now[key], step);
      if (lines.length > 0) return lines;
    }
    return [];
  }
  if (Object.is(before, now)) return []; // a gap in a figure is NaN
  return [`- ${path}: ${brief(before)}`, `+ ${path}: ${brief(now)}`];
}

const TYPES = { f4: Float32Array, f8: Float64Array };

/** The numbers of an array that plotly takes as bytes in base64. */
function unpacked(value: unknown): { shape: unknown; values: number[] } | undefined {
  if (!isObject(value) || typeof value.bdata !== "string") return undefined;
  const Type = TYPES[value.dtype as keyof typeof TYPES];
  if (!Type) return undefined;
  const bytes = Uint8Array.from(Buffer.from(value.bdata, "base64"));
  if (bytes.length % Type.BYTES_PER_ELEMENT !== 0) return undefined;
  return { shape: value.shape, values: [...new Type(bytes.buffer)] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "(nothing)";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
