import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";

type Attribute = "TYPE" | "BOOL" | "FLOAT" | "SHAPE" | "STRING";
type Constant = "TF_FLOAT" | "TF_INT64" | `TF_ATTR_${Attribute}`;

/** What tfjs-node's backend has below its public face: TensorFlow's operations by name. */
interface NodeBackend {
  binding: Record<Constant, number> & {
    createTensor(shape: number[], dtype: number, values: Int32Array): number;
    executeOp(
      name: string,
      attributes: object[],
      ids: number[],
      outputs: number,
    ): { id: number; dtype: number }[];
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

/**
 * The values of tensors after an operation that changes TensorFlow's variables in place. The tensors themselves keep
 * theirs: the variables only hold them while it runs, and TensorFlow copies what it shares with others.
 */
export function updated(tf: TensorFlow, name: string, tensors: Tensor[], inputs: Tensor[]): Tensor[] {
  const backend = tf.backend() as unknown as NodeBackend;
  const dtype = { name: "dtype", type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
  const variables = tensors.map((tensor, k) => {
    const variable = scratch(backend, k);
    backend.executeMultipleOutputs("AssignVariableOp", [dtype], [variable, tensor], 0);
    return variable;
  });
  operation(tf, name, [...variables, ...inputs], 0);
  return variables.map(
    (variable) => backend.executeMultipleOutputs("ReadVariableOp", [dtype], [variable], 1)[0],
  );
}

const variables: object[] = [];

/** The k-th of TensorFlow's variables that `updated` works in; it takes the shape of what is assigned. */
function scratch(backend: NodeBackend, k: number): object {
  if (!variables[k]) {
    const { binding } = backend;
    const attributes = [
      { name: "dtype", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      { name: "shape", type: binding.TF_ATTR_SHAPE, value: [] },
      { name: "shared_name", type: binding.TF_ATTR_STRING, value: `unrolled-${k}` },
    ];
    const [{ id, dtype }] = binding.executeOp("VarHandleOp", attributes, [], 1);
    variables[k] = lasting(backend, id, dtype);
  }
  return variables[k];
}

const lengths = new Map<number, object>();

/** A number as an int64 scalar, which tfjs has no type for. Made once for each value. */
export function int64(tf: TensorFlow, value: number): object {
  const known = lengths.get(value);
  if (known) return known;
  const backend = tf.backend() as unknown as NodeBackend;
  const { TF_INT64 } = backend.binding;
  const words = new Int32Array([value, 0]); // low, high
  const scalar = lasting(backend, backend.binding.createTensor([], TF_INT64, words), TF_INT64);
  lengths.set(value, scalar);
  return scalar;
}

/** What an operation takes as a tensor, but tfjs does not count or free. */
function lasting({ tensorMap }: NodeBackend, id: number, dtype: number): object {
  const dataId = {};
  tensorMap.set(dataId, { shape: [], dtype, id, values: null, refCount: 1 });
  return { dataId };
}
