// @ts-check
// tfjs-node's own installer: it downloads TensorFlow's library and a ready-made addon, or builds the addon.

const fs = require("node:fs");
const https = require("node:https");
const { delimiter, dirname, join } = require("node:path");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { listNames } = require("./packages.js");
const { run } = require("./run.js");

const HOST =
  process.env.TFJS_NODE_CDN_STORAGE || process.env.CDN_STORAGE || "https://storage.googleapis.com/";

/**
 * The installer itself would wait for minutes where its host is closed. Behind a proxy only it can tell.
 * @returns {Promise<string | undefined>} why not
 */
function unreachable() {
  const proxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]);
  if (proxy || !HOST.startsWith("https:")) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const request = https.request(HOST, { method: "HEAD", timeout: 6_000 }, (response) => {
      response.resume();
      resolve(undefined);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 6 s")));
    request.on("error", (error) => resolve(error.message));
    request.end();
  });
}

/** @param {string} folder @returns {number} bytes */
function sizeOf(folder) {
  let bytes = 0;
  for (const name of listNames(folder)) {
    const info = fs.lstatSync(join(folder, name), { throwIfNoEntry: false });
    bytes += info?.isDirectory() ? sizeOf(join(folder, name)) : (info?.size ?? 0);
  }
  return bytes;
}

/**
 * Windows finds a library beside the addon only; the installer looks for the addon's folder under a wrong name on newer Nodes.
 * @param {string} stage
 */
function placeLibraryForWindows(stage) {
  const library = join(stage, "deps", "lib", "tensorflow.dll");
  if (!fs.existsSync(library)) return;
  for (const name of listNames(join(stage, "lib"))) {
    const place = join(stage, "lib", name, "tensorflow.dll");
    if (fs.existsSync(join(stage, "lib", name, "tfjs_binding.node")) && !fs.existsSync(place))
      fs.copyFileSync(library, place);
  }
}

/** @type {import("./tensorflow.js").Way} */
const official = {
  name: "official download",
  async build(stage, line, lock) {
    const reason = await unreachable();
    if (reason) throw new Problem("its host cannot be reached.", `(${reason})`, "");
    const home = dirname(process.execPath);
    const prefix = paths.windows ? home : dirname(home);
    const headers = fs.existsSync(join(prefix, "include", "node", "node.h"))
      ? { npm_config_nodedir: prefix }
      : {};
    const env = { ...headers, PATH: [paths.bin, home, process.env.PATH].join(delimiter) };
    const { code, output } = await run(process.execPath, [join("scripts", "install.js")], {
      cwd: stage,
      env,
      patience: 120,
      lock,
      sign() {
        const bytes =
          sizeOf(join(stage, "deps")) + sizeOf(join(stage, "build")) + sizeOf(join(stage, "scripts"));
        line.update(`official download: ${Math.round(bytes / 1e6)} MB`);
        return bytes;
      },
    });
    if (code !== 0 || !fs.existsSync(join(stage, "lib"))) throw explain("it failed.", output);
    if (paths.windows) placeLibraryForWindows(stage);
  },
};

module.exports = { official };
