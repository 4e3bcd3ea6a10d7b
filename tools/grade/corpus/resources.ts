import { above, body, type Hostile } from "./hostile";

/** Takes time, memory, processes, room. */
const forks = body(
  'const { spawn } = require("node:child_process");',
  'let n = 0; for (; n < 100; n++) { const { pid } = spawn("/bin/sh", ["-c", "sleep 60"]); if (!pid) break; }',
  'throw new Error("started " + n);',
);

export const resources: Hostile[] = [
  { name: "an endless loop in a cell", answer: above("while (true) {}"), status: "timeout" },
  { name: "an endless loop in the answer", answer: body("while (true) {}"), status: "timeout" },
  {
    name: "an endless promise",
    answer: `const never_ = await new Promise<number>(() => setInterval(() => {}, 10));\n${body("return never_;")}`,
    status: "timeout",
  },
  {
    name: "a promise that nothing keeps alive",
    answer: `const never_ = await new Promise<number>(() => {});\n${body("return never_;")}`,
    status: "crash",
  },
  {
    name: "a regular expression that goes on",
    answer: body(`return /^(a+)+$/.test("${"a".repeat(60)}!") ? 1 : 0;`),
    status: "timeout",
  },
  {
    name: "types without end",
    answer: above(
      "type Tree<N extends 0[], A> = N extends [0, ...infer R extends 0[]] ? [Tree<R, [A, 1]>, Tree<R, [A, 2]>] : A;",
      "type Many = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];",
      ...Array.from(
        { length: 30 },
        (_, i) => `const tree${i}: Tree<Many, ${i}> = [] as Tree<Many, 'x${i}'>;`,
      ),
    ),
    status: "compile-error",
  },
  {
    name: "a list without end",
    answer: body("const list: number[][] = []; for (;;) list.push(new Array(1e5).fill(list.length));"),
    status: "memory",
  },
  {
    name: "buffers without end",
    answer: body("const list = []; for (;;) list.push(Buffer.alloc(2 ** 24, 1));"),
    status: "memory",
  },
  {
    name: "without a last call",
    answer: body("return step(x, hPrev, w, u, b) + 1;"),
    status: "fail",
    says: /RangeError/,
  },
  {
    name: "prints without end",
    answer: body('for (;;) console.log("x".repeat(10000));'),
    status: ["timeout", "memory"], // whichever limit a machine reaches first
  },
  {
    name: "answers without end",
    answer: body(
      'const line = "x".repeat(2 ** 20); for (;;) try { require("node:fs").writeSync(1, line); } catch {}',
    ),
    status: "memory",
  },
  {
    name: "an answer far too large",
    answer: body("return new Float64Array(5e6) as never;"),
    status: "memory",
  },
  {
    name: "an answer that holds itself",
    answer: body("const a: unknown[] = []; a.push(a); return a as never;"),
    status: "fail",
  },
  {
    name: "an answer that is very deep",
    answer: body("let a: unknown = 0; for (let i = 0; i < 1e5; i++) a = [a]; return a as never;"),
    status: "fail",
  },
  {
    name: "fills the disk",
    answer: body(
      'const fs = require("node:fs");',
      'try { for (let i = 0; ; i++) fs.writeFileSync("/tmp/" + i, Buffer.alloc(2 ** 22)); } catch (e) { throw new Error("stopped: " + e); }',
    ),
    status: "fail",
    says: /stopped: .*(ENOSPC|EFBIG|no space)/,
    needsSandbox: true,
  },
  { name: "forks", answer: forks, status: "fail", says: /EPERM/, needsSandbox: "filter" },
  {
    name: "forks where processes are only counted",
    answer: forks,
    status: "fail",
    others: "any", // they run beside all that was started
    says: /EPERM|started \d\d$/,
    needsSandbox: true,
  },
  { name: "ends", answer: body("process.exit(0);"), status: "fail" },
  {
    name: "ends for good",
    answer: body(
      "process.reallyExit(0); return 0;".replace(
        "process.",
        "(process as never as { reallyExit(n: number): void }).",
      ),
    ),
    status: "crash",
  },
  { name: "aborts", answer: body("process.abort();"), status: "crash" },
  {
    name: "ends when its cell runs",
    answer: above('process.kill(process.pid, "SIGKILL");'),
    status: "crash",
  },
  {
    name: "ends all that it can reach",
    answer: body(
      'for (const pid of [process.ppid, -1, 1, 0]) try { process.kill(pid, "SIGKILL"); } catch {}',
      "return 0;",
    ),
    status: "crash",
    needsSandbox: true,
  },
];
