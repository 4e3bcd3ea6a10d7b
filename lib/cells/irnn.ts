import { dRelu, relu } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, type Matrix, multiply, sumRows } from "../matrix";
import { zerosLike } from "../params";
import type { Random } from "../random";
import {
  type Backward,
  type CellOptions,
  checkInputs,
  checkOutputGrads,
  checkState,
  type Forward,
} from "./cell";
import { init as initRnn, type RnnCache, type RnnParams, type RnnState, zeroState } from "./rnn";

export { zeroState };

/** New parameters: Wxh by Glorot, Whh the identity, bh zero. */
export function init({ inputSize, hiddenSize }: CellOptions, random: Random): RnnParams {
  return initRnn({ inputSize, hiddenSize, recurrent: "identity" }, random);
}

/**
 * Runs an IRNN over a sequence: an RNN with relu in place of tanh, whose Whh starts as the identity.
 *
 * hₜ = max(0, xₜ·Wxh + hₜ₋₁·Whh + bh)
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]; `state` is the last of them.
 * @throws if a shape does not fit or an input is not a finite number
 * @see Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015 (there
 *   Wxh starts with very small numbers)
 */
export function forward(params: RnnParams, xs: Matrix[], state?: RnnState): Forward<RnnState, RnnCache> {
  const { Wxh, Whh, bh } = params;
  const B = checkInputs("irnn.forward", xs, { Wxh });
  const h0 = (state ?? zeroState(params, B)).h;
  checkState("irnn.forward", "state", { h: h0 }, [B, Whh.rows]);

  const hs: Matrix[] = [];
  let hPrev = h0;
  for (const x of xs) {
    const h = relu(add(add(matmul(x, Wxh), matmul(hPrev, Whh)), bh)); // [B,D]·[D,H] + [B,H]·[H,H] → [B,H]
    hs.push(h);
    hPrev = h;
  }
  return { hs, state: { h: hPrev }, cache: { xs, h0, hs } };
}

/**
 * Backpropagation through time as in `rnn`, but for the slope: daₜ = dhₜ where hₜ > 0, else 0.
 *
 * @throws if a shape does not fit
 */
export function backward(
  params: RnnParams,
  cache: RnnCache,
  dhs: Matrix[],
  dState?: RnnState,
): Backward<RnnParams, RnnState> {
  const { Wxh, Whh, bh } = params;
  const { xs, h0, hs } = cache;
  checkOutputGrads("irnn.backward", dhs, hs);
  let dhNext = (dState ?? zeroState(params, h0.rows)).h;
  checkState("irnn.backward", "dState", { h: dhNext }, [h0.rows, h0.cols]);

  const grads = zerosLike({ Wxh, Whh, bh });
  const dxs: Matrix[] = new Array(xs.length);
  const dhTotals: Matrix[] = new Array(xs.length);
  for (let t = xs.length - 1; t >= 0; t--) {
    const hPrev = t > 0 ? hs[t - 1] : h0;
    const dh = add(dhs[t], dhNext); // this step's own loss, and all that comes after
    const da = multiply(dh, dRelu(hs[t])); // [B,H]
    addInPlace(grads.bh, sumRows(da)); // [1,H]
    addInPlace(grads.Whh, matmulTransposeA(hPrev, da)); // [H,B]·[B,H] → [H,H]
    addInPlace(grads.Wxh, matmulTransposeA(xs[t], da)); // [D,B]·[B,H] → [D,H]
    dhNext = matmulTransposeB(da, Whh); // [B,H]·[H,H] → [B,H]
    dxs[t] = matmulTransposeB(da, Wxh); // [B,H]·[H,D] → [B,D]
    dhTotals[t] = dh;
  }
  return { grads, dxs, dState: { h: dhNext }, dhTotals };
}
