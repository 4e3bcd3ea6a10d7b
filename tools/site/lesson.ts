/** A lesson to read without running anything: its notebook with its saved outputs as HTML. */
import { stripVTControlCharacters } from "node:util";
import type { Cell, CodeCell, MimeBundle, Notebook, Output } from "../notebook/format";
import { escapeHtml, highlight, plainText, type ToHtml } from "./markdown";

/** What the pages say about a lesson. */
export interface Lesson {
  /** 05-vanishing-gradients */
  name: string;
  /** 05 */
  number: string;
  title: string;
  description: string;
  notebook: Notebook;
}

export function lessonOf(name: string, notebook: Notebook): Lesson {
  const opening = notebook.cells[0]?.source ?? "";
  const title = opening.match(/^# \d\d · (.+)$/m)?.[1];
  const description = opening.match(/^\*\*After this lesson you can\*\*.*$/m)?.[0];
  if (title === undefined || description === undefined)
    throw new Error(`${name}: its first cell needs "# NN · Title" and "**After this lesson you can** …"`);
  return {
    ...{ name, number: name.slice(0, 2), notebook },
    ...{ title: plainText(title), description: plainText(description) },
  };
}

/** Keeps a picture; its result is the picture's address. */
export type Save = (name: string, content: Buffer) => string;

/** The cells of a lesson, one by one. */
export const lessonCells = ({ notebook }: Lesson, toHtml: ToHtml, save: Save): string[] =>
  notebook.cells.map((cell) => cellHtml(cell, toHtml, save));

function cellHtml(cell: Cell, toHtml: ToHtml, save: Save): string {
  if (cell.cell_type === "markdown") return toHtml(cell.source);
  if (cell.cell_type === "raw") return `<pre>${escapeHtml(cell.source)}</pre>`;
  const outputs = cell.outputs.map((output, k) => outputHtml(output, toHtml, picture(cell, k, save)));
  return codeHtml(cell) + outputs.join("");
}

function codeHtml(cell: CodeCell): string {
  const code = `<pre class="code"><code>${highlight(cell.source, "ts")}</code></pre>`;
  const { jupyter } = cell.metadata as { jupyter?: { source_hidden?: boolean } };
  return jupyter?.source_hidden === true
    ? `<details class="folded"><summary>The code of this cell</summary>${code}</details>`
    : code;
}

type Picture = (ending: string, content: Buffer, data: MimeBundle) => string;

const picture =
  (cell: CodeCell, k: number, save: Save): Picture =>
  (ending, content, data) => {
    const source = save(`${cell.id}-${k}.${ending}`, content);
    const alt = escapeHtml(textOf(data));
    return `<img src="${source}" alt="${alt}"${ending === "png" ? sizeOf(content) : ""} loading="lazy">`;
  };

/** So that nothing moves while pictures come in: a PNG has its width and height at byte 16. */
const sizeOf = (png: Buffer): string => ` width="${png.readUInt32BE(16)}" height="${png.readUInt32BE(20)}"`;

const textOf = (data: MimeBundle): string => String(data["text/plain"] ?? "");

function outputHtml(output: Output, toHtml: ToHtml, picture: Picture): string {
  if (output.output_type === "stream") return printed(output.text, output.name);
  if (output.output_type === "error") return printed(output.traceback.join("\n"), "stderr");
  const { data } = output;
  const [svg, png] = [data["image/svg+xml"], data["image/png"]];
  const formatted = data["text/markdown"] ?? data["text/latex"];
  if (typeof svg === "string") return figure(picture("svg", Buffer.from(svg), data), data);
  if (typeof png === "string") return figure(picture("png", Buffer.from(png, "base64"), data), data);
  if (typeof formatted === "string") return `<div class="output">${toHtml(formatted)}</div>`;
  return printed(textOf(data), "result");
}

const printed = (text: string, kind: string): string =>
  `<pre class="output ${kind}">${escapeHtml(stripVTControlCharacters(text))}</pre>`;

/** A figure with a slider stands still here, and says where it moves. */
function figure(image: string, data: MimeBundle): string {
  const plotly = data["application/vnd.plotly.v1+json"] as { frames?: unknown[] } | undefined;
  const still = (plotly?.frames?.length ?? 0) > 0;
  const caption = still ? "<figcaption>Its slider moves in the browser.</figcaption>" : "";
  return `<figure class="output">${image}${caption}</figure>`;
}
