import { dSigmoid, dTanh, sigmoid, tanh } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, type Matrix, map, multiply, subtract, sumRows, zeros } from "../matrix";
import { zerosLike } from "../params";
import { glorot, type Random } from "../random";
import {
  type Backward,
  type CellOptions,
  checkInputs,
  checkOutputGrads,
  checkState,
  type Forward,
} from "./cell";

/** For the gates r (reset), z (update) and the candidate n: Wx [D,H], Wh [H,H], biases [1,H]. */
export type GruParams = {
  Wxr: Matrix;
  Whr: Matrix;
  br: Matrix;
  Wxz: Matrix;
  Whz: Matrix;
  bz: Matrix;
  Wxn: Matrix;
  Whn: Matrix;
  bn: Matrix;
  bhn: Matrix;
};

/** The hidden state h [B,H]. */
export type GruState = { h: Matrix };

/** What the backward pass needs from the forward pass, each [B,H] but xs; `pasts` are hₜ₋₁·Whn + bhn. */
export type GruCache = {
  xs: Matrix[];
  h0: Matrix;
  rs: Matrix[];
  zs: Matrix[];
  pasts: Matrix[];
  ns: Matrix[];
  hs: Matrix[];
};

/** New parameters: all weights by Glorot, all biases zero. */
export function init(options: CellOptions, random: Random): GruParams {
  const { inputSize: D, hiddenSize: H } = options;
  const Wx = (): Matrix => glorot(D, H, random);
  const Wh = (): Matrix => glorot(H, H, random);
  return {
    ...{ Wxr: Wx(), Whr: Wh(), br: zeros(1, H) },
    ...{ Wxz: Wx(), Whz: Wh(), bz: zeros(1, H) },
    ...{ Wxn: Wx(), Whn: Wh(), bn: zeros(1, H), bhn: zeros(1, H) },
  };
}

/** The state before the first step, unless one is given: h = 0 [B,H]. */
export function zeroState(params: GruParams, batchSize: number): GruState {
  return { h: zeros(batchSize, params.Whr.rows) };
}

/**
 * Runs a GRU over a sequence.
 *
 * rₜ = σ(xₜ·Wxr + hₜ₋₁·Whr + br)                     reset gate: how much of the past the candidate sees
 * zₜ = σ(xₜ·Wxz + hₜ₋₁·Whz + bz)                     update gate: how much of the past is kept
 * nₜ = tanh(xₜ·Wxn + bn + rₜ ⊙ (hₜ₋₁·Whn + bhn))     candidate
 * hₜ = (1 − zₜ) ⊙ nₜ + zₜ ⊙ hₜ₋₁
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]; `state` is the last of them.
 *
 * Texts differ in two things. Which way z turns: here, as in Cho 2014, PyTorch, cuDNN and Keras, z = 1 keeps the
 * past; in Chung 2014, z = 1 replaces it, so that one's z is the other's 1 − z. And where r acts: here after the
 * product with Whn, as in PyTorch and cuDNN; in Cho 2014 and tf.layers.gru before it (see gruResetBefore).
 * @throws if a shape does not fit or an input is not a finite number
 * @see Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014, eq. 5–8; Chung et al.,
 *   "Empirical evaluation of gated recurrent neural networks on sequence modeling", 2014, sec. 3.2
 */
export function forward(params: GruParams, xs: Matrix[], state?: GruState): Forward<GruState, GruCache> {
  const { Wxr, Whr, br, Wxz, Whz, bz, Wxn, Whn, bn, bhn } = params;
  const B = checkInputs("gru.forward", xs, { Wxr });
  const h0 = (state ?? zeroState(params, B)).h;
  checkState("gru.forward", "state", { h: h0 }, [B, Whr.rows]);

  const cache: GruCache = { xs, h0, rs: [], zs: [], pasts: [], ns: [], hs: [] };
  let hPrev = h0;
  for (const x of xs) {
    const r = sigmoid(add(add(matmul(x, Wxr), matmul(hPrev, Whr)), br)); // [B,D]·[D,H] + [B,H]·[H,H] → [B,H]
    const z = sigmoid(add(add(matmul(x, Wxz), matmul(hPrev, Whz)), bz));
    const past = add(matmul(hPrev, Whn), bhn); // [B,H]·[H,H] → [B,H]
    const n = tanh(add(add(matmul(x, Wxn), bn), multiply(r, past)));
    const h = add(multiply(oneMinus(z), n), multiply(z, hPrev)); // [B,H]
    cache.rs.push(r);
    cache.zs.push(z);
    cache.pasts.push(past);
    cache.ns.push(n);
    cache.hs.push(h);
    hPrev = h;
  }
  return { hs: cache.hs, state: { h: hPrev }, cache };
}

/**
 * Backpropagation through time: the forward pass in reverse, from the last step to the first.
 *
 * dhₜ = (∂L/∂hₜ at step t alone) + dhNext            the total gradient; dhNext comes back from step t + 1
 * danₜ = dhₜ ⊙ (1 − zₜ) ⊙ (1 − nₜ²)                  a: what went into σ or tanh
 * dazₜ = dhₜ ⊙ (hₜ₋₁ − nₜ) ⊙ zₜ ⊙ (1 − zₜ)
 * dpastₜ = danₜ ⊙ rₜ,  where pastₜ = hₜ₋₁·Whn + bhn
 * darₜ = danₜ ⊙ pastₜ ⊙ rₜ ⊙ (1 − rₜ)
 * dhNext = dhₜ ⊙ zₜ + darₜ·Whrᵀ + dazₜ·Whzᵀ + dpastₜ·Whnᵀ        the first term has no weight: the highway
 * dxₜ = darₜ·Wxrᵀ + dazₜ·Wxzᵀ + danₜ·Wxnᵀ
 * dWx = Σₜ xₜᵀ·da,  dWh = Σₜ hₜ₋₁ᵀ·da,  db = Σₜ (rows of da)        for r, z, n; but for n,
 * dWhn = Σₜ hₜ₋₁ᵀ·dpast,  dbhn = Σₜ (rows of dpast)
 *
 * dhs: T gradients [B,H], zeros where a step has no loss; dState: the gradient that comes back from beyond the
 * last step, by default zero. The gradients are sums over batch and time: means are the loss's business.
 * @throws if a shape does not fit
 */
export function backward(
  params: GruParams,
  cache: GruCache,
  dhs: Matrix[],
  dState?: GruState,
): Backward<GruParams, GruState> {
  const { xs, h0, rs, zs, pasts, ns, hs } = cache;
  checkOutputGrads("gru.backward", dhs, hs);
  let dhNext = (dState ?? zeroState(params, h0.rows)).h;
  checkState("gru.backward", "dState", { h: dhNext }, [h0.rows, h0.cols]);

  const grads = zerosLike(params);
  const dxs: Matrix[] = new Array(xs.length);
  const dhTotals: Matrix[] = new Array(xs.length);
  for (let t = xs.length - 1; t >= 0; t--) {
    const hPrev = t > 0 ? hs[t - 1] : h0;
    const dh = add(dhs[t], dhNext); // this step's own loss, and all that comes after
    const dan = multiply(multiply(dh, oneMinus(zs[t])), dTanh(ns[t])); // [B,H], as all up to dhNext
    const dpast = multiply(dan, rs[t]);
    const daz = multiply(multiply(dh, subtract(hPrev, ns[t])), dSigmoid(zs[t]));
    const dar = multiply(multiply(dan, pasts[t]), dSigmoid(rs[t]));
    dhNext = multiply(dh, zs[t]);
    dxs[t] = zeros(xs[t].rows, xs[t].cols);
    addInPlace(grads.bhn, sumRows(dpast)); // [1,H]
    // All three read xₜ and hₜ₋₁; only for n the past comes in through the reset gate.
    for (const [gate, dax, dah] of [
      ["r", dar, dar],
      ["z", daz, daz],
      ["n", dan, dpast],
    ] as const) {
      addInPlace(grads[`b${gate}`], sumRows(dax)); // [1,H]
      addInPlace(grads[`Wh${gate}`], matmulTransposeA(hPrev, dah)); // [H,B]·[B,H] → [H,H]
      addInPlace(grads[`Wx${gate}`], matmulTransposeA(xs[t], dax)); // [D,B]·[B,H] → [D,H]
      addInPlace(dhNext, matmulTransposeB(dah, params[`Wh${gate}`])); // [B,H]·[H,H] → [B,H]
      addInPlace(dxs[t], matmulTransposeB(dax, params[`Wx${gate}`])); // [B,H]·[H,D] → [B,D]
    }
    dhTotals[t] = dh;
  }
  return { grads, dxs, dState: { h: dhNext }, dhTotals };
}

function oneMinus(z: Matrix): Matrix {
  return map(z, (value) => 1 - value);
}
