/** What passes between a page and the kernel in its worker. */
import type { DisplayMessage } from "unrolled/display";
import type { CellError } from "../session/types";

export type Request =
  /** `base`: where the course's files are; `flag`, shared memory, becomes 1 when the running cell is to stop. */
  | { type: "start"; base: string; folder: string; flag?: Int32Array }
  | { type: "execute"; id: number; code: string; count: number }
  /** Jupyter's requests of these names, their content. */
  | { type: "complete" | "inspect" | "isComplete"; id: number; content: Record<string, unknown> }
  | { type: "interrupt" };

export type Answer =
  | { type: "ready" }
  | { type: "failed"; message: string }
  | { type: "stream"; id: number; name: string; text: string }
  | { type: "display"; id: number; message: DisplayMessage }
  | { type: "result"; id: number; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "done"; id: number; error?: CellError }
  | { type: "reply"; id: number; content: unknown };
