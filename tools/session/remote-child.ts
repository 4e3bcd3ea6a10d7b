/** The process behind a remote session: `remote.ts` is its other side. */
import fs from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ANSWERS, type Answer, type Limits, REQUESTS, type Request, readLines, type Start } from "./protocol";
import { createSession, type Handlers, type Session } from "./session";

/*
 * A cell must not be able to say "ok" in the session's name. So the answers go through a pipe of their own, not
 * through `process.send`, which every cell can call, and each begins with a secret that came through the other pipe
 * before any cell ran, and that only this module holds. It also holds the functions that write, since a cell can
 * replace those of Node. That stops accidents and shortcuts. Code that shares a process with a secret can always
 * get at it if it sets out to (an inspector sees everything): who gives marks has to judge in another process.
 */
const { writeSync } = fs;
const { stringify, parse } = JSON;
const { setImmediate } = globalThis;
const kill = process.kill.bind(process, process.pid, "SIGKILL");

const FULL = 64 * 1024; // characters: what a cell prints is sent in few messages

function serve(): void {
  const requests = new Socket({ fd: REQUESTS, readable: true, writable: false });
  let answer: ((line: string) => void) | undefined;
  readLines(requests, (line) => {
    if (answer) answer(line);
    else answer = begin(parse(line) as Start);
  });
  requests.on("close", kill); // whoever asked has gone
}

function begin({ secret, cwd, limits }: Start): (line: string) => void {
  watch(limits.memory);
  const send = (answer: Answer): string => {
    const text = stringify(answer);
    const line = Buffer.from(`${secret}${text}\n`);
    for (let sent = 0; sent < line.length; ) sent += writeSync(ANSWERS, line, sent);
    return text;
  };
  const session = createSession({ cwd });
  session.then(
    () => send({ id: 0, type: "done" }),
    (error: Error) => send({ id: 0, type: "failed", message: error.message }),
  );
  return async (line) => {
    const { id, method, args } = parse(line) as Request;
    try {
      const ready = await session;
      const value =
        method === "execute"
          ? await execute(ready, id, args, limits, send)
          : Reflect.apply(ready[method], ready, args);
      send({ id, type: "done", value });
    } catch (error) {
      send({ id, type: "failed", message: (error as Error).message });
    }
  };
}

async function execute(
  session: Session,
  id: number,
  [source, count]: unknown[],
  limits: Limits,
  send: (answer: Answer) => string,
): Promise<object> {
  let printed = 0;
  let shown = 0;
  let name: "stdout" | "stderr" = "stdout";
  let text = "";
  const flush = (): void => {
    if (text !== "") send({ id, type: "stream", name, text });
    text = "";
  };
  const print = (on: typeof name, what: string): void => {
    if (on !== name) flush();
    if (text === "") setImmediate(flush);
    name = on;
    text += what;
    if (text.length > FULL) flush();
  };
  const show = (answer: Answer): void => {
    flush();
    if (shown > limits.shown) return;
    shown += send(answer).length;
    if (shown > limits.shown) print("stderr", cut("showed", limits.shown));
  };
  const handlers: Handlers = {
    stream(on, what) {
      const room = limits.printed - printed;
      printed += what.length;
      if (room >= 0)
        print(on, what.length > room ? what.slice(0, room) + cut("printed", limits.printed) : what);
    },
    display: (message) => show({ id, type: "display", message }),
    result: (data, metadata) => show({ id, type: "result", data, metadata }),
  };
  const outcome = await session.execute(String(source), handlers, (count ?? undefined) as number | undefined);
  flush();
  return { ...outcome, printed };
}

const cut = (did: string, limit: number): string =>
  `\n… cut here: this cell ${did} more than ${limit.toLocaleString("en")} characters\n`;

/** A thread goes on while a cell keeps this one busy. */
function watch(memory: number): void {
  new Worker(join(__dirname, "watchdog.js"), { workerData: { memory, parent: process.ppid } }).unref();
}

serve();
