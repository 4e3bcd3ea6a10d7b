import { normal64 } from "./engine/normal64";
import { log } from "./math/logarithm";
import { cos } from "./math/trigonometry";
import { generate, type Matrix, transpose, zeros } from "./matrix";

/** A stream of random numbers. The same seed gives the same stream, everywhere and every time. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Normal (Gaussian), by default with mean 0 and standard deviation 1. */
  normal(mean?: number, std?: number): number;
  /** A whole number from low to high − 1, all equally likely. */
  integer(low: number, high: number): number;
  /** The same items in random order, in a new array. */
  shuffle<T>(items: readonly T[]): T[];
  /** One of the items, all equally likely. */
  choice<T>(items: ArrayLike<T>): T;
}

/**
 * A random generator that starts from a seed. Pass it on to whatever needs randomness: nothing here is global.
 * @throws unless the seed is a whole number from 0 to 2⁵³ − 1
 * @see the generator is sfc32 of C. Doty-Humphrey, PractRand, src/RNGs/sfc.cpp, seeded as there
 */
export function seeded(seed: number): Random {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new Error(`seeded: seed ${seed}: give a whole number, at least 0, e.g. seeded(42)`);
  }
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 0x100000000) | 0, 1];
  function next32(): number {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  }
  for (let i = 0; i < 12; i++) next32(); // near seeds must not give near streams

  const next = (): number => ((next32() >>> 5) * 0x4000000 + (next32() >>> 6)) / 0x20000000000000;
  const integer = (low: number, high: number): number => {
    if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
      throw new Error(`integer: from ${low} to below ${high}: need two whole numbers, the first smaller`);
    }
    return low + Math.floor(next() * (high - low));
  };
  return {
    next,
    integer,
    uniform: (low, high) => low + next() * (high - low),
    // Box and Muller, Ann. Math. Stat. 29, 1958. 1 − next() is never 0, so its logarithm is finite.
    normal: (mean = 0, std = 1) => mean + std * Math.sqrt(-2 * log(1 - next())) * cos(2 * Math.PI * next()),
    // Fisher and Yates: place i takes any of the items that are left.
    shuffle: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(0, i + 1);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
    choice: (items) => items[integer(0, items.length)],
  };
}

/**
 * Independent normal numbers with mean 0 and standard deviation `std`, [rows,cols]: those that `random.normal` gives one
 * after the other.
 */
export function randomNormal(rows: number, cols: number, std: number, random: Random): Matrix {
  const out = zeros(rows, cols);
  const isFilled = rows * cols >= 4 && normal64(out.data, std, () => random.next());
  return isFilled ? out : generate(rows, cols, () => random.normal(0, std));
}

/** Independent uniform numbers in [low, high), [rows,cols]. */
export function randomUniform(rows: number, cols: number, low: number, high: number, random: Random): Matrix {
  return generate(rows, cols, () => random.uniform(low, high));
}

/**
 * Weights from `rows` inputs to `cols` outputs that keep the size of signals and of gradients about equal.
 *
 * W ~ U(−r, r), r = √(6 / (rows + cols))
 *
 * Shape [rows,cols].
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, eq. 16
 */
export function glorot(rows: number, cols: number, random: Random): Matrix {
  const r = Math.sqrt(6 / (rows + cols));
  return randomUniform(rows, cols, -r, r, random);
}

/**
 * A random orthogonal matrix Q: it turns and reflects vectors and keeps their length.
 *
 * Q·Qᵀ = I for rows ≤ cols, Qᵀ·Q = I for rows ≥ cols
 *
 * Shape [rows,cols]. A normal random matrix is split as N = R·Q by the modified Gram–Schmidt process. It makes
 * the diagonal of R positive, and with this sign every rotation is equally likely.
 * @see Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014;
 *   for the sign: Mezzadri, "How to generate random matrices from the classical compact groups", 2007, sec. 5
 */
export function orthogonal(rows: number, cols: number, random: Random): Matrix {
  if (rows > cols) return transpose(orthogonal(cols, rows, random));
  const q = randomNormal(rows, cols, 1, random);
  for (let i = 0; i < rows; i++) {
    const qi = q.data.subarray(i * cols, (i + 1) * cols);
    // Once leaves rounding errors where two rows were nearly parallel; twice is enough (Kahan).
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const qk = q.data.subarray(k * cols, (k + 1) * cols);
        const overlap = dot(qi, qk);
        for (let j = 0; j < cols; j++) qi[j] -= overlap * qk[j];
      }
    }
    const length = Math.sqrt(dot(qi, qi));
    for (let j = 0; j < cols; j++) qi[j] /= length;
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j] * b[j];
  return total;
}
