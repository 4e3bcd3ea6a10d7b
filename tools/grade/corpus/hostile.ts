import type { Cell } from "../../notebook/format";
import type { Status } from "../verdict";

/** A submission that means harm. It hands in lesson 01: every answer right but that of 01.2. */
export interface Hostile {
  name: string;
  /** The answer to 01.2. */
  answer?: string;
  /** What is done to the cells, the answers filled in. */
  edit?(cells: Cell[]): Cell[];
  /** The bytes of the notebook, in place of all that. */
  text?: string;
  /** Of 01.2. */
  status: Status | Status[];
  /** The other exercises, which pass unless something is said here. */
  others?: Status | "any";
  /** The message on 01.2. */
  says?: RegExp;
  hides?: RegExp;
  /** Without a sandbox nothing stands in its way; "filter": without one that filters system calls, as bubblewrap does. */
  needsSandbox?: true | "filter";
  /** A right answer that must stay one. */
  honest?: true;
}

const head = "function step(x: number, hPrev: number, w: number, u: number, b: number): number {";

/** An answer with this in its body. */
export const body = (...lines: string[]): string => `${head}\n  ${lines.join("\n  ")}\n}`;

/** A wrong answer, with this above it. */
export const above = (...lines: string[]): string => `${lines.join("\n")}\n${body("return 0;")}`;

/** A wrong answer that throws what it found, to read it in the feedback. */
export const telling = (expression: string): string =>
  body(`throw new Error("FOUND " + String(${expression}));`);

export const right: string = body("return Math.tanh(w * x + u * hPrev + b);");
