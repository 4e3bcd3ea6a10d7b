import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { type Matrix, matrix, shape, toRows } from "./matrix";

/**
 * The weights with which a linear model has the smallest squared error, found without training.
 *
 * W = argmin ‖X·W − Y‖², which is where Xᵀ·X·W = Xᵀ·Y
 *
 * x [N,K]: an example in each row (give it a column of ones for the bias) · y [N,O] → [K,O].
 * Solved by a QR decomposition: forming Xᵀ·X would square the rounding errors.
 * @throws if the numbers of rows differ, or if X does not determine W: fewer rows than columns, or a column that is
 * a sum of others
 * @see Golub and Van Loan, "Matrix computations", 2013, section 5.3
 */
export function leastSquares(x: Matrix, y: Matrix): Matrix {
  if (x.rows !== y.rows) {
    throw new Error(`leastSquares: x ${shape(x)} and y ${shape(y)}: give one row of y for each row of x`);
  }
  const qr = x.rows < x.cols ? undefined : new QrDecomposition(new Dense(toRows(x)));
  if (!qr || !determined(qr)) {
    throw new Error(
      `leastSquares: x ${shape(x)} does not determine ${x.cols} weights; ` +
        "give more rows, or leave out columns that others determine",
    );
  }
  return matrix(qr.solve(new Dense(toRows(y))).to2DArray());
}

/** Whether no column is a sum of the others, up to rounding: then none of R's diagonal is next to nothing. */
function determined(qr: QrDecomposition): boolean {
  const diagonal = qr.upperTriangularMatrix.diagonal().map(Math.abs);
  return Math.min(...diagonal) > 1e-13 * Math.max(...diagonal);
}
