// @ts-check
// TensorFlow's C library out of the wheel on PyPI, and tfjs-node's addon compiled against it. Linux on x86-64 only.

const fs = require("node:fs");
const { join } = require("node:path");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { listNames } = require("./packages.js");
const { LOCKED, PIP, pythonEnv } = require("./python.js");
const { run } = require("./run.js");

const WHEEL_BYTES = 274_000_871;
const NEEDED_BYTES = 1_300_000_000;
/** The version of Node's C interface that the addon is compiled for; every Node that runs the course has it. */
const NAPI = 8;
const TARGET = [
  "--platform",
  "manylinux_2_27_x86_64",
  "--python-version",
  "3.12",
  "--implementation",
  "cp",
  "--abi",
  "cp312",
];

/** @returns {Promise<string>} */
async function findCompiler() {
  const names = [process.env.CXX, "c++", "g++", "clang++"].filter(
    (name) => name !== undefined && name !== "",
  );
  for (const name of names)
    if ((await run(/** @type {string} */ (name), ["--version"], { patience: 20 })).code === 0)
      return /** @type {string} */ (name);
  throw new Problem(
    "no C++ compiler was found.",
    "(Debian, Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++)",
    "",
  );
}

/** @param {string} folder @returns {number} bytes of the largest file below */
function largest(folder) {
  let bytes = 0;
  for (const name of listNames(folder)) {
    const info = fs.statSync(join(folder, name), { throwIfNoEntry: false });
    bytes = Math.max(bytes, info?.isDirectory() ? largest(join(folder, name)) : (info?.size ?? 0));
  }
  return bytes;
}

/** @param {string} folder @param {import("./progress.js").StepLine} line @param {import("./steps.js").Lock} lock @returns {Promise<string>} the wheel */
async function download(folder, line, lock) {
  fs.mkdirSync(folder, { recursive: true });
  const list = join(__dirname, "tensorflow.txt");
  const { code, output } = await run(
    paths.venvPython,
    [...PIP, "download", "--no-deps", ...LOCKED, ...TARGET, "-d", folder, "-r", list],
    {
      env: { ...pythonEnv(), TMPDIR: folder },
      patience: 90,
      lock,
      sign() {
        const bytes = largest(folder);
        line.bar(bytes, WHEEL_BYTES, `of ${Math.round(WHEEL_BYTES / 1e6)} MB`);
        return bytes;
      },
    },
  );
  const wheel = listNames(folder).find((name) => name.endsWith(".whl"));
  if (code !== 0 || wheel === undefined) throw explain("the wheel could not be downloaded:", output);
  return join(folder, wheel);
}

/** @param {string} stage @param {string} compiler @param {import("./steps.js").Lock} lock */
async function compile(stage, compiler, lock) {
  const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"].map((name) =>
    join(stage, "deps", "lib", name),
  );
  const folder = join(stage, "lib", `napi-v${NAPI}`);
  fs.mkdirSync(folder, { recursive: true });
  const { code, output } = await run(
    compiler,
    [
      ..."-std=c++17 -O2 -shared -fPIC -w".split(" "),
      `-DNAPI_VERSION=${NAPI}`,
      `-I${join(paths.nodeModules, "node-api-headers", "include")}`,
      `-I${join(stage, "deps", "include")}`,
      ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(stage, "binding", name)),
      ...libraries,
      "-Wl,-rpath,$ORIGIN/../../deps/lib",
      "-o",
      join(folder, "tfjs_binding.node"),
    ],
    { lock, env: { TMPDIR: stage } },
  );
  if (code !== 0) throw explain("the addon could not be compiled.", output);
  fs.rmSync(join(stage, "deps", "include"), { recursive: true });
}

/** @type {import("./tensorflow.js").Way} */
const fromPyPI = {
  name: "from PyPI's wheel",
  async build(stage, line, lock) {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Problem("there is none for this system.", `(${process.platform} ${process.arch})`, "");
    const compiler = await findCompiler();
    const { bavail, bsize } = fs.statfsSync(paths.root);
    if (bavail * bsize < NEEDED_BYTES)
      throw new Problem(
        "the disk is too full.",
        `(it needs 1.3 GB; ${Math.round((bavail * bsize) / 1e6)} MB are free)`,
        "",
      );
    const folder = join(paths.temporary, "wheel");
    const wheel = await download(folder, line, lock);
    line.update("unpacking");
    const script = join(__dirname, "unpack-tensorflow.py");
    const unpacked = await run(paths.venvPython, [script, wheel, join(stage, "deps")], {
      env: pythonEnv(),
      lock,
    });
    if (unpacked.code !== 0) throw explain("the wheel could not be unpacked.", unpacked.output);
    fs.rmSync(folder, { recursive: true });
    line.update("compiling the addon");
    await compile(stage, compiler, lock);
  },
};

module.exports = { fromPyPI };
