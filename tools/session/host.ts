/**
 * What a session needs of the machine that it runs on. `node/host.ts` is Node's; another edition (a web worker)
 * exchanges that one module. The rest of this folder (but for the remote session, a matter of processes) imports
 * nothing of Node: compile.ts turns a cell into JavaScript, evaluate.ts runs it, session.ts sees to runs, their
 * output and their end.
 */

export type TypeScript = typeof import("@tslab/typescript-for-tslab");

/** The modules of tslab that a session is built from. */
export interface Tslab {
  converter: typeof import("tslab/dist/converter.js");
  executor: typeof import("tslab/dist/executor.js");
  jupyter: typeof import("tslab/dist/jupyter.js");
}

/** A place in running code; line and column are 0-based. */
export interface Site {
  /** The function, "" at the top level. */
  name: string;
  script: string;
  line: number;
  column: number;
}

/** From compiled code back to its source; positions are 0-based. */
export interface CodeMap {
  /** The source's file, "" if it has none. */
  source: string;
  find(line: number, column: number): [line: number, column: number] | undefined;
}

/** What happens outside of the cells' own calls. */
export interface HostEvents {
  stream(name: "stdout" | "stderr", text: string): void;
  /** An un-awaited rejection, or an error thrown in a timer or an event. */
  stray(thrown: unknown, rejected: boolean): void;
  /** Whether the code that asks belongs to a stopped cell: it starts no timers and prints nothing. */
  isStopped(): boolean;
}

export interface Host {
  /** Makes a folder the one from which file names and imports are resolved; returns its full path. */
  enterFolder(path: string): string;
  /** Takes over streams, timers and stray errors, for good: a process has one session and ends with it. */
  takeOver(events: HostEvents): void;
  /** `prepare` makes the text of each error's stack, and so sees where each error came from. */
  watchStacks(prepare: (error: Error, sites: Site[]) => string): void;

  /** tslab's TypeScript. */
  loadTypeScript(): TypeScript;
  /** Keeps what makes the next start faster. */
  saveCache(): void;
  /** tslab on `typescript`, which stands in for the one that it loads by name. */
  loadTslab(typescript: TypeScript): Tslab;
  /** Loads a file anew when it is imported next. */
  forgetModule(file: string): void;
  /** Declarations of what the machine knows beyond TypeScript's own. */
  declarations: string[];

  codeMap(json: string): CodeMap;
  /** The map of a compiled file, if there is one. */
  mapOfFile(file: string): CodeMap | undefined;
  /** A file's name as a learner knows it; `source` is relative to it. */
  nameOfFile(file: string, source?: string): string;
  /** Whether a script is part of the machinery, and so of no use in a learner's stack trace. */
  isInternal(script: string): boolean;
  decodeBase64(text: string): string;
  inspect(value: unknown, options?: { depth: number }): string;

  /** The machine's own timers, which cells and interrupts do not touch. */
  nextTurn(callback: () => void): void;
  later(callback: () => void, ms?: number): void;
  pause(ms: number): Promise<void>;
  /** Forgets every timer that cells have started: what waits for them never wakes. */
  dropTimers(): void;
  /**
   * Whether the running cell is to stop, where nothing can end code that never pauses: then its loops ask. Left out
   * where something can.
   */
  stopRequested?(): boolean;
  /** What is under way for the program, timers aside: files, sockets, child processes. */
  resources(): Map<string, number>;
}
