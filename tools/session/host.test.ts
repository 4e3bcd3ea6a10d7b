import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

// A remote session is a matter of processes; what runs cells must run in a web worker as well.
const PROCESSES = /^(remote|protocol|watchdog|testing)|\.i?test\.ts$|\.d\.ts$/;
const source = join(__dirname, "../../session");
const core = readdirSync(source).filter((name) => name.endsWith(".ts") && !PROCESSES.test(name));

test("what compiles and evaluates cells reaches Node through its host only", () => {
  assert.ok(core.includes("compile.ts") && core.includes("evaluate.ts") && core.includes("session.ts"));
  for (const name of core) {
    const text = readFileSync(join(source, name), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    const imports = [...text.matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);
    assert.deepEqual(
      imports.filter((from) => from.startsWith("node:")),
      [],
      name,
    );
    const ofNode = imports.filter((from) => from.startsWith("./node/") && from !== "./node/host");
    assert.deepEqual(ofNode, [], name);
    assert.doesNotMatch(text, /\b(process|Buffer|__dirname|__filename)\b\.?|\brequire\(/, name);
  }
});
