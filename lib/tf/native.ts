import util from "node:util";
import { waitForInstallation } from "./wait";

/** The one interface of both backends: that of the package @tensorflow/tfjs. */
export type TensorFlow = typeof import("@tensorflow/tfjs");

/** tfjs-node, or a string that says why it does not load. */
export function loadNative(): TensorFlow | string {
  // tfjs-node 4.22 calls both in every operation. Node 22 warns, and Node 23 lacks the first.
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: typeof Array.isArray };
  old.isNullOrUndefined = (value) => value === null || value === undefined;
  old.isArray = Array.isArray;
  // Errors only: among its warnings is one for each batch of the fused LSTM with an odd number of sequences and inputs.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // Without oneDNN: its order of additions, and so the last digits of every result, depend on the processor.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
  // One thread in an operation: a second one waits more than it works on matrices as small as the course's, and the
  // order of additions must not depend on the number of cores either.
  process.env.TF_NUM_INTRAOP_THREADS ??= "1";
  // Its own allocator, which keeps what a step freed for the next one: malloc gives large tensors back to the system,
  // and it clears their pages again before they are used again.
  process.env.TF_CPU_ALLOCATOR_USE_BFC ??= "true";
  waitForInstallation();
  try {
    return require("@tensorflow/tfjs-node");
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
