import { dSigmoid, dTanh, sigmoid, tanh } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, type Matrix, map, multiply, subtract, sumRows, zeros } from "../matrix";
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
import { type GruParams, type GruState, init as initGru } from "./gru";

/** Those of the GRU without bhn: before the product with Whn there is no place for a bias of its own. */
export type GruResetBeforeParams = Omit<GruParams, "bhn">;

/** What the backward pass needs from the forward pass, each [B,H] but xs; `pasts` are rₜ ⊙ hₜ₋₁. */
export type GruResetBeforeCache = {
  xs: Matrix[];
  h0: Matrix;
  rs: Matrix[];
  zs: Matrix[];
  pasts: Matrix[];
  ns: Matrix[];
  hs: Matrix[];
};

/** New parameters: all weights by Glorot, all biases zero. */
export function init(options: CellOptions, random: Random): GruResetBeforeParams {
  const { bhn: _, ...params } = initGru(options, random);
  return params;
}

/** The state before the first step, unless one is given: h = 0 [B,H]. */
export function zeroState(params: GruResetBeforeParams, batchSize: number): GruState {
  return { h: zeros(batchSize, params.Whr.rows) };
}

/**
 * Runs a GRU whose reset gate acts before the product with Whn; all else is as in `gru`.
 *
 * rₜ = σ(xₜ·Wxr + hₜ₋₁·Whr + br)
 * zₜ = σ(xₜ·Wxz + hₜ₋₁·Whz + bz)
 * nₜ = tanh(xₜ·Wxn + (rₜ ⊙ hₜ₋₁)·Whn + bn)
 * hₜ = (1 − zₜ) ⊙ nₜ + zₜ ⊙ hₜ₋₁
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]. So computes tf.layers.gru with `recurrentActivation: "sigmoid"`
 * (its own default is a "hard" sigmoid); it keeps the gates side by side in the order z, r, n.
 * @throws if a shape does not fit or an input is not a finite number
 * @see Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014, eq. 5–8
 */
export function forward(
  params: GruResetBeforeParams,
  xs: Matrix[],
  state?: GruState,
): Forward<GruState, GruResetBeforeCache> {
  const { Wxr, Whr, br, Wxz, Whz, bz, Wxn, Whn, bn } = params;
  const B = checkInputs("gruResetBefore.forward", xs, { Wxr });
  const h0 = (state ?? zeroState(params, B)).h;
  checkState("gruResetBefore.forward", "state", { h: h0 }, [B, Whr.rows]);

  const cache: GruResetBeforeCache = { xs, h0, rs: [], zs: [], pasts: [], ns: [], hs: [] };
  let hPrev = h0;
  for (const x of xs) {
    const r = sigmoid(add(add(matmul(x, Wxr), matmul(hPrev, Whr)), br)); // [B,D]·[D,H] + [B,H]·[H,H] → [B,H]
    const z = sigmoid(add(add(matmul(x, Wxz), matmul(hPrev, Whz)), bz));
    const past = multiply(r, hPrev); // [B,H]
    const n = tanh(add(add(matmul(x, Wxn), matmul(past, Whn)), bn));
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
 * Backpropagation through time as in `gru`, but for the reset gate:
 *
 * dpastₜ = danₜ·Whnᵀ,  where pastₜ = rₜ ⊙ hₜ₋₁
 * darₜ = dpastₜ ⊙ hₜ₋₁ ⊙ rₜ ⊙ (1 − rₜ)
 * dhNext = dhₜ ⊙ zₜ + dpastₜ ⊙ rₜ + darₜ·Whrᵀ + dazₜ·Whzᵀ,  dWhn = Σₜ pastₜᵀ·danₜ
 *
 * @throws if a shape does not fit
 */
export function backward(
  params: GruResetBeforeParams,
  cache: GruResetBeforeCache,
  dhs: Matrix[],
  dState?: GruState,
): Backward<GruResetBeforeParams, GruState> {
  const { xs, h0, rs, zs, pasts, ns, hs } = cache;
  checkOutputGrads("gruResetBefore.backward", dhs, hs);
  let dhNext = (dState ?? zeroState(params, h0.rows)).h;
  checkState("gruResetBefore.backward", "dState", { h: dhNext }, [h0.rows, h0.cols]);

  const grads = zerosLike(params);
  const dxs: Matrix[] = new Array(xs.length);
  const dhTotals: Matrix[] = new Array(xs.length);
  for (let t = xs.length - 1; t >= 0; t--) {
    const hPrev = t > 0 ? hs[t - 1] : h0;
    const dh = add(dhs[t], dhNext); // this step's own loss, and all that comes after
    const dan = multiply(multiply(dh, oneMinus(zs[t])), dTanh(ns[t])); // [B,H], as all up to dhNext
    const dpast = matmulTransposeB(dan, params.Whn); // [B,H]·[H,H] → [B,H]
    const daz = multiply(multiply(dh, subtract(hPrev, ns[t])), dSigmoid(zs[t]));
    const dar = multiply(multiply(dpast, hPrev), dSigmoid(rs[t]));
    dhNext = add(multiply(dh, zs[t]), multiply(dpast, rs[t]));
    addInPlace(dhNext, matmulTransposeB(dar, params.Whr)); // [B,H]·[H,H] → [B,H]
    addInPlace(dhNext, matmulTransposeB(daz, params.Whz));
    dxs[t] = zeros(xs[t].rows, xs[t].cols);
    for (const [gate, da, seen] of [
      ["r", dar, hPrev],
      ["z", daz, hPrev],
      ["n", dan, pasts[t]],
    ] as const) {
      addInPlace(grads[`b${gate}`], sumRows(da)); // [1,H]
      addInPlace(grads[`Wh${gate}`], matmulTransposeA(seen, da)); // [H,B]·[B,H] → [H,H]
      addInPlace(grads[`Wx${gate}`], matmulTransposeA(xs[t], da)); // [D,B]·[B,H] → [D,H]
      addInPlace(dxs[t], matmulTransposeB(da, params[`Wx${gate}`])); // [B,H]·[H,D] → [B,D]
    }
    dhTotals[t] = dh;
  }
  return { grads, dxs, dState: { h: dhNext }, dhTotals };
}

function oneMinus(z: Matrix): Matrix {
  return map(z, (value) => 1 - value);
}
