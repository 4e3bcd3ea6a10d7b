/** What the grader, the compiler, the judge and a submission say to one another. */
import type { CellError } from "../../session/types";

/** A cell as JavaScript. */
export interface Compiled {
  code: string;
  /** The source maps behind it, as JSON. */
  maps: string[];
  names: { all: string[]; variables: string[] };
  /** Whether it awaits something at its top level. */
  waits: boolean;
  /** The name under which its last expression goes. */
  last?: string;
  /** The types of everything declared so far, for the next cell. */
  declarations: string;
}

export interface CompileRequest {
  source: string;
  label: string;
  declarations: string;
}
export type CompileAnswer = Compiled | { error: CellError };

/** A cell to run: what it is called in error messages, its source for the lines shown there. */
export interface Cell {
  compiled: Compiled;
  label: string;
  source: string;
}

export type ToSubmission =
  | { run: Cell }
  /** Begins a test: answers with those of the names that there are, in a record. */
  | { names: string[] }
  | { call: number; args: unknown[]; made: boolean; patches: [place: string, standIn: unknown][] }
  | { settle: number }
  /** The text of a function. */
  | { text: number }
  | Answer;

export type FromSubmission = Answer | { ran: { error?: CellError } } | { callback: number; args: unknown[] };

/** Of a call, in either direction. `args`: what they are after it, if they are not what they were. */
export type Answer =
  | { value: unknown; args?: unknown[] }
  | { thrown: { name: string; message: string; error?: CellError }; args?: unknown[] };

export type ToJudge =
  | { begin: true }
  | { run: Cell }
  /** `seed` makes every generator of the test another one. */
  | { test: Cell; names: string[]; seed?: number }
  /** In place of an answer: the submission is no more. */
  | { ended: true }
  | FromSubmission;

/** What the judge says to the grader; all else that it says goes on to the submission. */
export interface Judgement {
  error?: CellError;
  /** The error came out of the submission's own code. */
  own?: boolean;
  /** The submission said what nobody who plays by the rules can say. */
  tampered?: string;
}
export const FOR_GRADER = "=";
