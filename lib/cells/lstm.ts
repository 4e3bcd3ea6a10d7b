import { dSigmoid, dTanh, sigmoid, tanh } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, type Matrix, map, multiply, sumRows, zeros } from "../matrix";
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

/** For the gates i (input), f (forget), o (output) and the candidate g: Wx [D,H], Wh [H,H], bias [1,H]. */
export type LstmParams = {
  Wxi: Matrix;
  Whi: Matrix;
  bi: Matrix;
  Wxf: Matrix;
  Whf: Matrix;
  bf: Matrix;
  Wxo: Matrix;
  Who: Matrix;
  bo: Matrix;
  Wxg: Matrix;
  Whg: Matrix;
  bg: Matrix;
};

/** The hidden state h [B,H], which is the output, and the cell state c [B,H], which stays inside. */
export type LstmState = { h: Matrix; c: Matrix };

/** What the backward pass needs from the forward pass, each [B,H] but xs: gates, candidates and states by step. */
export type LstmCache = {
  xs: Matrix[];
  h0: Matrix;
  c0: Matrix;
  is: Matrix[];
  fs: Matrix[];
  os: Matrix[];
  gs: Matrix[];
  cs: Matrix[];
  tanhCs: Matrix[];
  hs: Matrix[];
};

export interface LstmOptions extends CellOptions {
  /** What bf starts at, by default 1: the forget gate starts open, σ(1) ≈ 0.73, and lets gradients through. */
  forgetBias?: number;
}

export interface LstmBackward extends Backward<LstmParams, LstmState> {
  /**
   * The total ∂L/∂c for each step, [B,H]: through h at that step (and all that h leads to), and through c at the
   * next step. At the last step it includes `dState.c`.
   */
  dcTotals: Matrix[];
}

/**
 * New parameters: all weights by Glorot, the biases zero but bf, which is `forgetBias`.
 * @see for the forget bias: Gers, Schmidhuber and Cummins, "Learning to forget", 2000; measured by Jozefowicz,
 *   Zaremba and Sutskever, "An empirical exploration of recurrent network architectures", 2015
 */
export function init(options: LstmOptions, random: Random): LstmParams {
  const { inputSize: D, hiddenSize: H, forgetBias = 1 } = options;
  const Wx = (): Matrix => glorot(D, H, random);
  const Wh = (): Matrix => glorot(H, H, random);
  const bf = map(zeros(1, H), () => forgetBias);
  return {
    ...{ Wxi: Wx(), Whi: Wh(), bi: zeros(1, H) },
    ...{ Wxf: Wx(), Whf: Wh(), bf },
    ...{ Wxo: Wx(), Who: Wh(), bo: zeros(1, H) },
    ...{ Wxg: Wx(), Whg: Wh(), bg: zeros(1, H) },
  };
}

/** The state before the first step, unless one is given: h = 0 and c = 0, each [B,H]. */
export function zeroState(params: LstmParams, batchSize: number): LstmState {
  const H = params.Whi.rows;
  return { h: zeros(batchSize, H), c: zeros(batchSize, H) };
}

/**
 * Runs an LSTM over a sequence.
 *
 * iₜ = σ(xₜ·Wxi + hₜ₋₁·Whi + bi)       input gate: how much of the candidate is written
 * fₜ = σ(xₜ·Wxf + hₜ₋₁·Whf + bf)       forget gate: how much of the cell is kept
 * oₜ = σ(xₜ·Wxo + hₜ₋₁·Who + bo)       output gate: how much of the cell is shown
 * gₜ = tanh(xₜ·Wxg + hₜ₋₁·Whg + bg)    candidate: what could be written
 * cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ gₜ
 * hₜ = oₜ ⊙ tanh(cₜ)
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]; `state` holds the last h and c, `cache` all gates and cells.
 * @throws if a shape does not fit or an input is not a finite number
 * @see Hochreiter and Schmidhuber, "Long short-term memory", 1997, without a forget gate; Gers, Schmidhuber and
 *   Cummins, "Learning to forget", 2000, with it
 */
export function forward(params: LstmParams, xs: Matrix[], state?: LstmState): Forward<LstmState, LstmCache> {
  const { Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxg, Whg, bg } = params;
  const B = checkInputs("lstm.forward", xs, { Wxi });
  const { h: h0, c: c0 } = state ?? zeroState(params, B);
  checkState("lstm.forward", "state", { h: h0, c: c0 }, [B, Whi.rows]);

  const cache: LstmCache = { xs, h0, c0, is: [], fs: [], os: [], gs: [], cs: [], tanhCs: [], hs: [] };
  let [hPrev, cPrev] = [h0, c0];
  for (const x of xs) {
    const i = sigmoid(add(add(matmul(x, Wxi), matmul(hPrev, Whi)), bi)); // [B,D]·[D,H] + [B,H]·[H,H] → [B,H]
    const f = sigmoid(add(add(matmul(x, Wxf), matmul(hPrev, Whf)), bf)); // the same for all four
    const o = sigmoid(add(add(matmul(x, Wxo), matmul(hPrev, Who)), bo));
    const g = tanh(add(add(matmul(x, Wxg), matmul(hPrev, Whg)), bg));
    const c = add(multiply(f, cPrev), multiply(i, g)); // [B,H]
    const tanhC = tanh(c);
    const h = multiply(o, tanhC); // [B,H]
    cache.is.push(i);
    cache.fs.push(f);
    cache.os.push(o);
    cache.gs.push(g);
    cache.cs.push(c);
    cache.tanhCs.push(tanhC);
    cache.hs.push(h);
    [hPrev, cPrev] = [h, c];
  }
  return { hs: cache.hs, state: { h: hPrev, c: cPrev }, cache };
}

/**
 * Backpropagation through time: the forward pass in reverse. Two gradients come back from step t + 1: dhNext, which
 * has passed through the gates and their weights, and dcNext, which has passed through the forget gate alone.
 *
 * dhₜ = (∂L/∂hₜ at step t alone) + dhNext
 * dcₜ = dhₜ ⊙ oₜ ⊙ (1 − tanh²(cₜ)) + dcNext                    the total gradients of h and c
 * daoₜ = dhₜ ⊙ tanh(cₜ) ⊙ oₜ ⊙ (1 − oₜ)                       a: what went into σ or tanh
 * daiₜ = dcₜ ⊙ gₜ ⊙ iₜ ⊙ (1 − iₜ)
 * dafₜ = dcₜ ⊙ cₜ₋₁ ⊙ fₜ ⊙ (1 − fₜ)
 * dagₜ = dcₜ ⊙ iₜ ⊙ (1 − gₜ²)
 * dcNext = dcₜ ⊙ fₜ                                           the highway: no weight, no squashing
 * dhNext = Σ da·Whᵀ,  dxₜ = Σ da·Wxᵀ                            over the four a
 * dWx = Σₜ xₜᵀ·da,  dWh = Σₜ hₜ₋₁ᵀ·da,  db = Σₜ (rows of da)    for each of the four
 *
 * dhs: T gradients [B,H], zeros where a step has no loss; dState: the gradients that come back from beyond the
 * last step, by default zero. The gradients are sums over batch and time: means are the loss's business.
 * @throws if a shape does not fit
 * @see Graves and Schmidhuber, "Framewise phoneme classification with bidirectional LSTM", 2005, appendix A: the
 *   first full gradient; in 1997 and 2000 it was cut off at the gates
 */
export function backward(
  params: LstmParams,
  cache: LstmCache,
  dhs: Matrix[],
  dState?: LstmState,
): LstmBackward {
  const { xs, h0, c0, is, fs, os, gs, cs, tanhCs, hs } = cache;
  checkOutputGrads("lstm.backward", dhs, hs);
  let { h: dhNext, c: dcNext } = dState ?? zeroState(params, h0.rows);
  checkState("lstm.backward", "dState", { h: dhNext, c: dcNext }, [h0.rows, h0.cols]);

  const grads = zerosLike(params);
  const dxs: Matrix[] = new Array(xs.length);
  const dhTotals: Matrix[] = new Array(xs.length);
  const dcTotals: Matrix[] = new Array(xs.length);
  for (let t = xs.length - 1; t >= 0; t--) {
    const [hPrev, cPrev] = t > 0 ? [hs[t - 1], cs[t - 1]] : [h0, c0];
    const dh = add(dhs[t], dhNext); // this step's own loss, and all that comes after
    const dc = add(multiply(multiply(dh, os[t]), dTanh(tanhCs[t])), dcNext); // [B,H], as all up to dcNext
    const dao = multiply(multiply(dh, tanhCs[t]), dSigmoid(os[t]));
    const dag = multiply(multiply(dc, is[t]), dTanh(gs[t]));
    const daf = multiply(multiply(dc, cPrev), dSigmoid(fs[t]));
    const dai = multiply(multiply(dc, gs[t]), dSigmoid(is[t]));
    dcNext = multiply(dc, fs[t]);
    dhNext = zeros(h0.rows, h0.cols);
    dxs[t] = zeros(xs[t].rows, xs[t].cols);
    // All four read xₜ and hₜ₋₁ in the same way, so what comes back through each of them is added up.
    for (const [gate, da] of [
      ["i", dai],
      ["f", daf],
      ["o", dao],
      ["g", dag],
    ] as const) {
      addInPlace(grads[`b${gate}`], sumRows(da)); // [1,H]
      addInPlace(grads[`Wh${gate}`], matmulTransposeA(hPrev, da)); // [H,B]·[B,H] → [H,H]
      addInPlace(grads[`Wx${gate}`], matmulTransposeA(xs[t], da)); // [D,B]·[B,H] → [D,H]
      addInPlace(dhNext, matmulTransposeB(da, params[`Wh${gate}`])); // [B,H]·[H,H] → [B,H]
      addInPlace(dxs[t], matmulTransposeB(da, params[`Wx${gate}`])); // [B,H]·[H,D] → [B,D]
    }
    dhTotals[t] = dh;
    dcTotals[t] = dc;
  }
  return { grads, dxs, dState: { h: dhNext, c: dcNext }, dhTotals, dcTotals };
}
