import type { Matrix } from "../matrix";
import { box, inNode, type Point, painted, text } from "./svg";

export interface CellDrawingOptions<Path extends string> {
  /** The step, counted from 0, by default the first. */
  t?: number;
  /** The hidden unit and the sequence of the batch, by default the first. */
  unit?: number;
  batchRow?: number;
  /** Lights the path of one gate (or of the state) and lets the rest go pale. */
  highlight?: Path;
  title?: string;
}

/** Reads one number of each matrix of a run: that of the chosen unit and sequence. */
export function entry(
  where: string,
  hs: Matrix[],
  { t = 0, unit = 0, batchRow = 0 }: { t?: number; unit?: number; batchRow?: number },
): (m: Matrix) => number {
  const [T, { rows, cols }] = [hs.length, hs[0]];
  const fits = (index: number, size: number): boolean =>
    Number.isInteger(index) && index >= 0 && index < size;
  if (!fits(t, T) || !fits(unit, cols) || !fits(batchRow, rows)) {
    throw new Error(
      `${where}: t ${t}, unit ${unit}, batchRow ${batchRow}: the run has ${T} steps, ${cols} units and ${rows} ` +
        "sequences, all counted from 0",
    );
  }
  return (m) => m.data[batchRow * m.cols + unit];
}

/** Collects the parts of a cell's drawing; what is not on the lit path is pale. */
export interface Circuit {
  /** Adds parts that lie on the paths with these letters; "" lies on none. */
  add(paths: string, ...parts: string[]): void;
  lit(paths: string): boolean;
  /** All that was added; what is lit is drawn over what is not. */
  parts(): string[];
}

export function circuit(highlight?: string): Circuit {
  const [pale, bright]: string[][] = [[], []];
  const lit = (paths: string): boolean => highlight === undefined || paths.includes(highlight);
  return {
    lit,
    add: (paths, ...parts) => void (lit(paths) ? bright : pale).push(...parts),
    parts: () => [`<g opacity="0.3">${pale.join("")}</g>`, ...bright],
  };
}

/** A gate or candidate with its value. */
export function gate(at: Point, kind: string, formula: string, name: string, value: number): string {
  return box(
    at,
    [110, 62],
    [
      { text: kind, size: 12, tone: "muted" },
      { text: `${name}_t = ${inNode(value)}`, bold: true, size: 13 },
      { text: formula, size: 13 },
    ],
    { fill: "lit" },
  );
}

/** A state or input with its value. */
export function state(at: Point, name: string, value: number): string {
  return box(at, [84, 44], [{ text: name, bold: true }, { text: inNode(value) }]);
}

/** ⊙, + or 1− in a circle. */
export function operation([x, y]: Point, sign: "⊙" | "+" | "1−"): string {
  const circle = `<circle cx="${x}" cy="${y}" r="${RADIUS}" stroke-width="1.5" ${painted("paper", "ink")}/>`;
  const dot = `<circle cx="${x}" cy="${y}" r="3" ${painted("ink")}/>`;
  return (
    circle + (sign === "⊙" ? dot : text([x, y], { text: sign, size: sign === "+" ? 18 : 12, bold: true }))
  );
}

export const RADIUS = 14;

/** Where a line branches. */
export function branch([x, y]: Point): string {
  return `<circle cx="${x}" cy="${y}" r="3" ${painted("ink")}/>`;
}

/** The input of the step: its number, or how many there are. */
export function input(at: Point, x: Matrix, batchRow = 0): string {
  const value = x.cols === 1 ? inNode(x.data[batchRow]) : `${x.cols} numbers`;
  return box(at, [84, 44], [{ text: "x_t", bold: true, tone: "input" }, { text: value }], { tone: "input" });
}
