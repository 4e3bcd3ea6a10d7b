import { type Random, randomNormal } from "../random";
import type { Batch } from "./batch";

/**
 * A task that needs memory and nothing else: say the first of T numbers after the last.
 *
 * xs: T standard normal numbers [B,1], target: the first of them. Without memory the best answer is 0, with the mean
 * squared error 1.
 */
export function recallBatch(length: number, random: Random, batchSize = 16): Batch {
  const xs = Array.from({ length }, () => randomNormal(batchSize, 1, 1, random));
  return { xs, targets: [xs[0]] };
}
