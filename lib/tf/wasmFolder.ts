import { dirname, sep } from "node:path";

/** Where the compiled backend lies; in a browser's edition, beside the scripts. */
export const wasmFolder = (): string =>
  dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")) + sep;
