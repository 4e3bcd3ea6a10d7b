/**
 * `npm test [-- STAGE…]`: everything that must hold, stage by stage. Every stage runs, also after a failure;
 * the last line counts the tests.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readCommand, runMain } from "../command";

const root = join(__dirname, "..", "..", "..");
const MINUTES = 25;

interface Stage {
  name: string;
  /** Arguments for Node. */
  args(): string[];
}

interface Result {
  passed: number;
  failed: number;
  /** Names, with the reason. */
  skipped: string[];
  /** Shown when something has failed. */
  output: string;
}

/** The built tests, and those of the bootstrap, which is not built. */
function tests(ending: string): string[] {
  const folders = ["lib/dist", "tools/dist", "tools/bootstrap"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  return files.filter((file) => file.endsWith(ending)).sort();
}

/** Node's test runner tells `pass 12` at the end, whatever the width and colors of the rest. */
const RUNNER = ["--test", "--test-reporter=spec", "--test-timeout=600000"];
const packageFile = (...names: string[]): string => join("node_modules", ...names);
const toolFile = (...names: string[]): string => join("tools", "dist", ...names);

const STAGES: Stage[] = [
  {
    name: "types",
    args: () => [packageFile("typescript", "bin", "tsc"), "-b", "tools/bootstrap", "tools/web"],
  },
  { name: "format", args: () => [packageFile("@biomejs", "biome", "bin", "biome"), "check", "."] },
  { name: "lint", args: () => [toolFile("notebook", "lint-cli.js"), "--cells"] },
  { name: "unit", args: () => [...RUNNER, "--test-concurrency=2", ...tests(".test.js")] },
  { name: "integration", args: () => [...RUNNER, "--test-concurrency=1", ...tests(".itest.js")] },
  { name: "lessons", args: () => [toolFile("notebook", "cli.js"), "--check"] },
  { name: "exercises", args: () => [toolFile("exercises", "cli.js"), "verify"] },
];

function runStage(stage: Stage): Promise<Result> {
  const args = stage.args();
  const program = args.find((arg) => arg.includes(".js") || arg.includes("node_modules"));
  if (!program || !existsSync(join(root, program)))
    return Promise.resolve({
      passed: 0,
      failed: 1,
      skipped: [],
      output: `${program ?? "its tests"}: there is no such file`,
    });
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const timer = setTimeout(() => {
      output += `\nstopped: not finished after ${MINUTES} minutes\n`;
      child.kill("SIGKILL");
    }, MINUTES * 60_000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(count(output, code === 0));
    });
  });
}

/** A stage without Node's test runner counts as one test. A runner that dies counts as a failure, whatever it told. */
function count(output: string, ok: boolean): Result {
  const told = (word: string): number | undefined => {
    const last = [...output.matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, "gm"))].pop();
    return last && Number(last[1]);
  };
  const [passed, failed, cancelled] = ["pass", "fail", "cancelled"].map(told);
  if (passed === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [], output };
  const skipped = [...output.matchAll(/^\s*﹣ (.*) \([\d.]+ms\) # (.*)$/gm)].map(
    ([, name, why]) => `${name}: ${why}`,
  );
  const wrong = (failed ?? 0) + (cancelled ?? 0);
  return { passed, failed: ok ? wrong : Math.max(1, wrong), skipped, output };
}

/** The part of a test runner's output that tells what failed; all of another program's. */
function failure({ output }: Result): string {
  const at = output.lastIndexOf("✖ failing tests:");
  return (at < 0 ? output : output.slice(at)).trim().slice(-20_000);
}

async function main(args: string[]): Promise<number> {
  const { words: names } = readCommand("test", args);
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    console.error(`npm test: there is no stage ${unknown}; there are ${STAGES.map((s) => s.name).join(" ")}`);
    return 2;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failed: string[] = [];
  for (const stage of STAGES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const started = performance.now();
    const result = await runStage(stage);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = [`${result.passed} passed`];
    if (result.failed > 0) counts.push(`${result.failed} failed`);
    if (result.skipped.length > 0) counts.push(`${result.skipped.length} skipped`);
    console.log(
      `${result.failed > 0 ? "✗" : "✓"} ${stage.name.padEnd(12)} ${counts.join(", ")} (${seconds} s)`,
    );
    for (const skipped of result.skipped) console.log(`  – skipped: ${skipped}`);
    if (result.failed > 0) {
      console.log(`${failure(result)}\n`);
      failed.push(stage.name);
    }
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped.length;
  }
  if (failed.length > 0)
    console.log(`\nFailed: ${failed.join(", ")}. One stage again: npm test -- ${failed[0]}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return failed.length === 0 ? 0 : 1;
}

runMain(main);
