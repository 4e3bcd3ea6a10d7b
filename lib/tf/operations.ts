import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";

/** What tfjs-node's backend has below its public face: TensorFlow's operations by name. */
interface NodeBackend {
  binding: Record<"TF_FLOAT" | "TF_INT64" | "TF_ATTR_TYPE" | "TF_ATTR_BOOL" | "TF_ATTR_FLOAT", number> & {
    createTensor(shape: number[], dtype: number, values: Int32Array): number;
  };
  tensorMap: { set(dataId: object, info: object): void };
  executeMultipleOutputs(name: string, attributes: object[], inputs: object[], outputs: number): Tensor[];
}

/** A number or a boolean; a float is marked as such, for TensorFlow tells 0 from 0.0. */
type Attributes = Record<string, boolean | { float: number }>;

/** Runs one of TensorFlow's operations on float32 tensors, also those that tfjs does not know. */
export function operation(
  tf: TensorFlow,
  name: string,
  inputs: object[],
  outputs: number,
  attributes: Attributes = {},
): Tensor[] {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const all: object[] = [{ name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
  for (const [key, value] of Object.entries(attributes))
    all.push(
      typeof value === "boolean"
        ? { name: key, type: binding.TF_ATTR_BOOL, value }
        : { name: key, type: binding.TF_ATTR_FLOAT, value: value.float },
    );
  return backend.executeMultipleOutputs(name, all, inputs, outputs);
}

/** The result of an operation that has only one. In a loop over the steps this is faster than tf's own functions. */
export function single(tf: TensorFlow, name: string, ...inputs: Tensor[]): Tensor {
  return operation(tf, name, inputs, 1)[0];
}

const lengths = new Map<number, object>();

/** A number as an int64 scalar, which tfjs has no type for. Made once for each value: nothing frees them. */
export function int64(tf: TensorFlow, value: number): object {
  const known = lengths.get(value);
  if (known) return known;
  const { binding, tensorMap } = tf.backend() as unknown as NodeBackend;
  const id = binding.createTensor([], binding.TF_INT64, new Int32Array([value, 0])); // low word, high word
  const dataId = {};
  tensorMap.set(dataId, { shape: [], dtype: binding.TF_INT64, id, values: null, refCount: 1 });
  const scalar = { dataId };
  lengths.set(value, scalar);
  return scalar;
}
