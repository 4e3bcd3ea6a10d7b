import type { Drawing } from "./draw/svg";
import type { Figure } from "./plot";
import { type TableCell, tableBundle } from "./table";

/** One message to whoever shows a notebook's outputs. */
export interface DisplayMessage {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  displayId?: string;
  update?: boolean;
}
type Send = (message: DisplayMessage) => void;

/** A shown figure. */
export interface Shown {
  /** Puts another figure in its place, e.g. the curves so far while training goes on. */
  update(figure: Figure | Drawing): void;
}

/** The MIME type of a plotly figure. */
export const PLOTLY = "application/vnd.plotly.v1+json";
/** Where on `globalThis` the course's kernel puts what takes the messages. */
export const DISPLAY: symbol = Symbol.for("unrolled.display");
/** Where on `globalThis` a list may stand of functions that the course's kernel calls when it has stopped a cell. */
export const STOPPED: symbol = Symbol.for("unrolled.stopped");

let shown = 0;

/**
 * Shows a figure or a drawing below the cell: `show(lossFigure(trace))`. One call makes one picture.
 *
 * Readers who see no pictures get its text alternative. Outside a notebook that text is printed.
 */
export function show(figure: Figure | Drawing, options: { id?: string } = {}): Shown {
  shown += 1;
  const displayId = options.id ?? `figure-${shown}`;
  const send = sender();
  send({ data: mimeBundle(figure), metadata: {}, displayId, update: false });
  return {
    update: (next) => send({ data: mimeBundle(next), metadata: {}, displayId, update: true }),
    [Symbol.for("nodejs.util.inspect.custom")]: () => "", // as a cell's last value: there is no more to show
  } as Shown;
}

/**
 * Shows a formula below the cell, from LaTeX and from mathjs expressions: `showTex("h_3 =", parse("u * h2"))`.
 *
 * In an expression the digits of a name become its index: h2 is set as h₂.
 */
export function showTex(...parts: (string | { toTex(): string })[]): void {
  const tex = parts.map((part) => (typeof part === "string" ? part : formula(part))).join(" ");
  sender()({ data: { "text/latex": `$\\displaystyle ${tex}$`, "text/plain": tex }, metadata: {} });
}

/** mathjs sets some one-letter names upright, as units of measurement (b is the bit). */
function formula(expression: { toTex(): string }): string {
  return expression
    .toTex()
    .replace(/\\mathrm\{([a-zA-Z])\}/g, "$1")
    .replace(/\b([a-zA-Z])(\d+)\b/g, "$1_{$2}");
}

/**
 * Shows a table below the cell, numbers flush right: `showTable(["seed", "loss"], rows, 3)`.
 *
 * Headings may hold LaTeX between dollar signs. A column of whole numbers is shown without digits.
 * @param rows one list for each row, as long as `columns`; text is shown as it is, null as a gap
 * @param digits after the decimal point, for all columns or for each; 3 unless given. What would vanish is shown as 1.2e−7
 * @throws if a row is longer or shorter than `columns`
 */
export function showTable(columns: string[], rows: TableCell[][], digits: number | number[] = 3): void {
  sender()({ data: tableBundle(columns, rows, digits), metadata: {} });
}

function mimeBundle({ alt, ...figure }: Figure | Drawing): Record<string, unknown> {
  if ("svg" in figure) return { "image/svg+xml": figure.svg, "text/plain": alt };
  return {
    [PLOTLY]: { ...figure, config: { responsive: true, displaylogo: false } },
    "text/plain": alt,
  };
}

/** The course's kernel, else a plain tslab, else the console. */
function sender(): Send {
  const scope = globalThis as Record<PropertyKey, unknown>;
  const ours = scope[DISPLAY] as Send | undefined;
  if (ours) return ours;
  // tslab puts this on globalThis for its cells; its display carries one MIME type at a time.
  const cells = scope.__tslab__ as { require(name: "tslab"): Tslab } | undefined;
  if (cells) {
    const display = cells.require("tslab").newDisplay();
    return ({ data }) => display.raw(...(Object.entries(data)[0] as [string, unknown]));
  }
  return ({ data, update }) => {
    if (!update) console.log(data["text/plain"]);
  };
}

interface Tslab {
  newDisplay(): { raw(mime: string, content: unknown): void };
}
