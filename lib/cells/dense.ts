import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, expectShape, type Matrix, sumRows, zeros } from "../matrix";
import { glorot, type Random } from "../random";

/** Hidden to output Why [H,O], bias by [1,O]. */
export type DenseParams = { Why: Matrix; by: Matrix };

/** What the backward pass needs from the forward pass: its input. */
export type DenseCache = { h: Matrix };

/** New parameters: Why by Glorot, by zero. */
export function init(options: { inputSize: number; outputSize: number }, random: Random): DenseParams {
  const { inputSize: H, outputSize: O } = options;
  return { Why: glorot(H, O, random), by: zeros(1, O) };
}

/**
 * A linear read-out, without activation: the loss brings its own (softmax or sigmoid) where it has one.
 *
 * y = h·Why + by
 *
 * h [B,H] → y [B,O].
 * @throws if h does not have H columns
 */
export function forward(params: DenseParams, h: Matrix): { y: Matrix; cache: DenseCache } {
  const { Why, by } = params;
  expectShape("dense.forward", "h", h, [h.rows, Why.rows], "Why has one row for each column of h");
  const y = add(matmul(h, Why), by); // [B,H]·[H,O] → [B,O]; by [1,O] is added to every row
  return { y, cache: { h } };
}

/**
 * dby = Σ (rows of dy),  dWhy = hᵀ·dy,  dh = dy·Whyᵀ
 *
 * dy [B,O] → grads of the shapes of params, dh [B,H].
 * @throws if dy does not have the shape of y
 */
export function backward(
  params: DenseParams,
  cache: DenseCache,
  dy: Matrix,
): { grads: DenseParams; dh: Matrix } {
  const { Why } = params;
  const { h } = cache;
  expectShape("dense.backward", "dy", dy, [h.rows, Why.cols], "it must have the shape of y");
  const by = sumRows(dy); // [1,O]
  const dWhy = matmulTransposeA(h, dy); // [H,B]·[B,O] → [H,O]
  const dh = matmulTransposeB(dy, Why); // [B,O]·[O,H] → [B,H]
  return { grads: { Why: dWhy, by }, dh };
}
