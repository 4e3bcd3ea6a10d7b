/** How long a learner waits for the kernel: start, simple cells, the first import of the library. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { address, type Connection, type Content, decode, encode, type Message } from "../kernel/message.js";

const MAIN = resolve(__dirname, "../kernel/main.js");
const ROOT = resolve(__dirname, "../../..");
const CELLS = 100;

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((done) => server.once("listening", done))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function connect(connection: Connection) {
  const shell = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0 });
  shell.connect(address(connection, "shell"));
  iopub.connect(address(connection, "iopub"));
  iopub.subscribe();
  async function receive(socket: Dealer | Subscriber): Promise<Message> {
    return decode(connection.key, (await socket.receive()) as Buffer[])!;
  }
  /** Waits for the reply and for the kernel to be idle again, as Jupyter does. */
  async function ask(type: string, content: Content): Promise<Content> {
    await shell.send(encode(connection.key, type, content, undefined, []));
    const reply = await receive(shell);
    if (type === "execute_request")
      for (let state = ""; state !== "idle"; )
        state = String((await receive(iopub)).content.execution_state ?? "");
    return reply.content;
  }
  return { ask, close: () => [shell, iopub].map((socket) => socket.close()) };
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;

export async function run(): Promise<[string, string][]> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-"));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  const connection: Connection = { transport: "tcp", ip: "127.0.0.1", key: "bench", ...ports };
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));

  const start = performance.now();
  const options = { cwd: join(ROOT, "notebooks"), stdio: "inherit" as const };
  const kernel = spawn(process.execPath, [MAIN, "--connection-file", file], options);
  const client = await connect(connection);
  const time = async (code: string): Promise<number> => {
    const before = performance.now();
    const { status, evalue } = await client.ask("execute_request", { code });
    if (status !== "ok") throw new Error(`bench: the cell ${code} failed: ${evalue}`);
    return performance.now() - before;
  };
  try {
    await client.ask("kernel_info_request", {});
    const answers = performance.now() - start;
    await time("1");
    const firstCell = performance.now() - start;
    const imported = await time('import { matmul } from "unrolled";');
    const mathjs = await time('import { derivative } from "mathjs";');
    const cells: number[] = [];
    for (let i = 0; i < CELLS; i++)
      cells.push(await time(`const value${i % 10} = ${i} * 2;\nvalue${i % 10}`));
    cells.sort((a, b) => a - b);
    return [
      ["kernel answers", ms(answers)],
      ["first cell done, from the start", ms(firstCell)],
      ['first import of "unrolled"', ms(imported)],
      ['first import of "mathjs"', ms(mathjs)],
      [`simple cell, median of ${CELLS}`, ms(cells[CELLS / 2])],
      [`simple cell, 95th percentile`, ms(cells[Math.floor(CELLS * 0.95)])],
    ];
  } finally {
    client.close();
    kernel.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
