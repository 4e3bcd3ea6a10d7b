/** Serves the control and heartbeat sockets; stops the main thread's code by whatever means it takes. */
import { Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { type ControlEvent, KILL, PENDING, RUNNING } from "./control";
import { kernelInfo } from "./info";
import { address, type Connection, type Content, decode, encode } from "./message";

const { connection, shared } = workerData as { connection: Connection; shared: Int32Array };
const control = new Router({ linger: 200 });
const heartbeat = new Reply({ linger: 0 });
const tell = (event: ControlEvent): void => parentPort!.postMessage(event);

const EVERY = 150; // ms
const windows = process.platform === "win32";

/**
 * A message reaches the main thread if its event loop turns: that stops whatever waits. Code that never pauses is
 * killed through the inspector. (Node's own `breakOnSigint` stops only what has not awaited yet, and for a moment
 * before and after it, a signal ends the process.)
 */
function interrupt(): void {
  if (Atomics.exchange(shared, PENDING, 1) === 1) return; // one is on its way
  tell("interrupt");
  setTimeout(insist, EVERY);
}

function insist(): void {
  if (Atomics.load(shared, PENDING) === 0) return;
  const again = (): unknown => setTimeout(insist, EVERY);
  // While TypeScript compiles, the kernel's own code runs: it comes back by itself.
  if (Atomics.load(shared, RUNNING) === 0) again();
  else onMainThread(KILL, again);
}

/** Calls the function between two steps of what runs there; in a call into the system, once that returns. */
function onMainThread(name: string, done: () => void): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${name}")]()` }, () => {
    session.disconnect();
    done();
  });
}

/** The main thread ends the process if it can; if it is busy, the process is killed. */
function shutdown(): void {
  // Node crashes if it ends while a socket of another thread is open.
  for (const socket of [control, heartbeat]) socket.close();
  tell("shutdown");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);
}

function answer(type: string, content: Content): Content | undefined {
  if (type === "kernel_info_request") return kernelInfo();
  if (type === "interrupt_request") interrupt();
  else if (type !== "shutdown_request") return undefined;
  return { status: "ok", ...content };
}

async function serveControl(): Promise<void> {
  for await (const frames of control) {
    const message = decode(connection.key, frames);
    const type = message?.header.msg_type ?? "";
    const content = answer(type, message?.content ?? {});
    if (!content) continue;
    const replyType = type.replace("_request", "_reply");
    await control.send(encode(connection.key, replyType, content, message, message!.identities));
    if (type === "shutdown_request") shutdown();
  }
}

async function serveHeartbeat(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

// A Jupyter that was killed leaves nobody to stop us. (On Windows the variable holds a handle, no process.)
const parent = windows ? process.ppid : Number(process.env.JPY_PARENT_PID);
if (parent) setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGKILL"), 2000);

parentPort!.on("message", shutdown);

const bound = [control.bind(address(connection, "control")), heartbeat.bind(address(connection, "hb"))];
Promise.all(bound).then(() => {
  tell("ready");
  void serveControl();
  void serveHeartbeat();
});
