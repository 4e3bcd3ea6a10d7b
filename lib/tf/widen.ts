import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import type { Weights } from "./recurrences";

/**
 * The weights of H + 1 units where these run faster than H. The weights of the last one are all 0, and so is its
 * state; the others know nothing of it.
 *
 * In each step of the backward pass TensorFlow reads W column by column. Where its rows are a multiple of 512 bytes
 * long, the numbers of a column share an eighth of the processor's first cache, and from H = 128 on they push one
 * another out of it: the pass of an LSTM then takes half as long again.
 */
export function widen(tf: TensorFlow, { W, bias }: Weights, H: number): Weights {
  if (H < 128 || H % 32 !== 0) return { W, bias };
  const [rows, columns] = W.shape;
  const gates = columns / H;
  const [none, one]: [number, number][] = [
    [0, 0],
    [0, 1],
  ];
  const wideW = tf.pad(tf.reshape(W, [rows, gates, H]), [one, none, one]);
  const wideBias = tf.pad(tf.reshape(bias, [gates, H]), [none, one]);
  return {
    W: tf.reshape(wideW, [rows + 1, gates * (H + 1)]) as Tensor2D,
    bias: tf.reshape(wideBias, [gates * (H + 1)]) as Tensor1D,
  };
}
