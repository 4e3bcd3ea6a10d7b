import type { Part } from "./split";

/** What a scaler can take, and gives back in the same form. */
export type Scalable = number | number[] | number[][] | Part;

/** A change of units that was fitted once, on training data: transform into it, inverse back from it. */
export interface Scaler {
  name: string;
  /** z = (x − offset) / factor */
  offset: number;
  factor: number;
  transform<X extends Scalable>(x: X): X;
  inverse<X extends Scalable>(z: X): X;
}

/**
 * Scales to mean 0 and standard deviation 1 over the training part.
 *
 * z = (x − μ) / σ, with μ = (1/N) Σ xᵢ and σ² = (1/N) Σ (xᵢ − μ)²
 *
 * @throws unless it gets the train part: μ and σ of later values would tell the model about the future
 */
export function standardScaler(part: Part): Scaler {
  const values = trainingValues("standardScaler", part);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / values.length;
  return scaler("standardScaler", mean, Math.sqrt(variance));
}

/**
 * Scales the training part to [0, 1]. Later values may fall outside, as they should: nobody knew them.
 *
 * z = (x − min) / (max − min)
 *
 * @throws unless it gets the train part: the extremes of later values would tell the model about the future
 */
export function minMaxScaler(part: Part): Scaler {
  const values = trainingValues("minMaxScaler", part);
  const min = values.reduce((a, b) => Math.min(a, b));
  const max = values.reduce((a, b) => Math.max(a, b));
  return scaler("minMaxScaler", min, max - min);
}

function trainingValues(where: string, part: Part): number[] {
  if (part.role !== "train") {
    const got = part.role ? `the ${part.role} part` : "values that are not a part";
    throw new Error(
      `${where}: expected the train part of splitInTime, got ${got}. A scaler fitted on other data leaks the ` +
        "future into training: split first, fit on train, then transform every part with that scaler",
    );
  }
  return part.values;
}

function scaler(name: string, offset: number, factor: number): Scaler {
  if (!(factor > 0 && Number.isFinite(factor))) {
    throw new Error(`${name}: the training values do not vary (or are not finite): nothing to scale by`);
  }
  return {
    name,
    offset,
    factor,
    transform: (x) => mapNumbers(x, (value) => (value - offset) / factor),
    inverse: (z) => mapNumbers(z, (value) => value * factor + offset),
  };
}

function mapNumbers<X extends Scalable>(x: X, f: (value: number) => number): X {
  if (typeof x === "number") return f(x) as X;
  if (Array.isArray(x)) return x.map((entry) => mapNumbers(entry, f)) as X;
  return { ...(x as Part), values: (x as Part).values.map(f) } as X;
}
