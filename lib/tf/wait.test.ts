import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "unrolled wait "));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const WAIT = `require(${JSON.stringify(join(__dirname, "wait.js"))}).waitForInstallation(process.argv[1]); console.log("goes on")`;

test("a cell waits for an installation that is under way, says what it does, and goes on after it", async (t) => {
  const own = folder(t);
  writeFileSync(join(own, "lock.json"), JSON.stringify({ pid: process.pid, doing: "TensorFlow: 42 %" }));
  const cell = spawn(process.execPath, ["-e", WAIT, own], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const text of cell.stdout.setEncoding("utf8")) {
    said += text;
    if (existsSync(join(own, "tensorflow")) || !said.includes("42 %")) continue;
    assert.doesNotMatch(said, /goes on/);
    mkdirSync(join(own, "tensorflow"), { recursive: true });
    writeFileSync(join(own, "tensorflow", "state.json"), "{}");
  }
  assert.match(said, /waits for TensorFlow.*42 %[\s\S]*\ngoes on\n$/);
});

test("it does not wait for what is there, for nobody, or for an installation that has died", (t) => {
  const own = folder(t);
  const waits = () => spawnSync(process.execPath, ["-e", WAIT, own], { encoding: "utf8" }).stdout;
  assert.equal(waits(), "goes on\n");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(join(own, "lock.json"), JSON.stringify({ pid }));
  assert.equal(waits(), "goes on\n");
  mkdirSync(join(own, "tensorflow"));
  writeFileSync(join(own, "tensorflow", "state.json"), "{}");
  writeFileSync(join(own, "lock.json"), JSON.stringify({ pid: process.pid }));
  assert.equal(waits(), "goes on\n");
});
