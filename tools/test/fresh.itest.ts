/**
 * A clean copy of the course in a folder with a space in its name, as a learner gets it: installed (killed half-way,
 * twice at once), started, examined, cleaned. One story: each test goes on where the one before stopped.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { readmeCommands, scriptOf } from "./readme";

const root = join(__dirname, "..", "..", "..");
const scratch = mkdtempSync(join(tmpdir(), "unrolled fresh "));
const copy = join(scratch, "the course");
const home = join(scratch, "home");
const windows = process.platform === "win32";
const CLOSED = "http://127.0.0.1:9";

/** A home of its own shows what is written outside the project; npm's cache is npm's own. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  HOME: home,
  USERPROFILE: home,
  // pip asks rustc for its version, and rustup's stand-in for rustc makes a folder.
  RUSTUP_HOME: join(scratch, "rustup"),
  npm_config_cache: execFileSync(process.execPath, [npmCli(), "config", "get", "cache"], {
    encoding: "utf8",
  }).trim(),
};

function npmCli(): string {
  const { npm } = require(join(root, "tools", "bootstrap", "run.js")) as { npm(): [string, string[]] };
  return npm()[1][0]!;
}

interface Ended {
  code: number | null;
  output: string;
}

function launch(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended>; said: () => string } {
  const child = spawn(process.execPath, args, {
    cwd: copy,
    env: { ...environment, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, output })));
  return { child, ended, said: () => output };
}

const course = (verb: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  launch([join("tools", "bootstrap", "main.js"), verb, ...args], env).ended;

const ensure = (needs: string): string[] => [
  "-e",
  `require("./tools/bootstrap/steps.js").ensure(${needs}).catch((problem) => { console.error(String(problem)); process.exitCode = 1; })`,
];
const NODE_ONLY = '["packages", "build"]';
const ALL = '["packages", "build", "python", "kernel", "tensorflow"]';
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}
let original: string[];

before(() => {
  mkdirSync(home);
  const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const name of listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path))))
    cpSync(join(root, name), join(copy, name));
  original = files(copy);
});
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

test("no network: one message, and nothing hangs", async () => {
  const { code, output } = await launch(ensure(NODE_ONLY), {
    npm_config_registry: CLOSED,
    npm_config_cache: join(scratch, "empty"),
  }).ended;
  assert.equal(code, 1);
  assert.match(output, /npm packages could not be installed[\s\S]*Why: the network[\s\S]*What to do:/);
});

test("killed half-way, the next run repairs; two at once do no harm", async () => {
  for (const ms of [1200, 4000]) {
    const { child, ended } = launch(ensure(NODE_ONLY));
    await sleep(ms);
    child.kill("SIGKILL");
    await ended;
  }
  const both = await Promise.all([launch(ensure(NODE_ONLY)).ended, launch(ensure(NODE_ONLY)).ended]);
  for (const { code, output } of both) assert.equal(code, 0, output);
  assert.ok(existsSync(join(copy, "lib", "dist", "index.js")));
});

test("pip without a network: one message, and nothing hangs", async () => {
  const closed = {
    PIP_INDEX_URL: `${CLOSED}/simple`,
    PIP_EXTRA_INDEX_URL: "",
    PIP_FIND_LINKS: "",
    PIP_CONFIG_FILE: windows ? "nul" : "/dev/null",
  };
  const { code, output } = await launch(ensure('["python"]'), closed).ended;
  assert.equal(code, 1);
  assert.match(output, /JupyterLab could not be installed[\s\S]*Why: the network/);
});

/** Only Node, Python and a shell: no compiler. */
function poorPath(): NodeJS.ProcessEnv {
  if (windows) return {};
  const bin = join(scratch, "bin");
  mkdirSync(bin, { recursive: true });
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
    encoding: "utf8",
  }).trim();
  for (const [name, target] of [
    ["node", process.execPath],
    ["python3", python],
    ["sh", "/bin/sh"],
  ] as const)
    if (!existsSync(join(bin, name))) symlinkSync(target, join(bin, name));
  return { PATH: bin, UNROLLED_PYTHON: python, CXX: "" };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = async (port: number): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${port}/api`).catch(() => undefined))?.ok === true;

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (await holds()) return;
    await sleep(100);
  }
  assert.fail(`Waited two minutes in vain until ${what}`);
}

/** A start opens the JupyterLab that already runs here, so the last one must have ended and not only fallen silent. */
async function noneRuns(): Promise<void> {
  const { runningLabs } = require(join(copy, "tools", "bootstrap", "lab.js")) as { runningLabs(): unknown[] };
  await until("no other JupyterLab runs here", () => runningLabs().length === 0);
}

const START = [join("tools", "bootstrap", "main.js"), "start", "--no-browser", "--port"];

type Launched = ReturnType<typeof launch>;

/** Waits until JupyterLab answers; what a start said that ended before, or never got so far, stands in the error. */
async function opened({ child, said }: Launched, port: number): Promise<void> {
  const over = (): boolean => child.exitCode !== null || child.signalCode !== null;
  try {
    await until("JupyterLab answers", async () => over() || (await answers(port)));
  } catch (error) {
    throw new Error(`${(error as Error).message}:\n${said()}`);
  }
  if (over()) assert.fail(`JupyterLab did not start (${child.exitCode ?? child.signalCode}):\n${said()}`);
}

/** Starts the course until JupyterLab answers and `done` is said, stops it with a signal; the seconds to the first answer. */
async function startOnce(env: NodeJS.ProcessEnv, done = /^/): Promise<{ seconds: number; output: string }> {
  const port = await freePort();
  const began = performance.now();
  const launched = launch([...START, String(port)], env);
  const { child, ended, said } = launched;
  await opened(launched, port);
  const seconds = (performance.now() - began) / 1000;
  await until("the rest is installed", () => done.test(said()));
  child.kill("SIGTERM");
  const { code, output } = await ended;
  if (!windows) assert.equal(code, 0, output);
  return { seconds, output };
}

test("start serves JupyterLab; without a compiler, and TensorFlow's host closed, WebAssembly takes over", async (t) => {
  const closed = { TFJS_NODE_CDN_STORAGE: "https://127.0.0.1:9/", UNROLLED_TF: windows ? "wasm" : "" };
  const first = await startOnce(
    { ...poorPath(), ...closed },
    windows ? undefined : /TensorFlow +WebAssembly/,
  );
  if (!windows) {
    assert.match(first.output, /official download: its host cannot be reached/);
    assert.match(first.output, /from PyPI's wheel: (no C\+\+ compiler|there is none for this system)/);
    assert.match(first.output, /JupyterLab is starting[\s\S]*TensorFlow +WebAssembly: slower/);
  }
  const second = await startOnce(closed);
  assert.doesNotMatch(second.output, /✓|TensorFlow/, "nothing is installed or tried again");
  t.diagnostic(`second start: up in ${second.seconds.toFixed(1)} s`);
});

for (const [how, args] of [
  ["npm", [npmCli(), "start", "--", ...START.slice(2)]],
  ["the bootstrap", START],
] as const)
  test(`kill -9 of ${how} leaves no JupyterLab behind`, {
    skip: windows && "npm stands two processes above",
  }, async () => {
    await noneRuns();
    const port = await freePort();
    const launched = launch([...args, String(port)]);
    await opened(launched, port);
    launched.child.kill("SIGKILL");
    await until("it has ended", async () => !(await answers(port)));
  });

test("a taken port is told; a second start opens the running one; clean names it", async () => {
  await noneRuns();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const { child, ended, said } = launch([...START, String(port)]);
  await until("the port is told", () => said().includes(`Port ${port} is taken`));
  server.close();
  const [, url] = said().match(/JupyterLab is at (\S+)/)!;
  await until("it answers", async () => (await fetch(`${url}api`).catch(() => undefined))?.ok === true);
  const second = await course("start", ["--no-browser"]);
  assert.equal(second.code, 0, second.output);
  assert.match(second.output, /already open \(process \d+\): http:\S+00-start-here/);
  const clean = await course("clean");
  assert.equal(clean.code, 1);
  assert.match(clean.output, /JupyterLab is still running[\s\S]*process \d+, at http/);
  child.kill("SIGTERM");
  await ended;
});

test("doctor without a Python says what start would say", async () => {
  const away = join(scratch, "venv");
  renameSync(join(copy, ".venv"), away);
  const { output } = await course("doctor", [], { UNROLLED_PYTHON: join(scratch, "none") });
  renameSync(away, join(copy, ".venv"));
  assert.match(output, /✗ Python .*No Python was found.*install Python/);
});

test("when nothing is missing the bootstrap returns at once", async (t) => {
  const began = performance.now();
  const { code, output } = await launch(ensure(ALL)).ended;
  const seconds = (performance.now() - began) / 1000;
  assert.equal(code, 0, output);
  assert.equal(output, "");
  t.diagnostic(`${seconds.toFixed(2)} s`);
});

test("doctor: all is well, then not", async () => {
  const well = await course("doctor", ["--json"]);
  assert.equal(well.code, 0, well.output);
  const { ok, components } = JSON.parse(well.output) as { ok: boolean; components: { component: string }[] };
  assert.ok(ok);
  for (const name of ["Node", "npm packages", "Python", "jupyterlab", "TensorFlow", "kernel"])
    assert.ok(
      components.some(({ component }) => component === name),
      name,
    );
  const [there, away] = [join(copy, "node_modules", "mathjs"), join(scratch, "mathjs")];
  renameSync(there, away);
  const ill = await course("doctor");
  renameSync(away, there);
  assert.equal(ill.code, 1);
  assert.match(ill.output, /✗ mathjs .*npm start installs it/);
});

/** Commands of the README that other stages run, or that would not end. */
const ELSEWHERE = ["start", "test", "clean", "notebooks", "verify", "lint", "site", "grade"];

test("every other command in the README runs", async () => {
  for (const command of readmeCommands(root)) {
    const script = scriptOf(command);
    if (script === undefined || ELSEWHERE.includes(script) || command.includes("--watch")) continue;
    const { code, output } = await course(
      script,
      command
        .split(/\s--\s/)[1]
        ?.trim()
        .split(/\s+/) ?? [],
    );
    const asked = output.split("\n").slice(-15).join("\n");
    assert.ok(code === 0 || code === 1, `${command}: exit code ${code}\n${asked}`);
    assert.doesNotMatch(output, /\n {4}at |is not a command|its program is missing/, `${command}\n${asked}`);
    // Blank exercises do not pass, and what does not pass shows no solution; all else must succeed.
    if (!["check", "solution"].includes(script)) assert.equal(code, 0, `${command}\n${asked}`);
  }
});

test("nothing is written outside the project", () => {
  assert.deepEqual(readdirSync(home), []);
});

test("clean removes what was installed and nothing of the learner's", async () => {
  const mine = ["backups/mine.ipynb", "exercises/mine.ipynb", ".unrolled/settings/theme.json"];
  for (const name of mine) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    writeFileSync(join(copy, name), "{}");
  }
  const { code, output } = await course("clean");
  assert.equal(code, 0, output);
  const left = files(copy);
  for (const name of [
    "node_modules",
    ".venv",
    "lib/dist",
    "tools/dist",
    ".unrolled/jupyter",
    ".unrolled/lock.json",
  ])
    assert.equal(existsSync(join(copy, name)), false, `${name} is still there`);
  for (const name of [...original, ...mine.map((path) => join(path))])
    assert.ok(left.includes(name), `${name} is gone`);
});
