import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium, Chrome or Edge of this machine, with a fresh profile of its own. */
export async function launchBrowser(): Promise<Browser> {
  // Chromium's own sandbox refuses to work for root, as in containers.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: findBrowser(), headless: true, args: [...FLAGS, ...asRoot] });
}

/** The path of a Chromium, Chrome or Edge: CHROME_PATH, then PATH, then the usual places. */
export function findBrowser(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (env.CHROME_PATH) {
    if (isProgram(env.CHROME_PATH)) return env.CHROME_PATH;
    throw new Error(
      `CHROME_PATH names ${env.CHROME_PATH}, which is not a program; point it at Chromium, Chrome or Edge`,
    );
  }
  const found = candidates(env, platform).find(isProgram);
  if (found) return found;
  const install =
    platform === "linux"
      ? "install Chromium (Debian and Ubuntu: apt install chromium)"
      : "install Chrome, Chromium or Edge";
  throw new Error(
    `No Chromium, Chrome or Edge was found. Pictures of figures need one: ${install}, or set CHROME_PATH`,
  );
}

function candidates(env: NodeJS.ProcessEnv, platform: string): string[] {
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(
      (root): root is string => root !== undefined,
    );
    const programs = ["Google/Chrome", "Chromium", "Microsoft/Edge"].map(
      (folder) => `${folder}/Application/${folder.endsWith("Edge") ? "msedge" : "chrome"}.exe`,
    );
    return programs.flatMap((program) => roots.map((root) => join(root, program)));
  }
  const names = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
  ];
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  if (platform !== "darwin") return onPath;
  const apps = ["Google Chrome", "Chromium", "Microsoft Edge"].map(
    (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
  );
  return [...apps, ...apps.map((app) => join(env.HOME ?? "/", app)), ...onPath];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
