import { isDeepStrictEqual } from "node:util";
import type { PLOTLY } from "unrolled/display";
import { sameWords } from "./compare";
import { type CodeCell, hasTag, type MimeBundle, type Notebook, type Output } from "./format";
import { drawn, type SVG } from "./outputs";
import type { Painter } from "./pictures";

/**
 * The notebook to save after a run. Equal outputs keep the saved form, pictures too, so that a second run changes no
 * byte; the others get new pictures. In volatile cells outputs count as equal that differ in numbers only.
 */
export async function saved(before: Notebook, ran: Notebook, painter: Painter): Promise<Notebook> {
  const cells = [];
  for (const cell of ran.cells) {
    if (cell.cell_type !== "code") {
      cells.push(cell);
      continue;
    }
    const old = before.cells.find((c): c is CodeCell => c.cell_type === "code" && c.id === cell.id);
    const outputs = old?.outputs ?? [];
    const kept = hasTag(cell, "volatile") && sameWords(outputs, cell.outputs);
    cells.push({ ...cell, outputs: kept ? outputs : await withPictures(outputs, cell.outputs, painter) });
  }
  return { ...ran, cells };
}

async function withPictures(before: Output[], now: Output[], painter: Painter): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const [index, raw] of now.entries()) {
    // As JSON reads it back: without undefined, NaN or typed arrays.
    const output = JSON.parse(JSON.stringify(raw)) as Output;
    const old = before[index];
    const mime = drawn(output);
    if (old && isSame(old, output)) outputs.push(old);
    else if ("data" in output && mime && typeof output.data["image/png"] !== "string")
      outputs.push({
        ...output,
        data: { ...output.data, "image/png": await picture(before, output.data, mime, painter) },
      });
    else outputs.push(output);
  }
  return outputs;
}

/** Equal, the picture aside; a figure without its picture is not complete. */
function isSame(old: Output, now: Output): boolean {
  if (!("data" in now) || !drawn(now) || "image/png" in now.data) return isDeepStrictEqual(old, now);
  if (!("data" in old) || typeof old.data["image/png"] !== "string") return false;
  const { "image/png": _, ...data } = old.data;
  return isDeepStrictEqual({ ...old, data }, now);
}

/** The picture that the same figure already has in this cell, or a new one. */
async function picture(
  before: Output[],
  data: MimeBundle,
  mime: typeof PLOTLY | typeof SVG,
  painter: Painter,
): Promise<string> {
  for (const old of before) {
    if (!("data" in old) || !isDeepStrictEqual(old.data[mime], data[mime])) continue;
    if (typeof old.data["image/png"] === "string") return old.data["image/png"];
  }
  return painter.paint(data[mime]);
}
