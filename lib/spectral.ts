import { Matrix as Dense, EigenvalueDecomposition, SingularValueDecomposition } from "ml-matrix";
import type { RnnParams } from "./cells/rnn";
import { hypot } from "./math";
import { matmul } from "./matmul";
import {
  expectShape,
  generate,
  identity,
  type Matrix,
  multiply,
  norm,
  scale,
  shape,
  toRows,
  transpose,
} from "./matrix";

// The decompositions are ml-matrix's: on random matrices up to 128×128 they agree with LAPACK to 10⁻¹³. mathjs's `eigs`
// serves for small examples by hand; of 20 random matrices it gave up on 7 at 8×8, on 17 at 16×16, on all at 32×32.

/** A complex number re + i·im. */
export interface Complex {
  re: number;
  im: number;
}

/**
 * The eigenvalues λ of a square matrix, the largest |λ| first. Those of a real matrix are real or come in pairs
 * re ± i·im.
 *
 * v·A = λ v  for some row v ≠ 0: along v, repeated multiplication grows like |λ|ᵏ
 *
 * @throws unless the matrix is square and all its numbers are finite
 */
export function eigenvalues(m: Matrix): Complex[] {
  expectShape("eigenvalues", "m", m, [m.rows, m.rows], "only a square matrix has eigenvalues");
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(
    dense("eigenvalues", m),
  );
  return re.map((x, k) => ({ re: x, im: im[k] })).sort((a, b) => modulus(b) - modulus(a));
}

/** The spectral radius ρ(A) = max |λ|: ‖Aᵏ‖ grows or falls like ρᵏ in the long run. Throws as `eigenvalues` does. */
export function spectralRadius(m: Matrix): number {
  return modulus(eigenvalues(m)[0]);
}

/**
 * The singular values σ of a matrix, the largest first: by how much it stretches, direction by direction.
 *
 * σ₁ = max ‖v·A‖ / ‖v‖,  ρ(A) ≤ σ₁  with equality if A is orthogonal or symmetric
 *
 * @throws unless all numbers are finite
 */
export function singularValues(m: Matrix): number[] {
  const options = {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  };
  const svd = new SingularValueDecomposition(dense("singularValues", m), options);
  return [...svd.diagonal].sort((a, b) => b - a);
}

/** The spectral norm ‖A‖₂ = σ₁: the most by which one multiplication can stretch. Throws as `singularValues` does. */
export function spectralNorm(m: Matrix): number {
  return singularValues(m)[0];
}

/**
 * The matrix scaled so that its spectral radius is the given one: A · radius / ρ(A).
 * @throws if ρ(A) is 0
 */
export function withSpectralRadius(m: Matrix, radius: number): Matrix {
  const now = spectralRadius(m);
  if (!(now > 0))
    throw new Error(`withSpectralRadius: the radius of ${shape(m)} is 0: no factor makes it ${radius}`);
  return scale(m, radius / now);
}

/**
 * How a tanh RNN's hidden state depends on the one a step before, for one sequence.
 *
 * J = diag(1 − hₜ²)·Whhᵀ,  Jᵢⱼ = ∂hₜ[i] / ∂hₜ₋₁[j]
 *
 * h: hₜ [1,H] → [H,H], a row for each unit of hₜ. Gradients are rows here, so ∂L/∂hₜ₋₁ = ∂L/∂hₜ · J. Without tanh
 * (a linear RNN) J is Whhᵀ at every step.
 * @throws if h is not [1,H]
 */
export function stepJacobian(params: Pick<RnnParams, "Whh">, h: Matrix): Matrix {
  const { Whh } = params;
  expectShape(
    "stepJacobian",
    "h",
    h,
    [1, Whh.rows],
    "one sequence at a time: take a row of the batch with row(h, b)",
  );
  const slopes = generate(Whh.rows, 1, (i) => 1 - h.data[i] * h.data[i]);
  return multiply(transpose(Whh), slopes); // [H,H] ⊙ [H,1]: row i times 1 − hᵢ²
}

/**
 * How the last hidden state depends on each earlier one: the chain rule, multiplied out.
 *
 * ∂h_T/∂hₜ = J_T · J_{T−1} · … · Jₜ₊₁
 *
 * jacobians: J₁ … J_T (from hs: `hs.map((h) => stepJacobian(params, h))`) → T + 1 products, for t = 0 … T; the last
 * is the identity. h₀ is the state before the first step.
 */
export function jacobianProducts(jacobians: Matrix[]): Matrix[] {
  let product = identity(jacobians[0].cols);
  const products = [product];
  for (const jacobian of [...jacobians].reverse()) {
    product = matmul(product, jacobian); // [H,H]·[H,H]
    products.unshift(product);
  }
  return products;
}

/**
 * The norms ‖∂L/∂hₜ‖ for t = 0 … T of a loss that sees the last hidden state only, by ∂L/∂hₜ₋₁ = ∂L/∂hₜ · Jₜ.
 *
 * jacobians: J₁ … J_T, each [H,H]; dhLast: ∂L/∂h_T [1,H]. With the Jacobians of a tanh RNN these are the norms of
 * `rnn.backward`; with Whhᵀ at every step, those of the same network without tanh.
 */
export function gradientNorms(jacobians: Matrix[], dhLast: Matrix): number[] {
  let dh = dhLast;
  const norms = [norm(dh)];
  for (const jacobian of [...jacobians].reverse()) {
    dh = matmul(dh, jacobian); // [1,H]·[H,H] → [1,H]
    norms.unshift(norm(dh));
  }
  return norms;
}

function modulus({ re, im }: Complex): number {
  return hypot(re, im);
}

function dense(where: string, m: Matrix): Dense {
  const bad = m.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(`${where}: the matrix ${shape(m)} has ${m.data[bad]} in it; it exploded before this`);
  }
  return new Dense(toRows(m));
}
