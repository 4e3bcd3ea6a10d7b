/** A process that speaks lines of JSON, and may not be trusted: limits on time, memory and what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "./sandbox";

/** The characters that one message may have. */
const LONGEST = 32 * 2 ** 20;
const EVERY = 50; // ms
const PAGE = 4096;
const LONGEST_END = 10_000; // ms

export type Cause = "memory" | "signal" | "exit" | "flood" | "spoke" | "closed";

export interface Gone {
  cause: Cause;
  how: string;
  /** When, at the latest, the limit fell due that ended it: by performance.now(). */
  due?: number;
}

const alive = new Set<Program>();
process.once("exit", () => {
  for (const program of alive) program.kill();
});

export class Program {
  readonly #child: ChildProcess;
  #waiting?: { heard(line: string): void; gone(how: Gone): void };
  #gone?: Gone;
  #watch?: NodeJS.Timeout;
  #last = "";
  #ending?: Promise<void>;
  /** When it last held no more than it may. */
  #within = performance.now();

  /** `memory`: megabytes that it and what it starts may hold. */
  constructor(
    readonly command: Command,
    memory?: number,
  ) {
    alive.add(this);
    const { program, args, env, cwd } = command;
    // In a session of its own: a signal to its whole group must not reach the grader.
    const detached = process.platform !== "win32";
    this.#child = spawn(program, args, { env, cwd, detached, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.once("error", ({ message }) => this.kill({ cause: "exit", how: message }));
    this.#child.once("exit", (code, signal) => setTimeout(() => this.#ended(code, signal), 20));
    this.#child.stdin!.on("error", () => {}); // it has gone: that is told above
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#last = (this.#last + text).slice(-4000);
    });
    this.#listen();
    if (memory !== undefined && process.platform === "linux")
      this.#watch = setInterval(() => this.#weigh(memory), EVERY).unref();
  }

  get gone(): Gone | undefined {
    return this.#gone;
  }

  /** Sends a line and gives the next that comes back, or how it ended. */
  ask(line: string): Promise<string | Gone> {
    if (this.#gone) return Promise.resolve(this.#gone);
    return new Promise((resolve) => {
      this.#waiting = { heard: resolve, gone: resolve };
      this.#child.stdin!.write(`${line}\n`);
    });
  }

  kill(how: Gone = { cause: "closed", how: "it was ended" }): void {
    this.#gone ??= how;
    alive.delete(this);
    clearInterval(this.#watch);
    this.#end();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream?.destroy();
    this.#waiting?.gone(this.#gone);
    this.#waiting = undefined;
  }

  /** Ends it; resolves when nothing of it runs any more. */
  end(how?: Gone): Promise<void> {
    this.#ending ??= this.#seenOff(how);
    return this.#ending;
  }

  async #seenOff(how?: Gone): Promise<void> {
    const { pid } = this.#child;
    const tree = pid === undefined ? [] : treeOf(pid);
    this.kill(how);
    const until = performance.now() + LONGEST_END;
    while (tree.some(isRunning) && performance.now() < until) await pause(2);
  }

  /** Ends it and what it has started. */
  #end(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      this.#child.kill("SIGKILL");
    }
    const { stop, env } = this.command;
    if (stop) spawn(stop[0]!, stop.slice(1), { env, stdio: "ignore" }).on("error", () => {});
  }

  /** One line an ask, and none unasked: whoever says more wants to be taken for another. */
  #listen(): void {
    let parts: Buffer[] = [];
    let size = 0;
    this.#child.stdout!.on("data", (chunk: Buffer) => {
      parts.push(chunk);
      size += chunk.length;
      const end = chunk.indexOf(10);
      if (!this.#waiting || (end >= 0 && end < chunk.length - 1))
        return this.kill({ cause: "spoke", how: "it spoke to the grader out of turn" });
      if (size > LONGEST) return this.kill({ cause: "flood", how: "what it returned is far too large" });
      if (end < 0) return;
      const line = Buffer.concat(parts).toString("utf8", 0, size - 1);
      parts = [];
      size = 0;
      const { heard } = this.#waiting;
      this.#waiting = undefined;
      heard(line);
    });
  }

  #ended(code: number | null, signal: string | null): void {
    const memory = /out of memory|Allocation failed/.test(this.#last);
    const how = signal ? `stopped by ${signal}` : `exit code ${code}`;
    this.kill({
      cause: memory ? "memory" : signal ? "signal" : "exit",
      how: memory ? "it used up its memory" : how,
    });
  }

  #weigh(memory: number): void {
    if (this.#child.pid === undefined || this.#gone) return;
    if (heldBy(this.#child.pid) <= memory * 2 ** 20) this.#within = performance.now();
    else void this.end({ cause: "memory", how: `it used up its memory of ${memory} MB`, due: this.#within });
  }

  /** What the program said last, for a problem in the machinery. */
  get lastWords(): string {
    return this.#last;
  }
}

/** Bytes that a process and all that it has started hold. */
const heldBy = (pid: number): number => treeOf(pid).reduce((sum, one) => sum + heldByOne(one), 0);

function heldByOne(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE;
  } catch {
    return 0; // it has gone meanwhile
  }
}

/** A process and all that it has started: on Linux, elsewhere only itself. */
function treeOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
  } catch {
    return [pid];
  }
}

/** A zombie, of which only the exit code is left, runs no more. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}
