/**
 * A session in a process of its own: whatever a cell does, the one who asked survives, can stop it, and learns how
 * it ended. One protocol, one set of limits and one account of a death for everything that runs cells outside
 * Jupyter.
 */
import childProcess, { type ChildProcess, type SpawnOptions } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ANSWERS, type Answer, type Limits, REQUESTS, type Request, readLines, type Start } from "./protocol";
import type { CellError, Completion, Handlers } from "./session";

const DEFAULTS: Limits = { memory: 2000, seconds: 60, printed: 200_000, shown: 50_000_000 };
const HEAP = 0.75; // of the memory, for V8's objects; the rest is for TypeScript's code and for typed arrays
const START_SECONDS = 120;
const LAST_WORDS = 200; // ms
const PROGRAM = join(__dirname, "remote-child.js");

/** What became of one cell. `died`: it ended its whole process; `late`: it ran into the time limit. */
export type CellResult =
  | { status: "ok"; printed: number }
  | { status: "error"; error: CellError; printed: number }
  | { status: "died"; cause: "memory" | "signal" | "exit"; how: string }
  | { status: "late"; seconds: number };
export type End = Extract<CellResult, { status: "died" | "late" }>;

export interface ExecuteOptions extends Partial<Handlers> {
  /** The cell's number in error messages. */
  count?: number;
  seconds?: number;
}

/** After `died` or `late` it is gone for good, and gives that result to every later call. */
export interface RemoteSession {
  /** Rejects if the session could not be started. */
  ready: Promise<void>;
  execute(source: string, options?: ExecuteOptions): Promise<CellResult>;
  complete(source: string, cursor: number): Promise<Completion>;
  inspect(source: string, cursor: number): Promise<string | undefined>;
  /** Ends the running cell with an error, if its event loop still turns. */
  interrupt(): void;
  close(): void;
}

export interface RemoteOptions {
  /** The notebook's folder. */
  cwd: string;
  limits?: Partial<Limits>;
  /** Starts the process. A sandbox puts its own program before this one; files 2, 3 and 4 must come through. */
  spawn?(command: string, args: string[], options: SpawnOptions): ChildProcess;
}

const alive = new Set<ChildProcess>();
process.once("exit", closeAll);

/** Ends every remote session of this process. */
export function closeAll(): void {
  for (const child of alive) child.kill("SIGKILL");
}

export function startSession(options: RemoteOptions): RemoteSession {
  const limits = { ...DEFAULTS, ...options.limits };
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const shown = new Map<number, Partial<Handlers>>();
  let end: End | undefined;
  let closed = false;
  let lastId = 0;

  const onAnswer = (answer: Answer): void => {
    const handlers = shown.get(answer.id);
    if (answer.type === "stream") handlers?.stream?.(answer.name, answer.text);
    else if (answer.type === "display") handlers?.display?.(answer.message);
    else if (answer.type === "result") handlers?.result?.(answer.data, answer.metadata);
    else if (answer.type === "done") calls.get(answer.id)?.resolve(answer.value);
    else calls.get(answer.id)?.reject(new Error(answer.message));
  };
  const finish = (how: End): void => {
    end ??= how;
    stop();
    for (const { resolve } of calls.values()) resolve(end);
  };
  const { secret, send, stop } = startProcess(options, limits.memory, onAnswer, finish);

  function call(message: Start | Request, seconds: number): Promise<unknown> {
    if (end) return Promise.resolve(end);
    const id = "id" in message ? message.id : 0;
    const timer = setTimeout(() => finish({ status: "late", seconds }), seconds * 1000);
    const answer = new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    send(message);
    return answer.finally(() => {
      clearTimeout(timer);
      calls.delete(id);
    });
  }
  async function ask<T>(method: Request["method"], ...args: unknown[]): Promise<T> {
    const value = await call({ id: ++lastId, method, args }, limits.seconds);
    if (end) throw new Error(`the session has ended: ${describeEnd(end)}`);
    return value as T;
  }
  async function start(): Promise<void> {
    const failure = await call({ secret, cwd: options.cwd, limits }, START_SECONDS).then(
      () => end && describeEnd(end),
      (error: Error) => error.message,
    );
    if (failure === undefined || closed) return;
    stop();
    throw new Error(`a session could not be started: ${failure}; npm run doctor may know why`);
  }

  const ready = start();
  ready.catch(() => {}); // told to those who wait for it
  return {
    ready,
    async execute(source, { count, seconds = limits.seconds, ...handlers } = {}) {
      await ready;
      const id = ++lastId;
      shown.set(id, handlers);
      const result = await call({ id, method: "execute", args: [source, count] }, seconds);
      for (const earlier of shown.keys()) if (earlier < id) shown.delete(earlier); // what comes late is the last cell's
      return result as CellResult;
    },
    complete: (source, cursor) => ask("complete", source, cursor),
    inspect: (source, cursor) => ask("inspect", source, cursor),
    interrupt: () => send({ id: ++lastId, method: "interrupt", args: [] }),
    close() {
      closed = true;
      stop();
    },
  };
}

/** Its streams, and one call of `onEnd` when it is gone. */
function startProcess(
  { spawn = childProcess.spawn }: RemoteOptions,
  memory: number,
  onAnswer: (answer: Answer) => void,
  onEnd: (end: End) => void,
) {
  const args = [`--max-old-space-size=${Math.round(memory * HEAP)}`, PROGRAM];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
  const secret = randomBytes(16).toString("hex");
  const requests = child.stdio[REQUESTS] as Writable;
  alive.add(child);
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  readLines(child.stdio[ANSWERS] as Readable, (line) => {
    const at = line.indexOf(secret);
    if (at >= 0) onAnswer(JSON.parse(line.slice(at + secret.length)));
  });
  requests.on("error", () => {}); // it has gone: that is told below
  child.once("error", ({ message }) => onEnd({ status: "died", cause: "exit", how: message }));
  child.once("exit", async (code, signal) => {
    alive.delete(child);
    // What it said last may be on its way. A program that it started may keep the pipes open for long.
    await Promise.race([once(child, "close"), pause(LAST_WORDS)]);
    onEnd(howItDied(code, signal, said, memory));
  });
  return {
    secret,
    send: (message: Start | Request): void => void requests.write(`${JSON.stringify(message)}\n`),
    stop: (): void => void child.kill("SIGKILL"),
  };
}

function howItDied(code: number | null, signal: string | null, said: string, memory: number): End {
  if (/out of memory|Allocation failed/.test(said))
    return { status: "died", cause: "memory", how: `it used up its memory of ${memory} MB` };
  const last = said.trim().split("\n").at(-1)!.slice(0, 300);
  const why = signal === "SIGKILL" ? " (on Linux usually: the machine ran out of memory)" : "";
  const how = signal ? `stopped by ${signal}${why}` : `exit code ${code}`;
  return { status: "died", cause: signal ? "signal" : "exit", how: last ? `${how}: ${last}` : how };
}

export const hasEnded = (result: CellResult): result is End =>
  result.status === "died" || result.status === "late";

const describeEnd = (end: End): string =>
  end.status === "late" ? `it was stopped after ${end.seconds} s` : end.how;
