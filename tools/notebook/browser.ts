import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const { findBrowser, HOW } = require(join(__dirname, "..", "..", "bootstrap", "browser.js")) as {
  findBrowser(): string | undefined;
  /** What to do where there is none. */
  HOW: string;
};

/** Why tests that need a browser are skipped; false if there is one. In CI they are never skipped: they fail. */
export const noBrowser: string | false =
  findBrowser() !== undefined || process.env.CI ? false : `no browser was found: ${HOW}`;

/** A headless Chromium, Chrome or Edge, with a fresh profile of its own. */
export async function launchBrowser(flags: string[] = []): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error(`No browser was found. Pictures of figures need one: ${HOW}`);
  // Chromium's own sandbox refuses to work for root, as in containers.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...flags, ...asRoot] });
}
