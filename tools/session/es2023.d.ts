/** What Node 20 can do with arrays and TypeScript 5.0.4 does not know of yet; loaded for cells as a library file. */
interface ReadonlyArray<T> {
  /** Returns a sorted copy; the array itself stays as it is. */
  toSorted(compare?: (a: T, b: T) => number): T[];
  /** Returns a reversed copy. */
  toReversed(): T[];
  /** Returns a copy with one element replaced. */
  with(index: number, value: T): T[];
}

interface Array<T> {
  /** Returns a sorted copy; the array itself stays as it is. */
  toSorted(compare?: (a: T, b: T) => number): T[];
  /** Returns a reversed copy. */
  toReversed(): T[];
  /** Returns a copy with one element replaced. */
  with(index: number, value: T): T[];
}

interface Float64Array {
  /** Returns a sorted copy; the array itself stays as it is. */
  toSorted(compare?: (a: number, b: number) => number): Float64Array;
  /** Returns a reversed copy. */
  toReversed(): Float64Array;
  /** Returns a copy with one element replaced. */
  with(index: number, value: number): Float64Array;
}
