/** For tests: a session in a child process, since it takes over the console that the test runner reports on. */
import { fork } from "node:child_process";
import { createSession, type DisplayMessage, type Outcome } from "./session.js";

export interface Ran {
  outcome: Outcome;
  printed: string;
  results: Record<string, unknown>[];
  displays: DisplayMessage[];
}

export interface RemoteSession {
  run(source: string): Promise<Ran>;
  ask(method: "complete" | "inspect", ...args: unknown[]): Promise<unknown>;
  interrupt(): void;
  close(): void;
}

type Call = { id: number; method: "run" | "complete" | "inspect" | "interrupt"; args: unknown[] };

export function remoteSession(cwd: string): RemoteSession {
  const child = fork(__filename, [cwd]);
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  child.on("message", ({ id, value, error }: { id: number; value: never; error?: string }) => {
    const call = waiting.get(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
    waiting.delete(id);
  });
  let id = 0;
  const call = <T>(method: Call["method"], ...args: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      child.send({ id, method, args });
    });
  return {
    run: (source) => call("run", source),
    ask: (method, ...args) => call(method, ...args),
    interrupt: () => void call("interrupt"),
    close: () => child.disconnect(),
  };
}

async function serve(cwd: string): Promise<void> {
  const session = await createSession({ cwd });
  async function run(source: string): Promise<Ran> {
    const ran: Ran = { outcome: { status: "ok" }, printed: "", results: [], displays: [] };
    ran.outcome = await session.execute(source, {
      stream: (name, text) => (ran.printed += name === "stdout" ? text : `[${name}] ${text}`),
      result: (data) => ran.results.push(data),
      display: (message) => ran.displays.push(message),
    });
    return ran;
  }
  const methods = { ...session, run } as Record<string, (...args: unknown[]) => unknown> & {
    run: typeof run;
  };
  process.on("message", async ({ id, method, args }: Call) => {
    try {
      process.send!({ id, value: await (methods[method] as (...args: unknown[]) => unknown)(...args) });
    } catch (error) {
      process.send!({ id, error: (error as Error).message });
    }
  });
}

if (require.main === module) void serve(process.argv[2]);
