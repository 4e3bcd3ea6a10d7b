/** Completion, inspection and "is this cell whole?" in Jupyter's terms. */
import type { Session } from "../session/session";
import type { Content } from "./message";

/** Jupyter counts code points, JavaScript UTF-16 units. */
const toUnits = (text: string, points: number): number => [...text].slice(0, points).join("").length;
const toPoints = (text: string, units: number): number => [...text.slice(0, units)].length;

export function complete(session: Session, content: Content): Content {
  const code = String(content.code);
  const { start, end, matches } = session.complete(code, toUnits(code, Number(content.cursor_pos)));
  const [cursor_start, cursor_end] = [toPoints(code, start), toPoints(code, end)];
  const types = matches.map(({ text, type }) => ({ text, type, start: cursor_start, end: cursor_end }));
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: types },
  };
}

export function inspect(session: Session, content: Content): Content {
  const code = String(content.code);
  const text = session.inspect(code, toUnits(code, Number(content.cursor_pos)));
  return { status: "ok", found: text !== undefined, data: text ? { "text/plain": text } : {}, metadata: {} };
}

export async function isComplete(content: Content): Promise<Content> {
  // biome-ignore lint/style/noRestrictedImports: `import()` takes the whole name of a file
  const { isCompleteCode, isOpenTemplate } = await import("../session/compile.js");
  const code = String(content.code);
  if (isOpenTemplate(code)) return { status: "incomplete", indent: "" };
  const { completed, indent = "" } = isCompleteCode(code);
  return completed ? { status: "complete" } : { status: "incomplete", indent };
}
