/** What passes between a page and the kernel in its worker. */
import type { DisplayMessage } from "unrolled/display";
import type { CellError } from "../session/types";

export type Request =
  /** `base`: where the course's files are; `flag`, shared memory, becomes 1 when the running cell is to stop; `checking`: in a check. */
  | { type: "start"; base: string; folder: string; flag?: Int32Array; checking?: boolean }
  /** What check() or hint() asked for. */
  | { type: "board"; id: number; text?: string; error?: string }
  | { type: "execute"; id: number; code: string; count: number }
  /** Jupyter's requests of these names, their content. */
  | { type: "complete" | "inspect" | "isComplete"; id: number; content: Record<string, unknown> }
  | { type: "interrupt" };

export type Answer =
  | { type: "ready" }
  | { type: "failed"; message: string }
  | { type: "board"; id: number; verb: string; which?: string }
  | { type: "stream"; id: number; name: string; text: string }
  | { type: "display"; id: number; message: DisplayMessage }
  | { type: "result"; id: number; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "done"; id: number; error?: CellError }
  | { type: "reply"; id: number; content: unknown };
