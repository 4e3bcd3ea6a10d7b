import type { State } from "./cells/cell";
import type { Batch, Chunk, Input } from "./data/batch";
import type { Matrix } from "./matrix";
import type { LossAndGrads, Model } from "./model";
import type { Params } from "./params";

/**
 * Cuts long sequences (with the read-out "every") into pieces of `length` steps, in order; the last may be shorter.
 *
 * batch: T steps → ⌈T/length⌉ chunks.
 * @throws unless length is a whole number of at least 1 and there is one target for each step
 */
export function chunks<X extends Input = Matrix>(batch: Batch<X>, length: number): Chunk<X>[] {
  const { xs, targets, masks } = batch;
  if (!Number.isInteger(length) || length < 1) {
    throw new Error(`chunks: length is ${length}; give a whole number of steps, at least 1`);
  }
  if (targets.length !== xs.length) {
    throw new Error(`chunks: ${xs.length} xs and ${targets.length} targets; give one target for each step`);
  }
  return Array.from({ length: Math.ceil(xs.length / length) }, (_, i) => {
    const [from, to] = [i * length, (i + 1) * length];
    return {
      xs: xs.slice(from, to),
      targets: targets.slice(from, to) as Batch["targets"],
      masks: masks?.slice(from, to),
      startsSequence: i === 0,
    };
  });
}

/**
 * Truncated backpropagation through time: the state passes from each chunk to the next, the gradient does not.
 *
 * So a step learns nothing about what it does to the loss beyond its chunk: cheap, but biased towards the near past.
 * What it returns goes into `train`, and must see the chunks in order:
 * `train({ params, lossAndGrads: truncatedBptt(model), batches: chunks(batch, 25), … })`.
 * @see Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
 *   trajectories", 1990: BPTT(h; h′) with h = h′ = the length of a chunk
 */
export function truncatedBptt<X extends Input = Matrix>(
  model: Model<X>,
): (params: Params, chunk: Chunk<X>) => LossAndGrads {
  let state: State | undefined;
  return (params, chunk) => {
    const result = model.lossAndGrads(params, chunk, chunk.startsSequence ? undefined : state);
    state = result.state;
    return result;
  };
}
