/**
 * A notebook's own modules, `./helper.ts` and the like. TypeScript and tslab would read each of them once; here every
 * cell looks whether one was edited, and an import that failed is looked up anew.
 */
import type {
  BuilderProgram,
  CompilerHost,
  FileWatcherCallback,
  ModuleResolutionCache,
  ProgramHost,
} from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./host";
import { host } from "./node/host";

/** Of the notebook, its cells and what they declared before included. */
const isOwn = (file: string): boolean => !/(?<!__prev__)\.d\.ts$|[\\/]package\.json$/.test(file);

export interface Edits {
  watchFile: NonNullable<TypeScript["sys"]["watchFile"]>;
  /** Tells TypeScript of edited files. */
  notice(): void;
}

export function watchEdits(typescript: TypeScript): Edits {
  type Watched = { callback: FileWatcherCallback; modified: number };
  const watched = new Map<string, Watched>();
  const modified = (file: string): number => typescript.sys.getModifiedTime?.(file)?.getTime() ?? 0;

  return {
    watchFile(path, callback) {
      if (!isOwn(path)) return { close() {} };
      const entry = { callback, modified: modified(path) };
      watched.set(path, entry);
      return {
        close() {
          if (watched.get(path) === entry) watched.delete(path);
        },
      };
    },
    notice() {
      if (![...watched].some(([path, file]) => modified(path) !== file.modified)) return;
      // All of them are run again: one may import what was edited.
      for (const [path, file] of [...watched]) {
        file.modified = modified(path);
        host.forgetModule(path);
        file.callback(path, typescript.FileWatcherEventKind.Changed);
      }
    },
  };
}

/**
 * Looks up modules for the programs of a watching host. For the notebook and its own modules, relative imports and what
 * was missing are looked up in every program.
 */
export function lookUpAnew(typescript: TypeScript, host: ProgramHost<BuilderProgram>): void {
  const { createProgram } = host;
  let files: CompilerHost; // remembers which files there are, while a program is made
  host.createProgram = (...args) => {
    files = args[2]!;
    return createProgram(...args);
  };
  const known = typescript.createModuleResolutionCache(host.getCurrentDirectory(), (name) => name);
  host.getModuleResolutionCache = () => known; // else each program looks for replacements of TypeScript's own libraries
  host.resolveModuleNameLiterals = (literals, file, redirected, options) =>
    literals.map(({ text }) => {
      const resolve = (cache?: ModuleResolutionCache) =>
        typescript.resolveModuleName(text, file, options, files, cache, redirected);
      if (!isOwn(file) || text.startsWith("node:")) return resolve(known);
      const kept = text.startsWith(".") ? undefined : resolve(known);
      return kept?.resolvedModule ? kept : resolve();
    });
  host.hasInvalidatedResolutions = isOwn;
}
