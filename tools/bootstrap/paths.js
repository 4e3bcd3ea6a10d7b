// @ts-check

const { join } = require("node:path");

const root = join(__dirname, "..", "..");
const windows = process.platform === "win32";
/** Everything that the bootstrap makes, besides node_modules, .venv and the built files. */
const own = join(root, ".unrolled");
const jupyter = join(own, "jupyter");
const venv = join(root, ".venv");

module.exports = {
  root,
  windows,
  own,
  venv,
  lock: join(own, "lock.json"),
  /** For unfinished work; emptied before every installation. */
  temporary: join(own, "tmp"),
  venvPython: windows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python"),
  nodeModules: join(root, "node_modules"),
  bin: join(root, "node_modules", ".bin"),
  requirements: join(__dirname, "requirements.txt"),
  /** Playwright's, where the machine has none. */
  browsers: join(own, "browsers"),
  tensorflow: join(own, "tensorflow"),
  tfjsNode: join(root, "node_modules", "@tensorflow", "tfjs-node"),
  jupyter: {
    config: join(jupyter, "config"),
    data: join(jupyter, "data"),
    runtime: join(jupyter, "runtime"),
    ipython: join(jupyter, "ipython"),
    /** The learner's own JupyterLab settings; `clean` leaves them. */
    settings: join(own, "settings"),
    kernelspec: join(jupyter, "data", "kernels", "tslab"),
    labextension: join(jupyter, "data", "labextensions", "unrolled-plotly"),
  },
};
