import { availableParallelism, freemem } from "node:os";

/** As many at once as the machine has cores and memory for (a session takes up to 0.4 GB). */
const room = (): number => Math.max(1, Math.min(availableParallelism(), 8, Math.floor(freemem() / 5e8)));

/** Does the work for every item, `jobs` at a time; the results are in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  jobs = room(),
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return results;
}
