import type { TensorFlow } from "./native";
import { wasmFolder } from "./wasmFolder";

/** @tensorflow/tfjs on WebAssembly, ready once the promise is fulfilled. */
export function loadWasm(): { tf: TensorFlow; ready: Promise<void> } {
  const tf: TensorFlow = require("@tensorflow/tfjs");
  const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(wasmFolder());
  addSegmentSum(tf);
  const start = async (): Promise<void> => {
    if (!(await tf.setBackend("wasm"))) {
      throw new Error("unrolled/tf: the WebAssembly backend does not start; run: npm run doctor");
    }
  };
  return { tf, ready: start() };
}

/** What the kernel below needs of the backend. */
interface WasmBackend {
  readSync(dataId: object): Float32Array | Int32Array;
  makeOutput(shape: number[], dtype: string, memoryOffset: undefined, values: Float32Array): unknown;
}
interface Tensor {
  dataId: object;
  shape: number[];
  dtype: string;
}

/**
 * The one operation that training needs and the backend lacks: the gradient of an embedding, which sums up the rows
 * of each word. out[s] = Σ x[i] over all i with segmentIds[i] = s
 */
function addSegmentSum(tf: TensorFlow): void {
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as unknown as Record<string, Tensor>;
      const { numSegments } = attrs as { numSegments: number };
      const wasm = backend as WasmBackend;
      const values = wasm.readSync(x.dataId);
      const ids = wasm.readSync(segmentIds.dataId);
      const width = values.length / ids.length;
      const out = new Float32Array(numSegments * width);
      ids.forEach((id, i) => {
        if (id < 0) return; // TensorFlow's rule: a negative id is left out
        for (let j = 0; j < width; j++) out[id * width + j] += values[i * width + j];
      });
      const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
      return wasm.makeOutput(shape, x.dtype, undefined, out) as never;
    },
  });
}
