/** Comma-separated values, for spreadsheets that take "=1+1" for a formula. */

export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows of a file, each by the names in its first line. */
export function readCsv(text: string): Record<string, string>[] {
  const fields = [...text.replace(/^\uFEFF/, "").matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g)];
  const rows: string[][] = [[]];
  for (const [whole, value, end] of fields) {
    if (whole === "") break;
    rows.at(-1)!.push(value!.startsWith('"') ? value!.slice(1, -1).replaceAll('""', '"') : value!);
    if (end !== ",") rows.push([]);
  }
  const [head = [], ...rest] = rows.filter((row) => row.some((value) => value.trim() !== ""));
  return rest.map((row) => Object.fromEntries(head.map((name, i) => [name.trim(), (row[i] ?? "").trim()])));
}
