import type { Matrix } from "../matrix";
import { inNode, type Line, type Tone, widthOf } from "./svg";

/** What a node can hold: a number, or several; of a matrix one row, that of one sequence of the batch. */
export type Numbers = number | ArrayLike<number> | Matrix;

/** The numbers of one sequence. */
export function numbersOf(value: Numbers, batchRow = 0): number[] {
  if (typeof value === "number") return [value];
  if ("cols" in value) {
    if (!(batchRow >= 0 && batchRow < value.rows)) {
      throw new Error(`batchRow ${batchRow}: the matrix is [${value.rows},${value.cols}]`);
    }
    return Array.from(value.data.slice(batchRow * value.cols, (batchRow + 1) * value.cols));
  }
  return Array.from(value);
}

/** A node's lines: its name, then its numbers, of many only the first. */
export function nodeLines(name: string, value: Numbers, options: { batchRow?: number; tone?: Tone }): Line[] {
  const numbers = numbersOf(value, options.batchRow);
  const shown = numbers.length > 4 ? numbers.slice(0, 3) : numbers;
  return [
    { text: name, bold: true, size: 15, tone: options.tone },
    ...shown.map((number) => ({ text: inNode(number) })),
    ...(numbers.length > shown.length
      ? [{ text: `… ${numbers.length} in all`, size: 11, tone: "muted" as const }]
      : []),
  ];
}

/** How large a box has to be for these lines. */
export function boxSize(nodes: Line[][]): [number, number] {
  const width = Math.max(...nodes.flat().map(widthOf)) + 20;
  const height = Math.max(
    ...nodes.map((lines) => lines.reduce((sum, { size = 14 }) => sum + size * 1.25, 0)),
  );
  return [Math.max(60, width), height + 12];
}

/** "0.762, −0.33" */
export function listed(value: Numbers, batchRow?: number): string {
  return numbersOf(value, batchRow).slice(0, 4).map(inNode).join(", ");
}
