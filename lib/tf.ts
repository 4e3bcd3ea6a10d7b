import { fusedAdam as adam } from "./tf/adam";
import { endStoppedFits } from "./tf/fit";
import { fusedLayers } from "./tf/fused";
import { loadNative, type TensorFlow } from "./tf/native";
import { loadWasm } from "./tf/wasm";

/** "native": compiled TensorFlow through tfjs-node; "wasm": WebAssembly. */
export type Backend = "native" | "wasm";

const forced = process.env.UNROLLED_TF;
if (forced && forced !== "wasm") {
  throw new Error(
    `unrolled/tf: UNROLLED_TF is "${forced}"; set it to wasm, or unset it for the native backend`,
  );
}
const native = forced ? "UNROLLED_TF=wasm" : loadNative();
const loaded = typeof native === "string" ? loadWasm() : { tf: native, ready: native.ready() };

/**
 * TensorFlow.js, for the lessons that compare with it: `import { tf, ready } from "unrolled/tf"; await ready;`.
 *
 * Compiled where tfjs-node is installed, else on WebAssembly, which needs nothing and is slower. Both take the same
 * calls and compute in float32. The environment variable UNROLLED_TF=wasm chooses WebAssembly.
 */
export const tf: TensorFlow = loaded.tf;
endStoppedFits(tf);

/** Which of the two runs. */
export const backend: Backend = typeof native === "string" ? "wasm" : "native";

/** Fulfilled when `tf` can compute, with the backend's name. Await it before the first operation. */
export const ready: Promise<Backend> = loaded.ready.then(() => backend);

/**
 * Recurrent layers like those of `tf.layers`, several times faster where TensorFlow runs natively:
 * `tf.sequential({ layers: [fusedLstm({ units: 50, inputShape: [T, D] }), tf.layers.dense({ units: 1 })] })`.
 */
export const { fusedLstm, fusedGru, fusedSimpleRnn } = fusedLayers(tf);

/** `tf.train.adam`, faster where TensorFlow runs natively: `model.compile({ optimizer: fusedAdam(), loss })`. */
export const fusedAdam: TensorFlow["train"]["adam"] = adam(tf);

export { setRandomSeed } from "./tf/seed";

console.log(
  typeof native === "string"
    ? `TensorFlow.js ${tf.version.tfjs} runs on WebAssembly (${native})`
    : `TensorFlow.js ${tf.version.tfjs} runs natively`,
);
