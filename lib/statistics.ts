import { type Matrix, multiply, norm, sum } from "./matrix";

// Summaries of plain lists of numbers: losses of several seeds, errors of a forecast, a series.

/** The mean of a list: x̄ = (1/N) Σ xᵢ. NaN for an empty list. */
export function meanOf(values: ArrayLike<number>): number {
  return total(values) / values.length;
}

/** The sample standard deviation √(Σ (xᵢ − x̄)² / (N − 1)): how far single values lie apart. NaN for fewer than 2. */
export function sdOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  const squares = Array.from(values, (x) => (x - mean) * (x - mean));
  return Math.sqrt(total(squares) / (squares.length - 1));
}

/** The standard error of the mean, sd / √N: how far the mean itself may be off. */
export function standardError(values: ArrayLike<number>): number {
  return sdOf(values) / Math.sqrt(values.length);
}

/** The value with half of the values below it: the middle one in order, or the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * The value with the share q of the values below it, linear between neighbours: q = 0 the smallest, 1 the largest.
 * @throws unless q is from 0 to 1
 * @see Hyndman and Fan, "Sample quantiles in statistical packages", 1996, definition 7 (NumPy's default)
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new Error(`quantile: q is ${q}; it must be from 0 to 1`);
  const sorted = Array.from(values).sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The root of the mean squared error, in the units of the values: √((1/N) Σ (forecastᵢ − actualᵢ)²).
 * @throws if the lists differ in length
 */
export function rmse(forecast: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (forecast.length !== actual.length) {
    throw new Error(`rmse: ${forecast.length} forecasts of ${actual.length} values; give one for each`);
  }
  return Math.sqrt(meanOf(Array.from(forecast, (f, i) => (f - actual[i]) * (f - actual[i]))));
}

/**
 * How much a series resembles itself `lag` steps later, from −1 to 1.
 *
 * r = Σₜ (xₜ − x̄)(xₜ₋ₗ − x̄) / Σₜ (xₜ − x̄)²
 *
 * @see Box and Jenkins, "Time series analysis: forecasting and control", 1970
 */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  const mean = meanOf(values);
  const around = Array.from(values, (x) => x - mean);
  const product = (k: number): number => total(around.slice(k).map((x, i) => x * around[i]));
  return product(lag) / product(0);
}

/** The cosine of the angle between two matrices laid out as vectors: Σ aᵢⱼ bᵢⱼ / (‖a‖ ‖b‖), 1 if they point alike. */
export function cosine(a: Matrix, b: Matrix): number {
  return sum(multiply(a, b)) / (norm(a) * norm(b));
}

/** The mean loss of the last `steps` steps of a training: one batch alone says little. */
export function lastLoss(trace: { loss: number[] }, steps = 50): number {
  return meanOf(trace.loss.slice(-steps));
}

function total(values: ArrayLike<number>): number {
  let t = 0;
  for (let i = 0; i < values.length; i++) t += values[i];
  return t;
}
