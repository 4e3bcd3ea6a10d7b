/** What a table may hold: numbers, texts, gaps. */
export type TableCell = number | string | null;

/**
 * A table twice: as Markdown for notebooks, and as text in columns for those who see no markup.
 * @throws `showTable: row 2 has 3 cells, expected 4; give one for each of seed, loss, …`
 */
export function tableBundle(
  columns: string[],
  rows: TableCell[][],
  digits: number | number[],
): Record<string, string> {
  rows.forEach((row, i) => {
    if (row.length !== columns.length) {
      const expected = `expected ${columns.length}; give one for each of ${columns.join(", ")}`;
      throw new Error(`showTable: row ${i} has ${row.length} cells, ${expected}`);
    }
  });
  const digitsOf = (j: number): number => (typeof digits === "number" ? digits : (digits[j] ?? 3));
  const whole = columns.map((_, j) => rows.every((row) => typeof row[j] !== "number" || isWhole(row[j])));
  const texts = rows.map((row) => row.map((cell, j) => cellText(cell, whole[j], digitsOf(j))));
  const flushRight = columns.map((_, j) => rows.every((row) => typeof row[j] !== "string"));
  return {
    "text/markdown": asMarkdown(columns, texts, flushRight),
    "text/plain": asText(columns, texts, flushRight),
  };
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) || !Number.isFinite(value);

function cellText(cell: TableCell, whole: boolean, digits: number): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  return (whole || cell === 0 ? String(cell) : inDigits(cell, digits))
    .replaceAll("-", "−")
    .replace("Infinity", "∞");
}

/** Very small and very large numbers as 1.2e−7, so that none is shown as 0. */
function inDigits(value: number, digits: number): string {
  const fixed = value.toFixed(digits);
  return Math.abs(value) >= 1e6 || Number(fixed) === 0 ? value.toExponential(1) : fixed;
}

function asMarkdown(columns: string[], texts: string[][], flushRight: boolean[]): string {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${flushRight.map((right) => (right ? "---:" : "---")).join("|")}|`;
  return [line(columns), rule, ...texts.map(line)].join("\n");
}

function asText(columns: string[], texts: string[][], flushRight: boolean[]): string {
  const heads = columns.map((column) => column.replaceAll("$", ""));
  const widths = heads.map((head, j) => Math.max(head.length, ...texts.map((row) => row[j].length)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, j) => (flushRight[j] ? cell.padStart(widths[j]) : cell.padEnd(widths[j])))
      .join("   ")
      .trimEnd();
  return [line(heads), ...texts.map(line)].join("\n");
}
