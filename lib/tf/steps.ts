import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";

interface Order {
  /** [B,T], true or not zero where a step counts; none: all count. */
  mask?: Tensor | null;
  goBackwards: boolean;
  returnSequences: boolean;
  /** H; the recurrence may have more columns, which are left out. */
  units: number;
}

/**
 * Puts a recurrence that knows time only as its first axis behind the interface of a layer: x [B,T,D] → [B,T,H], or
 * [B,H] for the last state alone.
 *
 * A masked step leaves the state as it was, and the output repeats: so a padded sequence gives what it gives without
 * its padding, wherever that stands. The steps that count are moved to the front, run without gaps, and read where
 * they belong.
 */
export function readInOrder(
  tf: TensorFlow,
  x: Tensor3D,
  { mask, goBackwards, returnSequences, units }: Order,
  recurrence: (x: Tensor3D) => Tensor3D,
): Tensor {
  if (mask) return readMasked(tf, x, { mask, goBackwards, returnSequences, units }, recurrence);
  const forwards = tf.transpose(x, [1, 0, 2]);
  const hs = recurrence(goBackwards ? tf.reverse(forwards, 0) : forwards);
  const [T, B] = hs.shape;
  return returnSequences
    ? tf.transpose(firstColumns(tf, hs, units), [1, 0, 2])
    : tf.slice(hs, [T - 1, 0, 0], [1, B, units]).reshape([B, units]);
}

function readMasked(
  tf: TensorFlow,
  x: Tensor3D,
  { mask, goBackwards, returnSequences, units }: Order & { mask: Tensor },
  recurrence: (x: Tensor3D) => Tensor3D,
): Tensor {
  const [B, T, D] = x.shape;
  const { steps, seen } = plan(mask.dataSync(), B, T, goBackwards);
  const longest = Math.max(1, ...steps.map((list) => list.length));
  // Past its end a sequence repeats its first step: no output reads that, so no gradient comes back from it.
  const places = Array.from({ length: longest }, (_, k) => steps.map((list, b) => b * T + (list[k] ?? 0)));
  const rows = tf.reshape(x, [B * T, D]);
  const wide = recurrence(tf.gather(rows, tf.tensor2d(places, undefined, "int32")) as Tensor3D); // [longest,B,…]
  const hs = tf.reshape(firstColumns(tf, wide, units), [longest * B, units]) as Tensor2D;
  const states = tf.concat([tf.zeros([1, units]), hs], 0); // first: none yet
  const place = (b: number, count: number): number => (count === 0 ? 0 : 1 + (count - 1) * B + b);
  if (!returnSequences) {
    const last = steps.map((list, b) => place(b, list.length));
    return tf.gather(states, tf.tensor1d(last, "int32"));
  }
  const all = seen.map((counts, b) => counts.map((count) => place(b, count)));
  return tf.gather(states, tf.tensor2d(all, [B, T], "int32"));
}

function firstColumns(tf: TensorFlow, hs: Tensor3D, units: number): Tensor3D {
  return hs.shape[2] === units ? hs : tf.slice(hs, [0, 0, 0], [hs.shape[0], hs.shape[1], units]);
}

/** For each sequence the steps that count, in the order of reading, and how many are seen after each step. */
function plan(mask: ArrayLike<number>, B: number, T: number, goBackwards: boolean) {
  const steps: number[][] = [];
  const seen: number[][] = [];
  for (let b = 0; b < B; b++) {
    const list: number[] = [];
    const counts: number[] = [];
    for (let k = 0; k < T; k++) {
      const t = goBackwards ? T - 1 - k : k;
      if (mask[b * T + t]) list.push(t);
      counts.push(list.length);
    }
    steps.push(list);
    seen.push(counts);
  }
  return { steps, seen };
}
