/** A notebook, nbformat 4.5, with every text as one string (on disk they are arrays of lines). */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: 4;
  nbformat_minor: number;
}

export interface CellMetadata {
  tags?: string[];
  nbgrader?: Record<string, unknown>;
  unrolled?: Record<string, unknown>;
  [key: string]: unknown;
}

interface CommonCell {
  id: string;
  metadata: CellMetadata;
  source: string;
}
export interface MarkdownCell extends CommonCell {
  cell_type: "markdown";
  attachments?: Record<string, unknown>;
}
export interface RawCell extends CommonCell {
  cell_type: "raw";
  attachments?: Record<string, unknown>;
}
export interface CodeCell extends CommonCell {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}
export type Cell = MarkdownCell | RawCell | CodeCell;

export type MimeBundle = Record<string, unknown>;
export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}
export interface DisplayOutput {
  output_type: "display_data";
  data: MimeBundle;
  metadata: Record<string, unknown>;
}
export interface ResultOutput {
  output_type: "execute_result";
  data: MimeBundle;
  metadata: Record<string, unknown>;
  execution_count: number | null;
}
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;
