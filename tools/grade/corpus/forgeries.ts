import { above, body, type Hostile } from "./hostile";

/** Wants points for nothing: changes what judges, or answers in its place. */
export const forgeries: Hostile[] = [
  {
    name: "the functions that check are replaced",
    answer: above(
      'const check_ = require("unrolled/check");',
      "for (const name of Object.keys(check_)) try { check_[name] = () => {}; } catch {}",
    ),
    status: "fail",
  },
  {
    name: "functions that check, declared anew",
    answer: above("function checkClose(): void {}", "function passed(): void {}"),
    status: "fail",
  },
  {
    name: "globals that say yes",
    answer: above(
      "Object.assign(globalThis, { checkClose() {}, passed() {}, require: () => new Proxy({}, {}) });",
    ),
    status: "fail",
  },
  {
    name: "every comparison holds",
    answer: above(
      "Math.abs = () => 0;",
      "Array.prototype.every = () => true;",
      "Object.is = () => true;",
      "Number.isFinite = () => true;",
    ),
    status: "fail",
    others: "any",
  },
  {
    name: "every prototype lies",
    answer: above(
      "Object.defineProperty(Object.prototype, 'status', { value: 'ok' });",
      "Object.defineProperty(Object.prototype, 'tampered', { get: () => undefined });",
      "Error.prototype.toString = () => '✓';",
    ),
    status: "fail",
    others: "any",
  },
  {
    name: "the library that the expected value comes from",
    answer: above(
      'const u_ = require("unrolled");',
      "u_.rnn.forward = () => ({ hs: [] });",
      "Math.tanh = () => 0;",
    ),
    status: "fail",
    others: "any",
  },
  {
    name: "no script runs any more",
    answer: above(
      'const vm_ = require("node:vm");',
      "vm_.runInThisContext = () => undefined;",
      "vm_.Script.prototype.runInThisContext = () => undefined;",
    ),
    status: "fail",
    others: "any",
  },
  {
    name: "process.send, as if the session spoke",
    answer: above('process.send?.({ id: 2, type: "done", value: { status: "ok" } });'),
    status: "fail",
  },
  {
    name: "a cell that says it ran and a judge that is content",
    answer: above('require("node:fs").writeSync(1, \'{"ran":{}}\\n={}\\n\');'),
    status: "tampered",
  },
  {
    name: "a call that answers with a judgement",
    answer: body('require("node:fs").writeSync(1, "={}\\n");', "return 0;"),
    status: "tampered",
  },
  {
    name: "answers ahead of the questions",
    answer: body('require("node:fs").writeSync(1, \'{"value":0.29}\\n\'.repeat(9));', "return 0;"),
    status: "tampered",
  },
  {
    name: "a message of another form",
    answer: body(
      'require("node:fs").writeSync(1, \'{"value":{"o":[["__proto__",{"q":1}]]}}\\n\');',
      "return 0;",
    ),
    status: "tampered",
  },
  {
    name: "says that it has ended",
    answer: body('require("node:fs").writeSync(1, \'{"ended":true}\\n\');', "return 0;"),
    status: "tampered",
  },
  {
    name: "calls a function that nobody gave",
    answer: body('require("node:fs").writeSync(1, \'{"callback":7,"args":[]}\\n\');', "return 0;"),
    status: "tampered",
  },
  {
    name: "calls a function without arguments",
    answer: body('require("node:fs").writeSync(1, \'{"callback":0,"args":7}\\n\');', "return 0;"),
    status: "tampered",
  },
  {
    name: "no JSON",
    answer: body('require("node:fs").writeSync(1, "ok\\n");', "return 0;"),
    status: "tampered",
  },
  {
    name: "an object with a valueOf",
    answer: body("return { valueOf: () => 0.29 } as never;"),
    status: "fail",
  },
  {
    name: "an object that becomes any primitive",
    answer: body("return { [Symbol.toPrimitive]: () => Math.random() } as never;"),
    status: "fail",
  },
  {
    name: "a Proxy that answers everything",
    answer: body("return new Proxy(() => 0, { get: () => () => true, apply: () => 0 }) as never;"),
    status: "fail",
  },
  {
    name: "a record that passes for a list",
    answer: body("return { length: 1, every: () => true, some: () => true, map: () => [] } as never;"),
    status: "fail",
  },
  {
    name: "a record that would pollute",
    answer: body(
      'return JSON.parse(\'{"__proto__":{"rows":1},"constructor":{"prototype":{"cols":1}}}\') as never;',
    ),
    status: "fail",
  },
  { name: "not a number", answer: body("return Number.NaN;"), status: "fail" },
  {
    name: "a promise of the right answer",
    answer: body("return Promise.resolve(Math.tanh(w * x + u * hPrev + b)) as never;"),
    status: "fail",
  },
  {
    name: "an error called CheckError",
    answer: body('throw Object.assign(new Error("✓ 01.2 The scalar step"), { name: "CheckError" });'),
    status: "fail",
  },
  {
    name: "an inspector on its own process",
    answer: above(
      'const { Session } = require("node:inspector");',
      "const s_ = new Session(); s_.connect();",
      's_.post("Debugger.enable"); s_.post("Runtime.evaluate", { expression: "globalThis.done = true" });',
    ),
    status: "fail",
  },
  {
    name: "looks for the caller's arguments",
    answer: body(
      "return Number((step as never as { caller: { arguments: number[] } }).caller?.arguments?.[2] ?? 0);",
    ),
    status: "fail",
  },
  {
    name: "reads the judge's requests",
    answer: body(
      'const fs = require("node:fs"); const room = Buffer.alloc(1000);',
      'try { fs.readSync(fs.openSync("/proc/self/fd/0", "r"), room, 0, 0, null); } catch {}',
      "return 0;",
    ),
    status: "fail",
  },
];
