// Most matrices of a lesson hold a few dozen numbers. JavaScript takes far longer to find memory for such an array
// than to fill it, so small ones are cut, one after the other, from a larger piece.

const piece = 8192; // numbers: 64 KB
const small = piece / 8;

let current = new ArrayBuffer(0);
let used = 0; // bytes

/**
 * An array of `length` zeros. Small ones may share their `buffer`, never their numbers. Not for what a getter makes:
 * structuredClone copies a buffer when it meets the first of its arrays, before a getter fills the next.
 */
export function newNumbers(length: number): Float64Array {
  if (length > small) return new Float64Array(length);
  if (used + 8 * length > current.byteLength) {
    current = new ArrayBuffer(8 * piece);
    used = 0;
  }
  const from = used;
  used += 8 * length;
  return new Float64Array(current, from, length);
}
