/**
 * `node tools/dist/test/opened.js [SECONDS]`: opens every lesson in JupyterLab, leaves it open past the first autosave
 * (three minutes unless told), closes it, and says which files that has changed. Reading must change none.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../notebook/browser";
import { lastingIdle, projectRoot, sleep, startLab } from "./lab";

const changed = (): string =>
  execFileSync("git", ["status", "--porcelain", "notebooks"], { cwd: projectRoot, encoding: "utf8" });

async function main(seconds: number): Promise<number> {
  const before = changed();
  if (before !== "") throw new Error(`commit or put back first:\n${before}`);
  const lessons = readdirSync(join(projectRoot, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  const lab = await startLab();
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext();
    for (const lesson of lessons) {
      const page = await context.newPage();
      await page.goto(lab.url(`notebooks/${lesson}`));
      await page.locator(".jp-Notebook").waitFor({ timeout: 120_000 });
      await lastingIdle(page, 120_000);
      console.log(`${lesson} is open`);
    }
    await sleep(seconds * 1000);
    for (const page of context.pages()) await page.close({ runBeforeUnload: false });
  } finally {
    await browser.close();
    await lab.stop();
  }
  const after = changed();
  console.log(after === "" ? `${lessons.length} lessons open for ${seconds} s: no file changed` : after);
  return after === "" ? 0 : 1;
}

void main(Number(process.argv[2] ?? 180)).then((code) => {
  process.exitCode = code;
});
