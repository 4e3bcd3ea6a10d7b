/** The site's scripts: the session with what it needs in one worker, TensorFlow in a second that it loads on demand. */
import { copyFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = resolve(__dirname, "../../..");
const web = join(root, "tools", "web");
const standin = (name: string): string => join(web, "standins", name);

/** Modules of Node, and what stands for them in a browser. */
const STANDINS: Record<string, string> = {
  fs: standin("fs.ts"),
  vm: standin("vm.ts"),
  module: standin("module.ts"),
  crypto: standin("crypto.ts"),
  path: require.resolve("path-browserify"),
  buffer: require.resolve("buffer/"),
  util: standin("util.ts"),
};
const NODE = [
  "child_process",
  "inspector",
  "os",
  "perf_hooks",
  "worker_threads",
  "zeromq",
  "url",
  "http",
  "https",
];

const standins: Plugin = {
  name: "stand-ins",
  setup({ onResolve }) {
    onResolve({ filter: /^(node:)?[a-z_0-9]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      if (Object.hasOwn(STANDINS, name)) return { path: STANDINS[name] };
      return NODE.includes(name) || path.startsWith("node:") ? { path: standin("empty.ts") } : undefined;
    });
    onResolve({ filter: /\/node\/host$/ }, () => ({ path: join(web, "host.ts") }));
    onResolve({ filter: /\/session\/remote$/ }, () => ({ path: join(web, "remote.ts") }));
    onResolve({ filter: /^\.\/wasmFolder$/ }, () => ({ path: standin("wasmFolder.ts") }));
    onResolve({ filter: /^\.\/relaxed$/ }, () => ({ path: standin("relaxed.ts") }));
    onResolve({ filter: /^@tensorflow\/tfjs-node$/ }, () => ({ path: standin("empty.ts") }));
    // tslab gets the mended TypeScript; the host, which mends it, the original.
    onResolve({ filter: /^@tslab\/typescript-for-tslab$/ }, ({ importer }) =>
      /[\\/]tslab[\\/]dist[\\/]/.test(importer) ? { path: standin("typescript.cjs") } : undefined,
    );
  },
};

const common: BuildOptions = {
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  minify: true,
  keepNames: true,
  legalComments: "linked",
  sourcemap: true,
  sourcesContent: false,
  absWorkingDir: root,
  // Where all of lib's modules stand that ask for it.
  define: { __dirname: '"/course/lib/dist/data"' },
  plugins: [standins],
  logLevel: "error",
};

/** What cells import, by the script that holds it; each is loaded with the first import of one of its modules. */
const SCRIPTS: Record<string, string[]> = {
  "unrolled.js": ["unrolled", "unrolled/check", "unrolled/display"],
  "mathjs.js": ["mathjs"],
  "tensorflow.js": ["unrolled/tf"],
};

const backend = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"));

export async function bundle(out: string): Promise<void> {
  const scripts = Object.fromEntries(
    Object.entries(SCRIPTS).flatMap(([script, names]) => names.map((name) => [name, script])),
  );
  const define = { ...common.define, SCRIPTS: JSON.stringify(scripts) };
  await build({
    ...common,
    define,
    entryPoints: { worker: join(web, "worker.ts"), judge: join(web, "judge.ts") },
    outdir: out,
  });
  for (const [script, names] of Object.entries(SCRIPTS)) {
    const contents = names.map((name) => `modules["${name}"] = () => require("${name}");`).join("\n");
    await build({
      ...common,
      stdin: {
        contents: `const modules = globalThis[Symbol.for("unrolled.modules")];\n${contents}`,
        resolveDir: join(root, "tools"),
      },
      outfile: join(out, script),
    });
  }
  const relaxed = 'globalThis[Symbol.for("unrolled.relaxed")] = require("../lib/dist/engine/relaxed.js");';
  await build({
    ...common,
    stdin: { contents: relaxed, resolveDir: join(root, "tools") },
    outfile: join(out, "relaxed.js"),
  });
  await build({
    ...common,
    stdin: { contents: 'export { unzipSync, zipSync } from "fflate";', resolveDir: join(root, "tools") },
    format: "esm",
    outfile: join(out, "zip.js"),
  });
  for (const name of readdirSync(backend).filter(
    (file) => file.endsWith("simd.wasm") || file.endsWith("wasm.wasm"),
  ))
    copyFileSync(join(backend, name), join(out, name));
}
