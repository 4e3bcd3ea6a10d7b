/**
 * Loads one big CommonJS file with V8's compiled code from an earlier run: of the half second that loading
 * TypeScript takes, most is compiling it. (Node's own `module.enableCompileCache` begins with Node 22.)
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import { Script } from "node:vm";

const FOLDER = resolve(__dirname, "../../../../.unrolled/cache");

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** `save` writes the cache if there was none that fits; call it once the usual functions have run. */
export function loadCached(path: string): { exports: unknown; save: () => void } {
  const cacheFile = resolve(FOLDER, `${basename(path)}-${process.version}-${process.arch}.bin`);
  const cachedData = readIfThere(cacheFile);
  const script = new Script(Module.wrap(readFileSync(path, "utf8")), { filename: path, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));

  let needed = cachedData === undefined || script.cachedDataRejected === true;
  const save = (): void => {
    if (!needed) return;
    needed = false;
    try {
      mkdirSync(FOLDER, { recursive: true });
      const unfinished = `${cacheFile}.${process.pid}`;
      writeFileSync(unfinished, script.createCachedData());
      renameSync(unfinished, cacheFile);
    } catch {
      // A folder that cannot be written, or a full disk: the next start is slower, nothing else.
    }
  };
  return { exports: module.exports, save };
}
