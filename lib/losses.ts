import { sigmoid, softmax } from "./activations";
import { exp, log, log1p } from "./math";
import { expectShape, type Matrix, map, multiply, ones, scale, subtract, sum } from "./matrix";

/** The loss L, a mean, and its gradient dy = ∂L/∂y in the shape of y. */
export interface LossResult {
  loss: number;
  dy: Matrix;
}

/** What a loss compares with: numbers [B,O], or for each row the index of its class. */
export type Target = Matrix | number[];

/**
 * Compares outputs y with a target. The mask [B,1] holds 1 for the rows that count and 0 for those that do not
 * (padding); without it all rows count. Rows that do not count get no gradient and are not in the mean.
 */
export type Loss<T extends Target = Target> = (y: Matrix, target: T, mask?: Matrix) => LossResult;

/**
 * The mean squared error.
 *
 * L = (1/N) Σ (y − target)²,  ∂L/∂y = (2/N) (y − target)
 *
 * y, target [B,O]; N = B·O entries, or O for each row whose mask is 1.
 * @throws if the shapes differ, the mask is not 0 or 1, or no row counts
 */
export const meanSquaredError: Loss<Matrix> = (y, target, mask) => {
  checkTarget("meanSquaredError", y, target);
  const weights = rowWeights("meanSquaredError", y, mask);
  const N = sum(weights) * y.cols;
  const error = multiply(subtract(y, target), weights);
  return { loss: sum(multiply(error, error)) / N, dy: scale(error, 2 / N) };
};

/**
 * The cross-entropy of classes, in nats: how surprised the softmax of the logits is by the true class.
 *
 * p = softmax(y),  L = −(1/N) Σ log p[class],  ∂L/∂y = (1/N) (p − oneHot(class))
 *
 * y: logits [B,V]; target: B class indices from 0 to V − 1; N = B rows, or those whose mask is 1.
 * @throws if a target is not one of the classes, the mask is not 0 or 1, or no row counts
 */
export const softmaxCrossEntropy: Loss<number[]> = (y, target, mask) => {
  checkClasses("softmaxCrossEntropy", y, target);
  const weights = rowWeights("softmaxCrossEntropy", y, mask);
  const N = sum(weights);
  const dy = softmax(y);
  let loss = 0;
  target.forEach((label, i) => {
    const logits = y.data.subarray(i * y.cols, (i + 1) * y.cols);
    // log p = y[class] − log Σ exp y, with the largest logit taken out so that exp cannot overflow.
    const largest = logits.reduce((most, z) => Math.max(most, z), -Infinity);
    const logSum = largest + log(logits.reduce((total, z) => total + exp(z - largest), 0));
    if (weights.data[i] === 1) loss += logSum - logits[label];
    dy.data[i * y.cols + label] -= 1;
  });
  return { loss: loss / N, dy: scale(multiply(dy, weights), 1 / N) };
};

/**
 * The cross-entropy of yes-or-no answers, in nats.
 *
 * p = σ(y),  L = −(1/N) Σ (target·log p + (1 − target)·log(1 − p)),  ∂L/∂y = (1/N) (p − target)
 *
 * y: logits [B,O]; target [B,O] from 0 to 1; N = B·O entries, or O for each row whose mask is 1.
 * @throws if the shapes differ, the mask is not 0 or 1, or no row counts
 */
export const sigmoidBinaryCrossEntropy: Loss<Matrix> = (y, target, mask) => {
  checkTarget("sigmoidBinaryCrossEntropy", y, target);
  const weights = rowWeights("sigmoidBinaryCrossEntropy", y, mask);
  const N = sum(weights) * y.cols;
  // −log σ(y) = log(1 + e⁻ʸ), so each term is log(1 + e^−|y|) + max(y, 0) − target·y: nothing overflows.
  const softplus = map(y, (z) => log1p(exp(-Math.abs(z))) + Math.max(z, 0));
  const terms = subtract(softplus, multiply(target, y));
  const error = subtract(sigmoid(y), target);
  return { loss: sum(multiply(terms, weights)) / N, dy: scale(multiply(error, weights), 1 / N) };
};

/**
 * One loss for outputs at many steps: the mean over all rows that count, of all steps together.
 *
 * L = Σₜ (nₜ/n) Lₜ,  ∂L/∂yₜ = (nₜ/n) ∂Lₜ/∂yₜ,  nₜ = rows that count at step t,  n = Σₜ nₜ
 *
 * ys: T outputs [B,O]; targets: T of what `loss` compares with; masks: T of [B,1]. A step where no row counts
 * has the gradient 0.
 * @throws if the numbers of steps differ, or no row counts at all
 */
export function overTime<T extends Target>(
  loss: Loss<T>,
  ys: Matrix[],
  targets: T[],
  masks?: Matrix[],
): { loss: number; dys: Matrix[] } {
  for (const [name, list] of Object.entries({ targets, masks: masks ?? ys })) {
    if (list.length !== ys.length) {
      throw new Error(`overTime: ${ys.length} ys and ${list.length} ${name}; give one for each step`);
    }
  }
  const counts = ys.map((y, t) => (masks ? sum(checkMask("overTime", y, masks[t])) : y.rows));
  const n = counts.reduce((total, count) => total + count, 0);
  if (n === 0) throw noRowCounts("overTime");
  let total = 0;
  const dys = ys.map((y, t) => {
    if (counts[t] === 0) return map(y, () => 0);
    const result = loss(y, targets[t], masks?.[t]);
    total += (counts[t] / n) * result.loss;
    return scale(result.dy, counts[t] / n);
  });
  return { loss: total, dys };
}

/** 1 for each row that counts, 0 for the others, [B,1]. */
function rowWeights(where: string, y: Matrix, mask?: Matrix): Matrix {
  if (!mask) return ones(y.rows, 1);
  if (sum(checkMask(where, y, mask)) === 0) throw noRowCounts(where);
  return mask;
}

function checkMask(where: string, y: Matrix, mask: Matrix): Matrix {
  expectShape(where, "mask", mask, [y.rows, 1], "one 0 or 1 for each row of y");
  const bad = mask.data.find((m) => m !== 0 && m !== 1);
  if (bad !== undefined) throw new Error(`${where}: mask has ${bad}; 1 means counts, 0 means does not`);
  return mask;
}

function noRowCounts(where: string): Error {
  return new Error(`${where}: the mask is 0 in every row; a mean needs at least one row that counts`);
}

function checkTarget(where: string, y: Matrix, target: Matrix): void {
  const next = "it must have the shape of y (class indices belong to softmaxCrossEntropy)";
  expectShape(where, "target", target, [y.rows, y.cols], next);
}

function checkClasses(where: string, y: Matrix, target: number[]): void {
  if (!Array.isArray(target) || target.length !== y.rows) {
    const got = Array.isArray(target) ? `${target.length} class indices` : "not an array of class indices";
    throw new Error(`${where}: target is ${got}, expected ${y.rows}: one for each row of y`);
  }
  const bad = target.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < y.cols));
  if (bad >= 0) {
    throw new Error(`${where}: target[${bad}] is ${target[bad]}; the classes are 0 to ${y.cols - 1}`);
  }
}
