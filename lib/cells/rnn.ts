import { dTanh, tanh } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, identity, type Matrix, multiply, sumRows, zeros } from "../matrix";
import { zerosLike } from "../params";
import { glorot, orthogonal, type Random } from "../random";
import {
  type Backward,
  type CellOptions,
  checkInputs,
  checkOutputGrads,
  checkState,
  type Forward,
} from "./cell";

/** Input to hidden Wxh [D,H], hidden to hidden Whh [H,H], bias bh [1,H]. */
export type RnnParams = { Wxh: Matrix; Whh: Matrix; bh: Matrix };

/** The hidden state h [B,H]. */
export type RnnState = { h: Matrix };

/** What the backward pass needs from the forward pass: the inputs, the state before step 0, the outputs. */
export type RnnCache = { xs: Matrix[]; h0: Matrix; hs: Matrix[] };

export interface RnnOptions extends CellOptions {
  /** How Whh starts: "glorot" (the default), "orthogonal" or "identity". */
  recurrent?: "glorot" | "orthogonal" | "identity";
}

/**
 * New parameters: Wxh by Glorot, Whh as `recurrent` says, bh zero.
 * @see for "identity": Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear
 *   units", 2015 (there with relu in place of tanh)
 */
export function init(options: RnnOptions, random: Random): RnnParams {
  const { inputSize: D, hiddenSize: H, recurrent = "glorot" } = options;
  const starts = { glorot: () => glorot(H, H, random), orthogonal: () => orthogonal(H, H, random), identity };
  if (!(recurrent in starts)) {
    throw new Error(`rnn.init: recurrent "${recurrent}": use one of ${Object.keys(starts).join(", ")}`);
  }
  return { Wxh: glorot(D, H, random), Whh: starts[recurrent](H), bh: zeros(1, H) };
}

/** The state before the first step, unless one is given: h = 0 [B,H]. */
export function zeroState(params: RnnParams, batchSize: number): RnnState {
  return { h: zeros(batchSize, params.Whh.rows) };
}

/**
 * Runs a tanh RNN over a sequence.
 *
 * hₜ = tanh(xₜ·Wxh + hₜ₋₁·Whh + bh)
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]; `state` is the last of them.
 * @throws if a shape does not fit or an input is not a finite number
 * @see Elman, "Finding structure in time", 1990 (there with the logistic function in place of tanh)
 */
export function forward(params: RnnParams, xs: Matrix[], state?: RnnState): Forward<RnnState, RnnCache> {
  const { Wxh, Whh, bh } = params;
  const B = checkInputs("rnn.forward", xs, { Wxh });
  const h0 = (state ?? zeroState(params, B)).h;
  checkState("rnn.forward", "state", { h: h0 }, [B, Whh.rows]);

  const hs: Matrix[] = [];
  let hPrev = h0;
  for (const x of xs) {
    const fromInput = matmul(x, Wxh); // [B,D]·[D,H] → [B,H]
    const fromPast = matmul(hPrev, Whh); // [B,H]·[H,H] → [B,H]
    const h = tanh(add(add(fromInput, fromPast), bh)); // bh [1,H] is added to every row
    hs.push(h);
    hPrev = h;
  }
  return { hs, state: { h: hPrev }, cache: { xs, h0, hs } };
}

/**
 * Backpropagation through time: the forward pass in reverse, from the last step to the first.
 *
 * dhₜ = (∂L/∂hₜ at step t alone) + dhNext    the total gradient; dhNext comes back from step t + 1
 * daₜ = dhₜ ⊙ (1 − hₜ²)                      through tanh, where aₜ = xₜ·Wxh + hₜ₋₁·Whh + bh
 * dWxh = Σₜ xₜᵀ·daₜ,  dWhh = Σₜ hₜ₋₁ᵀ·daₜ,  dbh = Σₜ (rows of daₜ),  dxₜ = daₜ·Wxhᵀ,  dhNext = daₜ·Whhᵀ
 *
 * dhs: T gradients [B,H], zeros where a step has no loss; dState: the gradient that comes back from beyond the
 * last step, by default zero. The gradients are sums over batch and time: means are the loss's business.
 * @throws if a shape does not fit
 * @see Werbos, "Backpropagation through time: what it does and how to do it", 1990
 */
export function backward(
  params: RnnParams,
  cache: RnnCache,
  dhs: Matrix[],
  dState?: RnnState,
): Backward<RnnParams, RnnState> {
  const { Wxh, Whh, bh } = params;
  const { xs, h0, hs } = cache;
  checkOutputGrads("rnn.backward", dhs, hs);
  let dhNext = (dState ?? zeroState(params, h0.rows)).h;
  checkState("rnn.backward", "dState", { h: dhNext }, [h0.rows, h0.cols]);

  const grads = zerosLike({ Wxh, Whh, bh });
  const dxs: Matrix[] = new Array(xs.length);
  const dhTotals: Matrix[] = new Array(xs.length);
  for (let t = xs.length - 1; t >= 0; t--) {
    const hPrev = t > 0 ? hs[t - 1] : h0;
    const dh = add(dhs[t], dhNext); // this step's own loss, and all that comes after
    const da = multiply(dh, dTanh(hs[t])); // [B,H]
    addInPlace(grads.bh, sumRows(da)); // [1,H]
    addInPlace(grads.Whh, matmulTransposeA(hPrev, da)); // [H,B]·[B,H] → [H,H]
    addInPlace(grads.Wxh, matmulTransposeA(xs[t], da)); // [D,B]·[B,H] → [D,H]
    dhNext = matmulTransposeB(da, Whh); // [B,H]·[H,H] → [B,H]
    dxs[t] = matmulTransposeB(da, Wxh); // [B,H]·[H,D] → [B,D]
    dhTotals[t] = dh;
  }
  return { grads, dxs, dState: { h: dhNext }, dhTotals };
}
