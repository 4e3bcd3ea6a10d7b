/** Pages that need nothing but themselves. Every text in them passes through `escaped`. */

export function escaped(text: string | number): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return String(text).replace(/[&<>"']/g, (character) => names[character]!);
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; font-size: .85rem; }
.status { white-space: nowrap; } .pass { color: #17803d; } .partial, .manual { color: #8a6100; }
.fail, .timeout, .memory, .crash, .compile-error, .tampered { color: #c0262d; } .not-run { color: #777; }
.bar { display: inline-block; height: .7rem; background: #3b6ea8; min-width: 1px; }
small { color: #777; }`;

/** No script can run on it, and nothing is fetched for it. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`;
}

export interface Column {
  head: string;
  number?: boolean;
}

/** `rows` hold HTML. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const classOf = ({ number }: Column) => (number ? ' class="number"' : "");
  const head = columns.map((column) => `<th${classOf(column)}>${escaped(column.head)}</th>`).join("");
  const line = (row: readonly string[]) =>
    `<tr>${row.map((cell, i) => `<td${classOf(columns[i]!)}>${cell}</td>`).join("")}</tr>`;
  return `<table>\n<tr>${head}</tr>\n${rows.map(line).join("\n")}\n</table>`;
}
