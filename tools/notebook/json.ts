/**
 * JSON as Jupyter writes it: keys sorted, one space of indent, text not escaped, small numbers as Python prints
 * them (`1e-05`). A notebook that JupyterLab opens and saves unchanged then keeps every byte.
 */
export function jupyterJson(value: unknown): string {
  return `${write(value, "\n")}\n`;
}

function write(value: unknown, newline: string): string {
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${newline} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${inner}${value.map((v) => write(v, inner)).join(`,${inner}`)}${newline}]`;
  }
  const fields = Object.entries(value).filter(([, v]) => v !== undefined);
  if (fields.length === 0) return "{}";
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = fields.map(([key, v]) => `${JSON.stringify(key)}: ${write(v, inner)}`);
  return `{${inner}${lines.join(`,${inner}`)}${newline}}`;
}

/** JavaScript prints 0.00001 and 1e-7, Python 1e-05 and 1e-07; everything else is the same in both. */
function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (value === 0 || Math.abs(value) >= 1e-4) return JSON.stringify(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

const SCALAR =
  /"(?:[^"\\\n\r\t]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where `text` stops being JSON: the offset of the first character that does not fit (its length: cut off). */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const space = (): void => {
    while (" \n\r\t".includes(text[at] ?? "x")) at++;
  };
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    space();
    return found;
  };
  const string = /"(?:[^"\\\n\r\t]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
  const value = (): boolean => {
    space();
    if (take(/\[/y)) return take(/\]/y) || list(value, /\]/y);
    if (take(/\{/y)) return take(/\}/y) || list(() => take(string) && take(/:/y) && value(), /\}/y);
    return take(SCALAR);
  };
  const list = (item: () => boolean, end: RegExp): boolean => {
    do {
      if (!item()) return false;
    } while (take(/,/y));
    return take(end);
  };
  value();
  const rest = text.slice(at);
  // A string without an end swallows the rest of its line: the file was cut off inside it when nothing follows.
  return /^"[^"\n]*$/.test(rest) ? text.length : at;
}
