/** What a remote session and its process say to each other, one JSON value a line. */
import type { DisplayMessage } from "unrolled/display";

/** Where the process finds its two pipes. */
export const REQUESTS = 3;
export const ANSWERS = 4;

export interface Limits {
  /** Megabytes that the process may hold. */
  memory: number;
  /** Seconds for one cell. */
  seconds: number;
  /** Characters that one cell may print. */
  printed: number;
  /** Characters of JSON that the results and displays of one cell may take. */
  shown: number;
}

/** The first line that the process reads. */
export interface Start {
  /** Stands before every answer. */
  secret: string;
  cwd: string;
  limits: Limits;
}

/** Every other line that it reads. */
export interface Request {
  id: number;
  method: "execute" | "complete" | "inspect" | "interrupt";
  args: unknown[];
}

/** What it answers, the secret before each; `id` is the request's, 0 that of the start. */
export type Answer = { id: number } & (
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; message: DisplayMessage }
  | { type: "result"; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "done"; value?: unknown }
  | { type: "failed"; message: string }
);

/** Calls `onLine` for each whole line of a stream. (Node's `readline` ends lines at characters that JSON may hold.) */
export function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let begun: string[] = [];
  stream.setEncoding("utf8").on("data", (text: string) => {
    const [first, ...rest] = text.split("\n");
    begun.push(first!);
    for (const next of rest) {
      onLine(begun.join(""));
      begun = [next];
    }
  });
}
