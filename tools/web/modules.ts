/** The modules that a cell can import, each loaded when it is first asked for. */

/** Which script of the site holds a module; the bundler knows. */
declare const SCRIPTS: Record<string, string>;
/** Of a classic worker. */
declare function importScripts(url: string): void;

/** By name; a script adds its own when it is loaded. */
const loaders: Record<string, () => unknown> = {
  tslab: () => ({ display: require("tslab/dist/jupyter.js") }),
  path: () => require("path"),
  fs: () => require("fs"),
  util: () => require("util"),
  "timers/promises": () => ({ setTimeout: pause, setImmediate: () => pause(0) }),
};
const pause = <T>(ms?: number, value?: T): Promise<T | undefined> =>
  new Promise((done) => globalThis.setTimeout(() => done(value), ms));
Reflect.set(globalThis, Symbol.for("unrolled.modules"), loaders);

const loaded = new Map<string, unknown>();

export function requireModule(id: string): unknown {
  const name = id.replace(/^node:/, "");
  if (!Object.hasOwn(loaders, name) && Object.hasOwn(SCRIPTS, name))
    importScripts(new URL(SCRIPTS[name], self.location.href).href);
  if (!Object.hasOwn(loaders, name))
    throw new Error(
      `Cannot find module '${id}': in the browser a cell can import ${[...new Set([...Object.keys(SCRIPTS), ...Object.keys(loaders)])].join(", ")}`,
    );
  if (!loaded.has(name)) loaded.set(name, loaders[name]());
  return loaded.get(name);
}
