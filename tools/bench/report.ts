import type { Column } from "./rows";
import type { Row } from "./training";

/** Column A against column B: how many times faster A is. */
const RATIOS: [Column, Column][] = [
  ["ours", "pytorch"],
  ["relaxed", "pytorch"],
  ["ours", "keras"],
  ["ours", "numpy"],
  ["ours", "oneThread"],
  ["ours", "reference"],
  ["ours", "tfjs"],
  ["fused", "tfjs"],
];
const COLUMNS: Column[] = [
  ...(["ours", "oneThread", "relaxed", "reference"] as const),
  ...(["fused", "tfjs", "keras", "pytorch", "numpy"] as const),
];

/** The one line of `--json`: null where a column did not run. The float64 reference is only in the table. */
export function json(rows: Row[]): string {
  const columns = COLUMNS.filter((column) => column !== "reference");
  const entries = rows.map(({ name, unit, values }) => ({
    name,
    unit,
    ...Object.fromEntries(columns.map((column) => [column, values[column] ?? null])),
  }));
  return JSON.stringify({ rows: entries });
}

/** Ratios, then the medians behind them. */
export function table(rows: Row[]): string {
  const ratios = rows.map((row) => [row.name, ...RATIOS.map((pair) => ratio(row, pair))]);
  const figures = rows.map(({ name, unit, values }) => [
    `${name}, ${unit}`,
    ...COLUMNS.map((column) => values[column]?.toPrecision(3) ?? "–"),
  ]);
  return [
    lines([["times faster", ...RATIOS.map(([a, b]) => `${a} : ${b}`)], ...ratios]),
    lines([["medians", ...COLUMNS], ...figures]),
  ].join("\n\n");
}

function ratio({ unit, values }: Row, [a, b]: [Column, Column]): string {
  const [one, other] = [values[a], values[b]];
  if (one === undefined || other === undefined) return "–";
  return (unit === "ms/step" ? other / one : one / other).toFixed(1);
}

function lines(cells: string[][]): string {
  return cells
    .map(([what = "", ...values]) => what.padEnd(28) + values.map((value) => value.padStart(17)).join(""))
    .join("\n");
}
