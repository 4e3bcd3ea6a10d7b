import type { Cell, CellMetadata, CodeCell } from "./types";

export { parseNotebook, readNotebook } from "./read";
export type * from "./types";
export { serializeNotebook, writeNotebook, writeWhole } from "./write";

/** The metadata of every notebook of the course: an own kernel, or a plain tslab, opens it. */
export const courseMetadata: Readonly<Record<string, unknown>> = {
  kernelspec: { display_name: "TypeScript (Unrolled)", language: "typescript", name: "tslab" },
  language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
};

/** A new cell's fields in one call, for tools that make notebooks. */
export function codeCell(id: string, source: string, metadata: CellMetadata = {}): CodeCell {
  return { cell_type: "code", id, metadata, source, execution_count: null, outputs: [] };
}

export function hasTag(cell: Cell, tag: string): boolean {
  return Array.isArray(cell.metadata.tags) && cell.metadata.tags.includes(tag);
}
