/** Rooms of one memory, in bytes, multiples of 64: they are taken, and given back for others to take. */
export interface Blocks {
  take(size: number): number;
  give(at: number, size: number): void;
  /** Where the memory ends that was ever taken. */
  end(): number;
}

/** The first gap that is large enough is taken; gaps side by side become one. Address 0 is never given out. */
export function newBlocks(): Blocks {
  const gaps: { at: number; size: number }[] = []; // in the order of their addresses
  let end = 64;
  return {
    take(size) {
      const needed = rounded(size);
      const k = gaps.findIndex((gap) => gap.size >= needed);
      if (k < 0) {
        end += needed;
        return end - needed;
      }
      const gap = gaps[k];
      const { at } = gap;
      gap.at += needed;
      gap.size -= needed;
      if (gap.size === 0) gaps.splice(k, 1);
      return at;
    },
    give(at, size) {
      const after = gaps.findIndex((gap) => gap.at > at);
      const k = after < 0 ? gaps.length : after;
      gaps.splice(k, 0, { at, size: rounded(size) });
      for (const i of [k, k - 1]) {
        const [one, next] = [gaps[i], gaps[i + 1]];
        if (!one || !next || one.at + one.size !== next.at) continue;
        one.size += next.size;
        gaps.splice(i + 1, 1);
      }
    },
    end: () => end,
  };
}

const rounded = (size: number): number => Math.max(64, Math.ceil(size / 64) * 64);
