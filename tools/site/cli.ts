/** npm run site: the course as a static folder, for any web server; --serve shows it on this machine. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { buildScripts } from "../bundle/build";
import { addressOf, serve } from "../bundle/serve";
import { positive, readCommand, runMain } from "../command";
import { buildLite } from "./lite";
import { buildPages } from "./pages";

const root = resolve(__dirname, "../../..");
/** In a folder that this has made; another's folder is never emptied. */
const MARK = ".unrolled-site";

async function main(args: string[]): Promise<number> {
  const { flags } = readCommand("site", args);
  const out = resolve(typeof flags.out === "string" ? flags.out : join(root, ".unrolled", "public"));
  const port = flags.port === undefined ? 0 : positive("port", flags.port, 0);
  makeRoom(out);
  const started = performance.now();
  console.log("The scripts …");
  const scripts = await buildScripts();
  console.log("JupyterLite …");
  await buildLite(out, scripts);
  console.log("The pages …");
  await buildPages(out, typeof flags.repository === "string" ? flags.repository : undefined);
  writeFileSync(join(out, MARK), ""); // JupyterLite's builder has cleared the folder
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`✓ ${relative(process.cwd(), out) || out}: ${megabytes(out)} MB, ${seconds} s`);
  if (flags.serve !== true) return 0;
  const server = await serve([out], undefined, port);
  console.log(`${addressOf(server)}index.html  (Ctrl-C stops it)`);
  await new Promise((done) => process.once("SIGINT", done).once("SIGTERM", done));
  server.closeAllConnections();
  server.close();
  return 0;
}

function makeRoom(out: string): void {
  const names = existsSync(out) ? readdirSync(out) : [];
  if (names.length > 0 && !names.includes(MARK))
    throw new Error(`site: ${out} holds files that are not a site of this course; name an empty folder`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, MARK), "");
}

function megabytes(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const bytes = names.map((name) => statSync(join(folder, name))).reduce((sum, { size }) => sum + size, 0);
  return (bytes / 1e6).toFixed(0);
}

runMain(main);
