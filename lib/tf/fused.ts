import type { RNN, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import { gru, lstm, type Recurrence, run, simpleRnn, type Weights } from "./recurrences";
import { readInOrder } from "./steps";
import { widen } from "./widen";

type Lstm = TensorFlow["layers"]["lstm"];
type Gru = TensorFlow["layers"]["gru"];
type SimpleRnn = TensorFlow["layers"]["simpleRNN"];
type Options = { units: number; name?: string; recurrentActivation?: string };
type Call = { mask?: Tensor | null; training?: boolean; initialState?: unknown };

/** The parts of a tf recurrent layer that its types leave out. */
interface Internals {
  name: string;
  cell: {
    kernel: { read(): Tensor2D };
    recurrentKernel: { read(): Tensor2D };
    bias: { read(): Tensor1D } | null;
    activation: { getClassName(): string };
    recurrentActivation?: { getClassName(): string };
    units: number;
    dropout: number;
    recurrentDropout: number;
    stateSize: number | number[];
  };
  returnSequences: boolean;
  returnState: boolean;
  goBackwards: boolean;
  stateful: boolean;
  call(inputs: Tensor | Tensor[], kwargs: Call): Tensor | Tensor[];
}
type LayerClass = { new (options: Options): Internals; className: string };
type Registered = Parameters<TensorFlow["serialization"]["registerClass"]>[0];

/**
 * Recurrent layers like those of `tf.layers`, but computed in TensorFlow's fused operations where it runs natively:
 * the same weights, in the same order and shapes, and the same results within float32's rounding, several times faster.
 *
 * They take the options of `tf.layers.lstm`, `gru` and `simpleRNN`, except those that the operations cannot do:
 * other activations than tanh and sigmoid, `recurrentDropout`, `returnState` and `stateful`. Where `tf.layers` has
 * the piecewise linear "hardSigmoid" for the gates unless told otherwise, these have "sigmoid". On WebAssembly
 * they compute as `tf.layers` does.
 */
export function fusedLayers(tf: TensorFlow): { fusedLstm: Lstm; fusedGru: Gru; fusedSimpleRnn: SimpleRnn } {
  const layers = tf.layers;
  return {
    fusedLstm: fuse(tf, "FusedLstm", layers.lstm({ units: 1 }), lstm) as Lstm,
    fusedGru: fuse(tf, "FusedGru", layers.gru({ units: 1 }), gru) as unknown as Gru,
    fusedSimpleRnn: fuse(tf, "FusedSimpleRnn", layers.simpleRNN({ units: 1 }), simpleRnn) as SimpleRnn,
  };
}

/** A subclass of `layer`'s class that does the steps in another way. All else it inherits: weights, saving, masks. */
function fuse(tf: TensorFlow, name: string, layer: RNN, recurrence: Recurrence): (options: Options) => RNN {
  const Base = layer.constructor as unknown as LayerClass;
  class Fused extends Base {
    static override className = name;

    constructor(options: Options) {
      super({ recurrentActivation: "sigmoid", ...options });
      checkFusable(this);
    }

    override call(inputs: Tensor | Tensor[], kwargs: Call): Tensor | Tensor[] {
      if (tf.getBackend() !== "tensorflow") return super.call(inputs, kwargs);
      if (kwargs.initialState) throw cannot(this, "an initialState");
      return tf.tidy(() => compute(tf, this, recurrence, inputs, kwargs));
    }
  }
  tf.serialization.registerClass(Fused as unknown as Registered);
  return (options) => new Fused(options) as unknown as RNN;
}

function compute(
  tf: TensorFlow,
  { cell, returnSequences, goBackwards }: Internals,
  recurrence: Recurrence,
  inputs: Tensor | Tensor[],
  { mask, training }: Call,
): Tensor {
  const given = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor3D; // [B,T,D]
  const x = training && cell.dropout > 0 ? dropEvenly(tf, given, cell.dropout) : given;
  const kernel = cell.kernel.read();
  const weights: Weights = {
    W: tf.concat([kernel, cell.recurrentKernel.read()], 0),
    bias: cell.bias?.read() ?? tf.zeros([kernel.shape[1]]),
  };
  const { units } = cell;
  const wide = widen(tf, weights, units);
  return readInOrder(tf, x, { mask, goBackwards, returnSequences, units }, (xs) =>
    run(tf, recurrence, xs, wide),
  );
}

/** As in `tf.layers`: what is dropped of a sequence's inputs is dropped at each of its steps. */
function dropEvenly(tf: TensorFlow, x: Tensor3D, rate: number): Tensor3D {
  const [B, , D] = x.shape;
  return tf.mul(x, tf.dropout(tf.ones([B, 1, D]), rate)) as Tensor3D;
}

function checkFusable(layer: Internals): void {
  const { cell, returnState, stateful } = layer;
  const activation = cell.activation.getClassName();
  const gates = cell.recurrentActivation?.getClassName() ?? "sigmoid";
  if (activation !== "tanh") throw cannot(layer, `activation "${activation}" instead of "tanh"`);
  if (gates !== "sigmoid") throw cannot(layer, `recurrentActivation "${gates}" instead of "sigmoid"`);
  if (cell.recurrentDropout > 0) throw cannot(layer, "recurrentDropout");
  if (returnState) throw cannot(layer, "returnState");
  if (stateful) throw cannot(layer, "stateful");
}

function cannot(layer: { name: string }, what: string): Error {
  return new Error(`${layer.name}: the fused operations cannot do ${what}; use tf.layers for it`);
}
