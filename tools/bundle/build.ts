/** What a browser needs to run cells, made in .unrolled/site: the scripts and the declarations. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle } from "./bundle";
import { declarations } from "./declarations";

const folder = join(resolve(__dirname, "../../.."), ".unrolled", "site");
let built: Promise<string> | undefined;

/** Made once in a process; resolves to the folder. */
export function buildScripts(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "types.json"), JSON.stringify(declarations()));
  await bundle(folder);
  return folder;
}
