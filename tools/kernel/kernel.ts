/** Jupyter's shell and iopub channels over a session: each request in turn, with its replies and outputs. */
import { Publisher, Router } from "zeromq";
import type { CellError, Handlers, Outcome, Session } from "../session/session";
import { interruptedError } from "../session/stop";
import { startControl } from "./control";
import { History } from "./history";
import { kernelInfo } from "./info";
import { complete, inspect, isComplete } from "./language";
import { address, type Connection, type Content, decode, encode, type Message } from "./message";
import { StreamBatch } from "./output";

const { setImmediate, setTimeout } = globalThis; // the session replaces them with ones that an interrupt drops
const exit = process.exit.bind(process);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const complain = console.error.bind(console);
const QUIET: Handlers = { stream() {}, display() {}, result() {} };

export async function serve(connection: Connection): Promise<void> {
  // By default zeromq drops what a slow client has not taken (100,000 lines lost all but 504), and now and then
  // a send waits for the next turn of the event loop, and throws if another comes before. With no high-water
  // mark a send never has to wait.
  const options = { sendHighWaterMark: 0, sendTimeout: 0, linger: 200 };
  const iopub = new Publisher(options);
  const shell = new Router(options);
  const stdin = new Router(); // bound because clients connect to it; nothing is ever asked
  const history = new History();
  const queue: Message[] = [];
  const aborted = new WeakSet<Message>();
  let executionCount = 0;
  let busy = false;
  let interrupted = false; // since the request at hand came
  let session: Session | undefined; // once it is warm
  let started: Promise<Session> | undefined;

  const control = startControl(connection, {
    interrupt() {
      interrupted = true;
      session?.interrupt();
    },
    shutdown: () => exit(0),
  });
  await control.ready;
  await Promise.all([
    iopub.bind(address(connection, "iopub")),
    shell.bind(address(connection, "shell")),
    stdin.bind(address(connection, "stdin")),
  ]);

  const ready = (): Promise<Session> => (started ??= start());
  async function start(): Promise<Session> {
    // biome-ignore lint/style/noRestrictedImports: `import()` takes the whole name of a file
    const { createSession } = await import("../session/session.js");
    const created = await createSession({
      cwd: process.cwd(),
      onRun: () => session && control.setRunning(true),
    });
    await created.execute("undefined", QUIET, 0); // the first cell is slow; let it not be the learner's
    session = created;
    return created;
  }

  function publish(type: string, content: Content, parent?: Message): void {
    void iopub.send(encode(connection.key, type, content, parent, [Buffer.from(type)]));
  }
  function reply(message: Message, content: Content): void {
    const type = message.header.msg_type.replace("_request", "_reply");
    void shell.send(encode(connection.key, type, content, message, message.identities));
  }

  async function execute(message: Message): Promise<void> {
    const {
      code,
      silent = false,
      store_history = !silent,
      stop_on_error = true,
    } = message.content as {
      code: string;
      silent?: boolean;
      store_history?: boolean;
      stop_on_error?: boolean;
    };
    if (store_history && !silent) history.add(++executionCount, code);
    const send = (type: string, content: Content): void => {
      if (!silent) publish(type, content, message);
    };
    const output = new StreamBatch((name, text) => send("stream", { name, text }));
    const session = await ready();
    send("execute_input", { code, execution_count: executionCount });
    const outcome: Outcome = interrupted
      ? { status: "error", error: interruptedError() }
      : await session.execute(code, handlersFor(output, send, executionCount), executionCount);
    control.setRunning(false);
    output.flush();

    if (outcome.status === "ok") {
      reply(message, { status: "ok", execution_count: executionCount, payload: [], user_expressions: {} });
      return;
    }
    const error: CellError = outcome.error;
    send("error", { ...error });
    if (stop_on_error) {
      // Only what had arrived before the reply; tslab aborted whatever came in the next 200 ms, too.
      await arrived();
      for (const waiting of queue) aborted.add(waiting);
    }
    reply(message, { status: "error", execution_count: executionCount, ...error });
  }

  /** Requests that were sent while a cell kept the event loop from turning are read now. */
  async function arrived(): Promise<void> {
    let before: number;
    do {
      before = queue.length;
      await turn();
      await turn();
    } while (queue.length > before);
  }

  async function answer(message: Message): Promise<void> {
    const { content } = message;
    switch (message.header.msg_type) {
      case "execute_request":
        if (!aborted.has(message)) return execute(message);
        return reply(message, { status: "aborted", execution_count: executionCount });
      case "kernel_info_request":
        return reply(message, kernelInfo());
      case "history_request":
        return reply(message, history.answer(content));
      case "comm_info_request":
        return reply(message, { status: "ok", comms: {} });
      case "complete_request":
        return reply(message, complete(await ready(), content));
      case "inspect_request":
        return reply(message, inspect(await ready(), content));
      case "is_complete_request":
        return reply(message, await isComplete(content));
      case "shutdown_request":
        reply(message, { status: "ok", ...content });
        control.shutdown();
    }
  }

  async function handle(message: Message): Promise<void> {
    interrupted = false;
    publish("status", { execution_state: "busy" }, message);
    try {
      await answer(message);
    } catch (error) {
      // A fault of the kernel, not of a cell: say it, and go on.
      const { name, message: evalue, stack } = error as Error;
      reply(message, { status: "error", ename: name, evalue, traceback: String(stack).split("\n") });
    } finally {
      publish("status", { execution_state: "idle" }, message);
    }
  }

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let message = queue.shift(); message; message = queue.shift()) await handle(message).catch(complain); // a fault must not make the kernel deaf
    busy = false;
    setImmediate(ready);
  }

  publish("status", { execution_state: "starting" });
  setTimeout(ready, 500); // if no client asks anything; else right after its first question, which needs no session
  for await (const frames of shell) {
    const message = decode(connection.key, frames);
    if (message) queue.push(message);
    void work();
  }
}

function handlersFor(
  output: StreamBatch,
  send: (type: string, content: Content) => void,
  executionCount: number,
): Handlers {
  return {
    stream: (name, text) => output.write(name, text),
    display({ data, metadata = {}, displayId, update }) {
      output.flush();
      const transient = displayId === undefined ? {} : { display_id: displayId };
      send(update ? "update_display_data" : "display_data", { data, metadata, transient });
    },
    result(data, metadata) {
      output.flush();
      send("execute_result", { data, metadata, execution_count: executionCount });
    },
  };
}
