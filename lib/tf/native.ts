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
  // Warnings and errors only. And without oneDNN: its order of additions, and so the last digits of every result,
  // depend on the processor, and it says so in every notebook.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "1";
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
  // One thread in an operation: a second one waits more than it works on matrices as small as the course's, and the
  // order of additions must not depend on the number of cores either.
  process.env.TF_NUM_INTRAOP_THREADS ??= "1";
  waitForInstallation();
  try {
    return require("@tensorflow/tfjs-node");
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
