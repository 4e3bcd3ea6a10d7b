const view = new DataView(new ArrayBuffer(8));

/** The upper 32 of a double's 64 bits: sign, 11 bits of exponent, 20 bits of fraction. */
export function highWord(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(0);
}

/** The double with other upper 32 bits. */
export function withHighWord(x: number, high: number): number {
  view.setFloat64(0, x);
  view.setInt32(0, high);
  return view.getFloat64(0);
}

/** The double with its lower 32 bits cleared: products of two such numbers are exact. */
export function truncated(x: number): number {
  view.setFloat64(0, x);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}

const reach = 600;
const powersOfTwo: Float64Array = new Float64Array(2 * reach + 1);
powersOfTwo[reach] = 1;
for (let k = 1; k <= reach; k++) {
  powersOfTwo[reach + k] = 2 * powersOfTwo[reach + k - 1];
  powersOfTwo[reach - k] = powersOfTwo[reach - k + 1] / 2;
}

/** x·2ᵏ for a whole k from −1200 to 1200. In two steps, since 2ᵏ alone may be too large or too small for a double. */
export function scaleByPowerOfTwo(x: number, k: number): number {
  const half = k >> 1;
  return x * powersOfTwo[reach + half] * powersOfTwo[reach + k - half];
}
