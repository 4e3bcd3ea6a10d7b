import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import type { Weights } from "./recurrences";

/** Not one: TensorFlow warns of a number of units that is odd where the batch is too. */
const MORE = 2;

/**
 * The weights of H + 2 units where these run faster than H. The weights of the last two are all 0, and so are their
 * states; the others know nothing of them.
 *
 * In each step of the backward pass TensorFlow reads W column by column. Where its rows are a multiple of 512 bytes
 * long, the numbers of a column share an eighth of the processor's first cache, and from H = 128 on they push one
 * another out of it: the pass of an LSTM then takes half as long again.
 */
export function widen(tf: TensorFlow, { W, bias }: Weights, H: number): Weights {
  if (H < 128 || H % 32 !== 0) return { W, bias };
  const [rows, columns] = W.shape;
  const gates = columns / H;
  const [none, more]: [number, number][] = [
    [0, 0],
    [0, MORE],
  ];
  const wideW = tf.pad(tf.reshape(W, [rows, gates, H]), [more, none, more]);
  const wideBias = tf.pad(tf.reshape(bias, [gates, H]), [none, more]);
  return {
    W: tf.reshape(wideW, [rows + MORE, gates * (H + MORE)]) as Tensor2D,
    bias: tf.reshape(wideBias, [gates * (H + MORE)]) as Tensor1D,
  };
}
