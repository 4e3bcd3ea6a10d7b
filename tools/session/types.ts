import type { DisplayMessage } from "unrolled/display";

export interface CellSource {
  /** "cell [3]" */
  label: string;
  source: string;
}

export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

export interface CellProblem {
  /** 1-based, as in editors. */
  line: number;
  column: number;
  message: string;
}

/** Who gets what a cell puts out. */
export interface Handlers {
  stream(name: "stdout" | "stderr", text: string): void;
  display(message: DisplayMessage): void;
  result(data: Record<string, unknown>, metadata: Record<string, unknown>): void;
}
