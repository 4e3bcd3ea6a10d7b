/** A session's host in Node. */
import { existsSync, readFileSync } from "node:fs";
import Module, { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { inspect } from "node:util";
import type { CodeMap, Host, Site, TypeScript } from "../host";
import { loadCached } from "./compile-cache";
import { takeOverProcess } from "./process";
import { dropTimers, later, nextTurn, pause } from "./timers";

const TYPESCRIPT = require.resolve("@tslab/typescript-for-tslab");
const INTERNAL = /^node:|^evalmachine|[\\/]tslab[\\/]dist[\\/]|typescript-for-tslab/;
const TOOLS = resolve(__dirname, "../..");

let saveCache = (): void => {};

export const host: Host = {
  enterFolder(path) {
    process.chdir(path);
    return process.cwd();
  },
  takeOver: takeOverProcess,
  watchStacks(prepare) {
    const prepareStackTrace = (error: Error, sites: NodeJS.CallSite[]): string =>
      prepare(error, sites.map(toSite));
    Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
    Error.stackTraceLimit = 50; // the cell's own frame must be among them
  },

  loadTypeScript() {
    const { exports, save } = loadCached(TYPESCRIPT);
    saveCache = save;
    return exports as TypeScript;
  },
  saveCache: () => saveCache(),
  loadTslab(typescript) {
    const standIn = new Module(TYPESCRIPT);
    standIn.exports = typescript;
    standIn.loaded = true;
    require.cache[TYPESCRIPT] = standIn;
    return {
      converter: require("tslab/dist/converter.js"),
      executor: require("tslab/dist/executor.js"),
      jupyter: require("tslab/dist/jupyter.js"),
    };
  },
  forgetModule: (file) => Reflect.deleteProperty(require.cache, resolve(file)),
  declarations: [resolve(TOOLS, "../session/es2023.d.ts")],

  codeMap,
  mapOfFile(file) {
    const path = `${file}.map`;
    return existsSync(path) ? codeMap(readFileSync(path, "utf8")) : undefined;
  },
  nameOfFile: (file, source) => relative(process.cwd(), source ? resolve(dirname(file), source) : file),
  isInternal: (script) => script === "" || INTERNAL.test(script) || script.startsWith(TOOLS),
  decodeBase64: (text) => Buffer.from(text, "base64").toString(),
  inspect: (value, options) => inspect(value, options),

  nextTurn,
  later,
  pause,
  dropTimers,
  resources() {
    const counts = new Map<string, number>();
    for (const name of process.getActiveResourcesInfo())
      if (name !== "Timeout" && name !== "Immediate") counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  },
};

const toSite = (site: NodeJS.CallSite): Site => ({
  name: site.getFunctionName() ?? "",
  script: site.getScriptNameOrSourceURL() ?? "",
  line: (site.getLineNumber() ?? 1) - 1,
  column: (site.getColumnNumber() ?? 1) - 1,
});

function codeMap(json: string): CodeMap {
  const map = new SourceMap(JSON.parse(json));
  return {
    source: map.payload.sources[0] ?? "",
    find(line, column) {
      const entry = map.findEntry(line, column);
      return "originalLine" in entry ? [entry.originalLine, entry.originalColumn] : undefined;
    },
  };
}
