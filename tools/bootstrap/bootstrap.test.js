// @ts-check

const assert = require("node:assert/strict");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const { join } = require("node:path");
const { test } = require("node:test");
const { acquire } = require("./lock.js");
const { countPackages } = require("./packages.js");
const { requirements, root } = require("./paths.js");
const { explain } = require("./problem.js");

const main = join(__dirname, "main.js");
const posix = { skip: process.platform === "win32" ? "a shell script stands in for Python" : false };

/** @param {import("node:test").TestContext} t */
function folder(t) {
  const path = fs.mkdtempSync(join(os.tmpdir(), "unrolled bootstrap "));
  t.after(() => fs.rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * Runs a piece of JavaScript with the bootstrap's modules.
 * @param {string} code @param {NodeJS.ProcessEnv} [env]
 */
function evaluate(code, env) {
  const result = spawnSync(process.execPath, ["-e", code], {
    cwd: __dirname,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return result.stdout + result.stderr;
}

for (const [version, word] of [
  ["18.20.4", "too old"],
  ["27.0.0", "too new"],
])
  test(`Node ${version} is refused in one message`, (t) => {
    const fake = join(folder(t), "fake.js");
    fs.writeFileSync(
      fake,
      `Object.defineProperty(process.versions, "node", { value: "${version}" }); Object.defineProperty(process, "version", { value: "v${version}" });`,
    );
    const { status, stderr } = spawnSync(process.execPath, ["-r", fake, main, "start"], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`Node v${version} cannot run`));
    assert.match(stderr, new RegExp(`Why: it is ${word}`));
    assert.match(stderr, /What to do: install Node/);
  });

test("an unknown command is told with those that exist", () => {
  const { status, stderr } = spawnSync(process.execPath, [main, "strat"], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /strat is not a command[\s\S]*start test notebooks/);
});

for (const [args, known] of /** @type {const} */ ([
  [["list", "--watch"], /list: Unknown option '--watch'[\s\S]*no flags[\s\S]*npm run list/],
  [["doctor", "--jsn"], /doctor: Unknown option '--jsn'[\s\S]*its flags are --json/],
  [["check", "04", "--timeout"], /check: Option '--timeout <value>' argument missing/],
  [["exercises", "04"], /exercises: Unexpected argument '04'/],
]))
  test(`refused before anything is installed: ${args.join(" ")}`, () => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, known);
  });

const FIND = `require("./python.js").findPython().then(console.log, (problem) => console.log(String(problem)))`;

test("no Python: what, why, what to do", () => {
  const said = evaluate(FIND, { UNROLLED_PYTHON: join(__dirname, "no-such-python") });
  assert.match(said, /No Python was found[\s\S]*Why:[\s\S]*What to do: install Python 3.10 or newer/);
});

for (const [name, found, message] of /** @type {const} */ ([
  [
    "venv",
    { version: "3.11.2", bits: 64, missing: ["ensurepip"] },
    /lacks its module ensurepip[\s\S]*apt install python3.11-venv/,
  ],
  ["age", { version: "3.8.10", bits: 64, missing: [] }, /Python 3.8.10 cannot run JupyterLab[\s\S]*too old/],
  ["bits", { version: "3.12.1", bits: 32, missing: [] }, /Python 3.12.1 cannot run JupyterLab[\s\S]*32-bit/],
]))
  test(`a Python that will not do: ${name}`, posix, (t) => {
    const python = join(folder(t), "python3");
    const answer = JSON.stringify({ executable: python, ...found });
    fs.writeFileSync(python, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    assert.match(evaluate(FIND, { UNROLLED_PYTHON: python }), message);
  });

test("an installer's words become one message", () => {
  /** @param {string} words */
  const why = (words) => explain("It failed.", words).why;
  assert.match(why("npm error code ENOTFOUND\nnpm error network request to https://x/y failed"), /network/);
  assert.match(
    why(
      "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found for anyio==4.16.0",
    ),
    /network/,
  );
  assert.match(
    why("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407'))"),
    /proxy/,
  );
  assert.match(why("npm error code ENOSPC\nnpm error nospc"), /disk is full/);
  assert.match(
    why("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"),
    /disk is full/,
  );
  assert.match(why("npm error code EACCES"), /may not be written/);
  assert.match(why("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]"), /certificate/);
  assert.match(why("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."), /lock/);
  assert.match(why("ERROR: No matching distribution found for pyzmq==27.3.0"), /no ready-made package/);
  assert.match(why("Traceback\nKeyError: 'x'"), /last words[\s\S]*KeyError/);
});

test("with a proxy set, an unreachable network is the proxy's", (t) => {
  const before = process.env.HTTPS_PROXY;
  t.after(() => {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
  });
  process.env.HTTPS_PROXY = "http://127.0.0.1:9";
  assert.match(explain("It failed.", "npm error code ECONNREFUSED").why, /proxy/);
});

test("a program that hangs is stopped, one that cannot start says so", () => {
  const said = evaluate(`
    const { run } = require("./run.js");
    (async () => {
      const hung = await run(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { patience: 1 });
      const none = await run("no-such-program", []);
      console.log(hung.code, /no progress for 1 s/.test(hung.output), none.code);
    })();`);
  assert.match(said, /^1 true 127$/m);
});

/** Takes the lock, notes it in a file, holds it a while. */
const HOLD = `
const fs = require("node:fs");
const [lockFile, log, ms] = process.argv.slice(1);
require("./lock.js").acquire(lockFile, { onWait: () => fs.appendFileSync(log, "waits\\n") }).then((lock) => {
  fs.appendFileSync(log, "in\\n");
  setTimeout(() => { fs.appendFileSync(log, "out\\n"); lock.release(); }, Number(ms));
});`;

/** @param {string} lock @param {string} log @param {number} ms */
const holder = (lock, log, ms) =>
  spawn(process.execPath, ["-e", HOLD, lock, log, String(ms)], { cwd: __dirname, stdio: "inherit" });

/** @param {string} log */
const events = (log) =>
  fs
    .readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line === "in" || line === "out");

/** @param {import("node:child_process").ChildProcess} child */
const end = (child) => new Promise((resolve) => child.once("exit", resolve));

test("of several runs at once, one installs at a time", async (t) => {
  const [lock, log] = [join(folder(t), "lock.json"), join(folder(t), "log")];
  await Promise.all([1, 2, 3, 4].map(() => end(holder(lock, log, 200))));
  assert.deepEqual(events(log), Array(4).fill(["in", "out"]).flat());
  assert.equal(fs.existsSync(lock), false);
});

test("the lock of a killed run is taken over", async (t) => {
  const [lock, log] = [join(folder(t), "lock.json"), join(folder(t), "log")];
  const killed = holder(lock, log, 60_000);
  while (!fs.existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 50));
  killed.kill("SIGKILL");
  await end(killed);
  await Promise.all([1, 2].map(() => end(holder(lock, log, 200))));
  assert.deepEqual(events(log), ["in", "in", "out", "in", "out"]);
});

test("a run that was taken for dead gives up; it does not take the lock back", posix, async (t) => {
  const [lock, log] = [join(folder(t), "lock.json"), join(folder(t), "log")];
  const asleep = spawn(
    process.execPath,
    [
      "-e",
      `require("./lock.js").acquire(process.argv[1], { host: "elsewhere", onLost: () => process.exit(7) })
        .then(() => { require("node:fs").writeFileSync(process.argv[2], "in\\n"); setInterval(() => {}, 1000); })`,
      lock,
      log,
    ],
    { cwd: __dirname, stdio: "inherit" },
  );
  while (!fs.existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 50));
  asleep.kill("SIGSTOP");
  const mine = await acquire(lock, { stale: 600 });
  const owner = fs.readFileSync(lock, "utf8");
  const gaveUp = new Promise((resolve) => asleep.once("exit", resolve));
  asleep.kill("SIGCONT");
  assert.equal(await gaveUp, 7);
  assert.equal(fs.readFileSync(lock, "utf8"), owner);
  mine?.release();
  assert.equal(fs.existsSync(lock), false);
});

test("who waits looks again whether the lock is still wanted", async (t) => {
  const lock = join(folder(t), "lock.json");
  const first = await acquire(lock);
  let installed = false;
  const second = acquire(lock, {
    onWait: () => {
      installed = true;
    },
    enough: () => installed,
  });
  assert.equal(await second, undefined);
  first?.release();
});

test("those who wait are told of the compiler and of npm as the owner's children", () => {
  for (const step of ["build", "packages"]) {
    const said = evaluate(`
      const lock = { child() {}, doing() {} };
      require("./run.js").run = async (file, args, options) => {
        console.log(options.lock === lock);
        return { code: 1, output: "" };
      };
      require("./${step}.js").${step}.install({ update() {} }, lock).catch(() => console.log("stopped"));`);
    assert.equal(said, "true\nstopped\n", step);
  }
  const said = evaluate(`
    const told = [];
    const lock = { child: (pid, runs) => told.push([typeof pid, runs].join(" ")), doing() {} };
    require("./run.js").run(process.execPath, ["-e", ""], { lock }).then(() => console.log(told.join()));`);
  assert.equal(said, "number true,number false\n");
});

test("npm's progress counts the packages that are unpacked, of those that this system gets", (t) => {
  const root = folder(t);
  const packages = {
    "": {},
    "node_modules/one": {},
    "node_modules/two": { os: [process.platform] },
    "node_modules/other": { os: ["none"] },
    "node_modules/ours": { link: true },
  };
  fs.writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
  let told = "";
  const count = countPackages({ update: (text) => (told = text) }, root);
  fs.mkdirSync(join(root, "node_modules", "one"), { recursive: true });
  fs.mkdirSync(join(root, "node_modules", "two"));
  assert.deepEqual([count(), told], [0, "waiting for the first"]);
  fs.writeFileSync(join(root, "node_modules", "two", "package.json"), "{}");
  assert.deepEqual([count(), told], [1, "1 of 2"]);
});

/**
 * Runs a piece of JavaScript with one step, which needs 600 MB, and a lock of its own.
 * @param {import("node:test").TestContext} t @param {string} code
 */
const withOneStep = (t, code) =>
  evaluate(`
    const fs = require("node:fs");
    const paths = require("./paths.js");
    const home = ${JSON.stringify(folder(t))};
    Object.assign(paths, { lock: home + "/lock.json", temporary: home + "/tmp" });
    const { steps, ensure, diskNeeded } = require("./steps.js");
    let there = false;
    const install = async () => { there = true; return "installed"; };
    steps.splice(0, 9, { name: "big", title: "big", megabytes: 600, missing: () => there ? undefined : "all", install });
    ${code}
    ensure(["big"]).then(() => console.log("ready"), (problem) => console.log(String(problem)));`);

test("a step wants as much of the disk as the doctor says, and no more", (t) => {
  /** @param {number} megabytes */
  const free = (megabytes) =>
    `fs.statfsSync = () => ({ bavail: ${megabytes}, bsize: 1e6 }); console.log(diskNeeded(["big"]));`;
  assert.match(
    withOneStep(t, free(599)),
    /^600\n[\s\S]*the disk is too full[\s\S]*599 MB are free, and it needs 600 MB/,
  );
  assert.match(withOneStep(t, free(600)), /^600\n[\s\S]*ready/);
});

test("a folder that may not be written: one message, with what to do", (t) => {
  const closed = `fs.accessSync = () => { throw new Error("EROFS: read-only file system"); };`;
  const said = withOneStep(t, closed);
  assert.match(said, /The course's folder may not be written[\s\S]*EROFS[\s\S]*copy the folder to a place/);
  assert.doesNotMatch(said, /\n {4}at /);
});

test("the locks hold hashes, no hosts, and the programs of every system", () => {
  const { packages } = JSON.parse(fs.readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const [name, { resolved, link, integrity, optionalDependencies }] of Object.entries(packages)) {
    if (!name.includes("node_modules/")) continue;
    assert.ok(link || (resolved === undefined && integrity), name);
    for (const wanted of Object.keys(optionalDependencies ?? {}))
      assert.ok(`node_modules/${wanted}` in packages, wanted);
  }
  const pinned = fs.readFileSync(requirements, "utf8").split(/\n(?=\S)/);
  assert.ok(pinned.length > 50);
  for (const entry of pinned) assert.match(entry, /^[\w.-]+==[\s\S]*--hash=sha256:/);
});
