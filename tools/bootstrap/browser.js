// @ts-check
// The browser that draws static pictures and runs the tests in JupyterLab: one of this machine, else Playwright's own
// Chromium in .unrolled/browsers. The only place that looks for one.

const fs = require("node:fs");
const { delimiter, join } = require("node:path");
const { listNames } = require("./packages.js");
const paths = require("./paths.js");
const { explain, Problem } = require("./problem.js");
const { run } = require("./run.js");

const HOW =
  "install Chromium, Chrome or Edge (Debian, Ubuntu: apt install chromium), or set CHROME_PATH to one";
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
];

/**
 * CHROME_PATH, then the usual places of Chrome, Chromium and Edge, then Playwright's download.
 * @param {NodeJS.ProcessEnv} [env] @param {string} [platform]
 * @returns {string | undefined}
 */
function findBrowser(env = process.env, platform = process.platform) {
  if (env.CHROME_PATH) {
    if (isProgram(env.CHROME_PATH)) return env.CHROME_PATH;
    throw new Problem(
      "CHROME_PATH names no program.",
      `there is no program ${env.CHROME_PATH}`,
      "point it at Chromium, Chrome or Edge, or leave it out.",
    );
  }
  return [...installed(env, platform), ...downloaded()].find(isProgram);
}

/** @param {NodeJS.ProcessEnv} env @param {string} platform @returns {string[]} */
function installed(env, platform) {
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].flatMap(
      (root) => root ?? [],
    );
    return ["Google/Chrome", "Chromium", "Microsoft/Edge"].flatMap((name) => {
      const file = name.endsWith("Edge") ? "msedge.exe" : "chrome.exe";
      return roots.map((root) => join(root, name, "Application", file));
    });
  }
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  if (platform !== "darwin") return onPath;
  const apps = ["Google Chrome", "Chromium", "Microsoft Edge"].map(
    (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
  );
  return [...apps, ...apps.map((app) => join(env.HOME ?? "/", app)), ...onPath];
}

/** Playwright's, once it is whole, of the version that package-lock.json pins. */
function downloaded() {
  const list = join(paths.nodeModules, "playwright-core", "browsers.json");
  if (!fs.existsSync(list)) return [];
  /** @type {{ browsers: { name: string, revision: string }[] }} */
  const { browsers } = JSON.parse(fs.readFileSync(list, "utf8"));
  const revision = browsers.find(({ name }) => name === "chromium-headless-shell")?.revision;
  const folder = join(paths.browsers, `chromium_headless_shell-${revision}`);
  if (!fs.existsSync(join(folder, "INSTALLATION_COMPLETE"))) return [];
  const programs = ["chrome-headless-shell", "headless_shell"].map((name) =>
    paths.windows ? `${name}.exe` : name,
  );
  return listNames(folder).flatMap((inner) => programs.map((name) => join(folder, inner, name)));
}

/** @param {string} path */
function isProgram(path) {
  try {
    fs.accessSync(path, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @type {import("./steps.js").Step} */
const browser = {
  name: "browser",
  title: "browser",
  after: ["packages"],
  megabytes: 300,
  optional: "pictures cannot be drawn, and the tests that need a browser are skipped",
  missing: () => (findBrowser() === undefined ? "none is installed" : undefined),
  async install(line, lock) {
    line.update("downloading Chromium");
    const { output } = await run(
      process.execPath,
      [join(paths.nodeModules, "playwright-core", "cli.js"), "install", "chromium-headless-shell"],
      {
        env: { PLAYWRIGHT_BROWSERS_PATH: paths.browsers },
        patience: 60,
        lock,
        onLine(text) {
          const percent = text.match(/(\d+)% of/)?.[1];
          if (percent) line.bar(Number(percent), 100, "downloaded");
        },
      },
    );
    const found = findBrowser();
    if (found === undefined) throw withAdvice(explain("None could be downloaded.", output));
    const tried = await run(found, ["--version"], { patience: 60 });
    if (tried.code === 0) return `${tried.output.trim()}, in .unrolled/browsers`;
    fs.rmSync(paths.browsers, { recursive: true, force: true });
    throw withAdvice(new Problem("The one downloaded does not run here.", tried.output.trim(), ""));
  },
};

/** @param {InstanceType<typeof Problem>} problem */
const withAdvice = (problem) => new Problem(problem.message, problem.why, `${HOW}.`);

module.exports = { browser, findBrowser, HOW };
