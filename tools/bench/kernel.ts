/** How long a learner waits for the kernel, and for a plain tslab on the same cells: start, imports, simple cells. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { address, type Connection, type Content, decode, encode, type Message } from "../kernel/message";
import type { Table } from "./table";

const OURS = resolve(__dirname, "../kernel/main.js");
const TSLAB = require.resolve("tslab/bin/tslab");
const ROOT = resolve(__dirname, "../../..");
const CELLS = 100;
const PATIENCE = 60_000; // ms

interface Kernel {
  answers: number;
  firstCell: number;
  /** Milliseconds until the reply has come and the kernel is idle again. */
  time(code: string): Promise<number>;
  stop(): void;
}

const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
type Ports = Pick<Connection, (typeof PORTS)[number]>;

async function freePorts(): Promise<Ports> {
  const servers = PORTS.map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((done) => server.once("listening", done))));
  const ports = servers.map((server, i) => [PORTS[i], (server.address() as { port: number }).port]);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return Object.fromEntries(ports) as Ports;
}

function connect(connection: Connection) {
  const shell = new Dealer({ linger: 0, receiveTimeout: PATIENCE });
  const iopub = new Subscriber({ linger: 0, receiveTimeout: PATIENCE });
  shell.connect(address(connection, "shell"));
  iopub.connect(address(connection, "iopub"));
  iopub.subscribe();
  async function receive(socket: Dealer | Subscriber): Promise<Message> {
    return decode(connection.key, (await socket.receive()) as Buffer[])!;
  }
  async function ask(type: string, content: Content): Promise<Message> {
    await shell.send(encode(connection.key, type, content, undefined, []));
    return receive(shell);
  }
  /** Waits for the reply and until the kernel is idle again, as Jupyter does. */
  async function execute(code: string): Promise<void> {
    const { parent, content } = await ask("execute_request", { code, silent: false, store_history: true });
    if (content.status !== "ok") throw new Error(`bench: the cell ${code} failed: ${content.evalue}`);
    for (let idle = false; !idle; ) {
      const said = await receive(iopub);
      idle = said.parent.msg_id === parent.msg_id && said.content.execution_state === "idle";
    }
  }
  /** A subscription takes a moment to reach the kernel: asks until something has come through. */
  async function hear(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      iopub.receiveTimeout = 200;
      const heard = await receive(iopub).catch(() => undefined);
      iopub.receiveTimeout = PATIENCE;
      if (heard) return;
      await ask("kernel_info_request", {});
    }
    throw new Error("bench: the kernel answers, but nothing comes on its output channel");
  }
  return { ask, hear, execute, close: () => [shell, iopub].map((socket) => socket.close()) };
}

async function start(program: string[]): Promise<Kernel> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-"));
  const connection = { transport: "tcp", ip: "127.0.0.1", key: "bench", ...(await freePorts()) };
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));

  const began = performance.now();
  const since = (): number => performance.now() - began;
  const child = spawn(process.execPath, [...program, file], {
    cwd: join(ROOT, "notebooks"),
    stdio: "ignore",
  });
  const client = connect(connection);
  const stop = (): void => {
    client.close();
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await client.ask("kernel_info_request", {});
    const answers = since();
    await client.hear();
    await client.execute("1");
    return {
      answers,
      firstCell: since(),
      async time(code) {
        const before = performance.now();
        await client.execute(code);
        return performance.now() - before;
      },
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;

export async function run(): Promise<Table> {
  const kernels: Kernel[] = [];
  try {
    for (const program of [
      [OURS, "--connection-file"],
      [TSLAB, "kernel", "--config-path"],
    ])
      kernels.push(await start(program));
    const both = async (code: string): Promise<number[]> => {
      const times: number[] = [];
      for (const kernel of kernels) times.push(await kernel.time(code));
      return times;
    };
    const imported = await both('import { matmul } from "unrolled";');
    const mathjs = await both('import { derivative } from "mathjs";');
    const cells: number[][] = [];
    for (let i = 0; i < CELLS; i++)
      cells.push(await both(`const value${i % 10} = ${i} * 2;\nvalue${i % 10}`));
    const quantile = (share: number): number[] =>
      kernels.map(
        (_, k) => cells.map((times) => times[k]!).sort((a, b) => a - b)[Math.floor(CELLS * share)]!,
      );
    const rows: [string, number[]][] = [
      ["kernel answers", kernels.map(({ answers }) => answers)],
      ["first cell done, from the start", kernels.map(({ firstCell }) => firstCell)],
      ['first import of "unrolled"', imported],
      ['first import of "mathjs"', mathjs],
      [`simple cell, median of ${CELLS}`, quantile(0.5)],
      ["simple cell, 95th percentile", quantile(0.95)],
    ];
    return {
      columns: ["the course", "plain tslab"],
      rows: rows.map(([what, times]) => [what, ...times.map(ms)]),
    };
  } finally {
    for (const kernel of kernels) kernel.stop();
  }
}
