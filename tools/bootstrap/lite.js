// @ts-check
// JupyterLite's builder, which npm run site needs: in .venv, as lite.txt locks it.

const fs = require("node:fs");
const { join } = require("node:path");
const paths = require("./paths.js");
const { explain } = require("./problem.js");
const { installedVersion, LOCKED, PIP, pythonEnv } = require("./python.js");
const { run } = require("./run.js");

const file = join(__dirname, "lite.txt");
const NAME = "jupyterlite_core";

function locked() {
  return fs.readFileSync(file, "utf8").match(/^jupyterlite-core==(\S+)/m)?.[1];
}

/** @type {import("./steps.js").Step} */
const lite = {
  name: "lite",
  title: "JupyterLite",
  after: ["python"],
  megabytes: 100,
  missing() {
    const version = installedVersion(NAME);
    return version === locked() ? undefined : `${NAME} ${locked()}`;
  },
  async install(line, lock) {
    line.update("downloading");
    const { code, output } = await run(
      paths.venvPython,
      [...PIP, "install", "--no-deps", ...LOCKED, "-r", file],
      { env: { ...pythonEnv(), TMPDIR: paths.temporary, TEMP: paths.temporary, TMP: paths.temporary }, lock },
    );
    if (code !== 0) throw explain("JupyterLite could not be installed.", output);
    return `${locked()}, in .venv`;
  },
};

module.exports = { lite };
