// @ts-check
// JupyterLab as the course sets it up: the TypeScript kernel, the plotly extension, its settings; all inside the project.

const fs = require("node:fs");
const { dirname, join, relative } = require("node:path");
const { listNames } = require("./packages.js");
const paths = require("./paths.js");
const { pythonEnv } = require("./python.js");
const { kernelspec } = require("../kernel/kernelspec.js");

const KERNEL = "tslab";
const EXTENSION_SOURCE = join(paths.root, "tools", "labextension", "unrolled-plotly");
const PLOTLY = join(paths.nodeModules, "plotly.js-dist-min", "plotly.min.js");

/**
 * The environment in which everything of Jupyter's stays inside the project.
 * @returns {NodeJS.ProcessEnv}
 */
function jupyterEnv() {
  return {
    ...pythonEnv(),
    JUPYTER_CONFIG_DIR: paths.jupyter.config,
    JUPYTER_DATA_DIR: paths.jupyter.data,
    JUPYTER_RUNTIME_DIR: paths.jupyter.runtime,
    IPYTHONDIR: paths.jupyter.ipython,
    JUPYTERLAB_SETTINGS_DIR: paths.jupyter.settings,
    JUPYTER_PREFER_ENV_PATH: "0",
    JUPYTER_PATH: undefined,
    JUPYTER_CONFIG_PATH: undefined,
    JUPYTER_NO_CONFIG: undefined,
  };
}

const HIDDEN = [
  "__pycache__",
  "node_modules",
  "dist",
  "tools",
  "fixtures",
  "biome.json",
  "package*.json",
  "tsconfig*.json",
  "*.test.ts",
  "*.itest.ts",
];

const SETTINGS = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  "@jupyterlab/notebook-extension:tracker": { kernelStatus: { showOnStatusBar: true, showProgress: true } },
};

/**
 * The files that are written.
 * @returns {[string, unknown][]}
 */
function written() {
  const { config, kernelspec: folder } = paths.jupyter;
  return [
    [join(folder, "kernel.json"), kernelspec(paths.root)],
    [
      join(config, "jupyter_server_config.json"),
      {
        KernelSpecManager: { allowed_kernelspecs: [KERNEL], ensure_native_kernel: false },
        // What no learner needs to see beside the lessons. It can still be opened by its path.
        ContentsManager: { hide_globs: HIDDEN },
        MultiKernelManager: { default_kernel_name: KERNEL },
        LabApp: {
          news_url: null,
          check_for_updates_class: "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        },
      },
    ],
    [
      join(config, "labconfig", "page_config.json"),
      {
        disabledExtensions: {
          "@jupyterlab/debugger-extension": true,
          "@jupyterlab/apputils-extension:announcements": true,
        },
      },
    ],
    [join(config, "labconfig", "default_setting_overrides.json"), SETTINGS],
  ];
}

/**
 * The files that are copied.
 * @returns {[string, string][]} from, to
 */
function copied() {
  const { labextension } = paths.jupyter;
  const extension = filesOf(EXTENSION_SOURCE).map((file) => [
    file,
    join(labextension, relative(EXTENSION_SOURCE, file)),
  ]);
  return /** @type {[string, string][]} */ ([
    ...extension,
    [PLOTLY, join(labextension, "static", "plotly.min.js")],
  ]);
}

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return listNames(folder).flatMap((name) => {
    const path = join(folder, name);
    return fs.statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}

/** @param {unknown} content */
const text = (content) => `${JSON.stringify(content, null, 2)}\n`;

/** @param {string} file @param {unknown} content */
function sameText(file, content) {
  try {
    return fs.readFileSync(file, "utf8") === text(content);
  } catch {
    return false;
  }
}

/** @param {string} from @param {string} to */
function sameFile(from, to) {
  const a = fs.statSync(from);
  const b = fs.statSync(to, { throwIfNoEntry: false });
  return (
    b !== undefined && a.size === b.size && Math.floor(a.mtimeMs / 1000) === Math.floor(b.mtimeMs / 1000)
  );
}

/**
 * Through a temporary file, so that a run that is killed leaves no half of one.
 * @param {string} file @param {(temporary: string) => void} write
 */
function place(file, write) {
  fs.mkdirSync(dirname(file), { recursive: true });
  write(`${file}.new`);
  fs.renameSync(`${file}.new`, file);
}

/** @type {import("./steps.js").Step} */
const kernel = {
  name: "kernel",
  title: "kernel, plots",
  after: ["packages"],
  missing() {
    for (const [file, content] of written()) if (!sameText(file, content)) return relative(paths.root, file);
    if (!fs.existsSync(PLOTLY)) return "plotly.js";
    for (const [from, to] of copied()) if (!sameFile(from, to)) return relative(paths.root, to);
    return undefined;
  },
  async install() {
    for (const [file, content] of written())
      if (!sameText(file, content)) place(file, (new_) => fs.writeFileSync(new_, text(content)));
    for (const [from, to] of copied()) {
      if (sameFile(from, to)) continue;
      place(to, (temporary) => {
        fs.copyFileSync(from, temporary);
        const { atime, mtime } = fs.statSync(from);
        fs.utimesSync(temporary, atime, mtime);
      });
    }
    fs.mkdirSync(paths.jupyter.runtime, { recursive: true, mode: 0o700 });
    return "TypeScript (Unrolled) and unrolled-plotly in .unrolled/jupyter";
  },
};

module.exports = { kernel, jupyterEnv };
