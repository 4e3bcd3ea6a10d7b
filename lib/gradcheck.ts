import { expectShape, type Matrix, shape, zeros } from "./matrix";
import { copyParams, mapParams, type Params } from "./params";

/** One entry of a gradient, computed both ways. */
export interface GradCheckEntry {
  name: string;
  row: number;
  col: number;
  analytic: number;
  numeric: number;
  relativeError: number;
}

export interface GradCheckReport {
  /** True if no entry's relative error exceeds the tolerance. */
  passed: boolean;
  tolerance: number;
  /** The entry with the largest relative error of all. */
  worst: GradCheckEntry;
  /** The same for each parameter. */
  perParam: Record<string, GradCheckEntry & { shape: string }>;
}

/**
 * The gradient of a loss from its values alone, by central differences.
 *
 * ∂L/∂p ≈ (L(p + ε) − L(p − ε)) / 2ε
 *
 * Its error is about ε² (the curvature's own change) plus 10⁻¹⁶·|L|/ε (rounding): smallest near ε = 10⁻⁵. It calls
 * `loss` twice for each number in `params`, so keep the sizes small. `params` comes back unchanged.
 */
export function numericalGradient<P extends Params>(
  loss: (params: P) => number,
  params: P,
  epsilon = 1e-5,
): P {
  const shifted = copyParams(params);
  return mapParams(params, (m, name) => {
    const grad = zeros(m.rows, m.cols);
    const p = shifted[name].data;
    for (let i = 0; i < p.length; i++) {
      p[i] = m.data[i] + epsilon;
      const above = loss(shifted);
      p[i] = m.data[i] - epsilon;
      const below = loss(shifted);
      p[i] = m.data[i];
      grad.data[i] = (above - below) / (2 * epsilon);
    }
    return grad;
  });
}

/**
 * How far two numbers are apart, measured by the larger one: |a − b| / max(|a|, |b|, floor).
 *
 * 0 where they are equal, 2 where they are opposite. The floor keeps two tiny numbers from looking far apart.
 */
export function relativeError(a: number, b: number, floor = 1e-12): number {
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), floor);
}

// The central difference of a loss near 1 is uncertain by about 10⁻¹¹. Against gradients under 10⁻³ that would
// show as a relative error near the tolerance, so such entries are compared as if they were 10⁻³.
const smallGradient = 1e-3;

/**
 * Compares gradients that were derived with those found from the loss alone.
 *
 * `grads` has the names and shapes of `params`; `epsilon` as in `numericalGradient`; the check passes if no entry's
 * relative error exceeds `tolerance`. Right gradients of smooth losses reach 10⁻⁸ or better, and a wrong term shows
 * as 10⁻² or worse.
 * @throws if a gradient is missing or has another shape than its parameter
 */
export function checkGradients<P extends Params>(
  loss: (params: P) => number,
  params: P,
  grads: P,
  { epsilon = 1e-5, tolerance = 1e-6 }: { epsilon?: number; tolerance?: number } = {},
): GradCheckReport {
  for (const [name, m] of Object.entries(params)) {
    if (!grads[name]) {
      throw new Error(`checkGradients: grads.${name} is missing; give one gradient for each parameter`);
    }
    expectShape("checkGradients", `grads.${name}`, grads[name], [m.rows, m.cols], "its parameter's shape");
  }
  const numeric = numericalGradient(loss, params, epsilon);
  const perParam: GradCheckReport["perParam"] = {};
  for (const name of Object.keys(params)) {
    perParam[name] = { ...worstEntry(name, grads[name], numeric[name]), shape: shape(params[name]) };
  }
  const worst = Object.values(perParam).reduce((a, b) => (b.relativeError > a.relativeError ? b : a));
  return { passed: worst.relativeError <= tolerance, tolerance, worst, perParam };
}

function worstEntry(name: string, analytic: Matrix, numeric: Matrix): GradCheckEntry {
  let worst = { at: 0, error: -1 };
  for (let at = 0; at < analytic.data.length; at++) {
    const relative = relativeError(analytic.data[at], numeric.data[at], smallGradient);
    const error = Number.isNaN(relative) ? Infinity : relative; // a NaN gradient is as wrong as can be
    if (error > worst.error) worst = { at, error };
  }
  return {
    name,
    row: Math.floor(worst.at / analytic.cols),
    col: worst.at % analytic.cols,
    analytic: analytic.data[worst.at],
    numeric: numeric.data[worst.at],
    relativeError: worst.error,
  };
}

/** The report as a table: for each parameter its worst entry, both ways of computing it, and the verdict. */
export function formatGradCheck(report: GradCheckReport): string {
  const line = (cells: string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd();
  const rows = Object.values(report.perParam).map((e) => [
    e.relativeError <= report.tolerance ? "✓" : "✗",
    e.name,
    e.shape,
    `(${e.row},${e.col})`,
    e.analytic.toExponential(6),
    e.numeric.toExponential(6),
    e.relativeError.toExponential(1),
  ]);
  const table = [["", "param", "shape", "worst at", "analytic", "numeric", "relative error"], ...rows];
  const widths = table[0].map((_, i) => Math.max(...table.map((cells) => cells[i].length)));
  const { worst, tolerance } = report;
  const verdict = report.passed
    ? `passed: every relative error is at most ${tolerance}`
    : `FAILED: ${worst.name} at (${worst.row},${worst.col}) is off by ${worst.relativeError.toExponential(1)}, ` +
      `tolerance ${tolerance}`;
  return [...table.map(line), verdict].join("\n");
}
