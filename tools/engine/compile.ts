// Compiles lib/engine/assembly to WebAssembly and writes it as a module that loads everywhere without a file to read:
//   node tools/dist/engine/compile.js
// The result is committed, so that building the course needs no second compiler; a test compares the two.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");
const options = [
  ...["-O3", "--runtime", "stub", "--enable", "simd"],
  ...["--importMemory", "--noExportMemory", "--noAssert"],
  ...["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"],
];

/** The files that are written, and what each is compiled with besides. */
export const written = {
  [join(root, "lib", "engine", "kernels.ts")]: [],
  [join(root, "lib", "engine", "relaxed.ts")]: ["--enable", "relaxed-simd"],
};

/** What is used of the compiler. Its own types would bring AssemblyScript's globals into all of tools. */
interface Compiler {
  main(
    args: string[],
    host: { writeFile(name: string, contents: Uint8Array | string): void },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/** The text of a file, compiled anew. */
export async function compileKernels(more: string[]): Promise<string> {
  const compiler = "assemblyscript/asc";
  const { default: asc } = (await import(compiler)) as { default: Compiler };
  const out = "kernels.wasm";
  const entry = "lib/engine/assembly/index.ts";
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [entry, ...options, ...more, "--baseDir", root, "--outFile", out],
    {
      writeFile(name, contents) {
        if (name === out) wasm = contents as Uint8Array;
      },
    },
  );
  if (error || !wasm) throw new Error(`${entry} does not compile: ${error}\n${stderr}`);
  const lines = [
    "// Written by tools/engine/compile.ts from lib/engine/assembly: change it there. WebAssembly in base64.",
    "export const kernels =",
    `  "${Buffer.from(wasm).toString("base64")}";`,
  ];
  return `${lines.join("\n")}\n`;
}

async function main(): Promise<void> {
  for (const [file, more] of Object.entries(written)) {
    const text = await compileKernels(more);
    writeFileSync(file, text);
    console.log(`${file}: ${text.length} bytes`);
  }
}

if (require.main === module) void main();
