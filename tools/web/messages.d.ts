/** What passes between a page and the kernel in its worker. */
import type { DisplayMessage } from "unrolled/display";
import type { CellError } from "../session/types";

export type Request =
  | { type: "start"; base: string; folder: string }
  | { type: "execute"; id: number; code: string; count: number }
  | { type: "complete" | "inspect"; id: number; code: string; cursor: number }
  | { type: "isComplete"; id: number; code: string }
  | { type: "interrupt" };

export type Answer =
  | { type: "ready" }
  | { type: "failed"; message: string }
  | { type: "stream"; id: number; name: "stdout" | "stderr"; text: string }
  | { type: "display"; id: number; message: DisplayMessage }
  | { type: "result"; id: number; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "done"; id: number; error?: CellError }
  | { type: "reply"; id: number; content: unknown };
