import { type Layout, product64 } from "./engine/product64";
import { type Matrix, shape, zeros } from "./matrix";

/**
 * The matrix product A·B.
 *
 * Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ
 *
 * a [n,k] · b [k,m] → [n,m].
 * @throws if the inner sizes differ
 */
export function matmul(a: Matrix, b: Matrix): Matrix {
  checkInner("matmul", `a ${shape(a)} · b ${shape(b)}`, a.cols, b.rows);
  return product(asItIs(a), asItIs(b));
}

/**
 * Aᵀ·B: how a weight's gradient sums over the batch.
 *
 * Cᵢⱼ = Σₖ Aₖᵢ Bₖⱼ
 *
 * a [k,n], b [k,m] → [n,m].
 * @throws if the numbers of rows differ
 */
export function matmulTransposeA(a: Matrix, b: Matrix): Matrix {
  checkInner("matmulTransposeA", `a ${shape(a)}ᵀ · b ${shape(b)}`, a.rows, b.rows);
  return product(transposed(a), asItIs(b));
}

/**
 * A·Bᵀ: how a gradient passes back through a weight.
 *
 * Cᵢⱼ = Σₖ Aᵢₖ Bⱼₖ
 *
 * a [n,k], b [m,k] → [n,m].
 * @throws if the numbers of columns differ
 */
export function matmulTransposeB(a: Matrix, b: Matrix): Matrix {
  checkInner("matmulTransposeB", `a ${shape(a)} · b ${shape(b)}ᵀ`, a.cols, b.cols);
  return product(asItIs(a), transposed(b));
}

function asItIs({ data, rows, cols }: Matrix): Layout {
  return { data, rows, cols, down: cols, right: 1 };
}

function transposed({ data, rows, cols }: Matrix): Layout {
  return { data, rows: cols, cols: rows, down: 1, right: cols };
}

/** Below so many multiplications, copying the matrices for `product64` costs more than it saves. */
const small = 100;

/** Each Cᵢⱼ takes its terms in the order of k, here and in `product64`: so both give the same bits. */
function product(a: Layout, b: Layout): Matrix {
  const fast = a.rows * a.cols * b.cols < small ? undefined : product64(a, b);
  if (fast) return { rows: a.rows, cols: b.cols, data: fast };
  const out = zeros(a.rows, b.cols);
  const [A, B, C, m] = [a.data, b.data, out.data, b.cols];
  // The order i, k, j (not i, j, k) walks C, and mostly B, along their rows, as they lie in memory.
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      const aik = A[i * a.down + k * a.right];
      for (let j = 0; j < m; j++) C[i * m + j] += aik * B[k * b.down + j * b.right];
    }
  }
  return out;
}

function checkInner(where: string, product: string, aInner: number, bInner: number): void {
  if (aInner !== bInner) {
    const next = "check the order of the two, and the sizes they were made with";
    throw new Error(`${where}: ${product}: inner sizes ${aInner} and ${bInner} differ; ${next}`);
  }
}
