import { dSigmoid, dTanh, sigmoid, tanh } from "../activations";
import { matmul, matmulTransposeA, matmulTransposeB } from "../matmul";
import { add, addInPlace, type Matrix, multiply, sumRows, zeros } from "../matrix";
import { zerosLike } from "../params";
import { type Random, randomUniform } from "../random";
import { checkInputs, checkOutputGrads, checkState, type Forward } from "./cell";
import * as lstm from "./lstm";

/** Those of the LSTM, and a peephole from the cell to each gate: pi, pf, po [1,H]. */
export type PeepholeParams = lstm.LstmParams & { pi: Matrix; pf: Matrix; po: Matrix };

export interface PeepholeBackward extends lstm.LstmBackward {
  grads: PeepholeParams;
}

/** New parameters: as for the LSTM, and small peepholes, uniform in [−0.1, 0.1). */
export function init(options: lstm.LstmOptions, random: Random): PeepholeParams {
  const peephole = (): Matrix => randomUniform(1, options.hiddenSize, -0.1, 0.1, random);
  return { ...lstm.init(options, random), pi: peephole(), pf: peephole(), po: peephole() };
}

export const zeroState: typeof lstm.zeroState = lstm.zeroState;

/**
 * Runs an LSTM whose gates look into the cell. Each unit's gates see its own cell only, so p is a row, no matrix.
 *
 * iₜ = σ(xₜ·Wxi + hₜ₋₁·Whi + bi + pi ⊙ cₜ₋₁)
 * fₜ = σ(xₜ·Wxf + hₜ₋₁·Whf + bf + pf ⊙ cₜ₋₁)
 * oₜ = σ(xₜ·Wxo + hₜ₋₁·Who + bo + po ⊙ cₜ)      the new cell: it is known by then
 * gₜ, cₜ, hₜ as in `lstm`
 *
 * xs: T inputs [B,D] → hs: T hidden states [B,H]; `state` holds the last h and c, `cache` all gates and cells.
 * @throws if a shape does not fit or an input is not a finite number
 * @see Gers and Schmidhuber, "Recurrent nets that time and count", 2000
 */
export function forward(
  params: PeepholeParams,
  xs: Matrix[],
  state?: lstm.LstmState,
): Forward<lstm.LstmState, lstm.LstmCache> {
  const { Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxg, Whg, bg, pi, pf, po } = params;
  const B = checkInputs("peephole.forward", xs, { Wxi });
  const { h: h0, c: c0 } = state ?? zeroState(params, B);
  checkState("peephole.forward", "state", { h: h0, c: c0 }, [B, Whi.rows]);

  const cache: lstm.LstmCache = { xs, h0, c0, is: [], fs: [], os: [], gs: [], cs: [], tanhCs: [], hs: [] };
  let [hPrev, cPrev] = [h0, c0];
  for (const x of xs) {
    const read = (Wx: Matrix, Wh: Matrix, b: Matrix): Matrix => add(add(matmul(x, Wx), matmul(hPrev, Wh)), b); // [B,D]·[D,H] + [B,H]·[H,H] → [B,H]
    const i = sigmoid(add(read(Wxi, Whi, bi), multiply(cPrev, pi))); // pi [1,H] is used for every row
    const f = sigmoid(add(read(Wxf, Whf, bf), multiply(cPrev, pf)));
    const g = tanh(read(Wxg, Whg, bg));
    const c = add(multiply(f, cPrev), multiply(i, g)); // [B,H]
    const o = sigmoid(add(read(Wxo, Who, bo), multiply(c, po)));
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
 * Backpropagation through time as in `lstm`, with three more ways into the cell:
 *
 * dcₜ = … + daoₜ ⊙ po                                  so dao comes first
 * dcNext = dcₜ ⊙ fₜ + daiₜ ⊙ pi + dafₜ ⊙ pf
 * dpi = Σₜ (rows of daiₜ ⊙ cₜ₋₁),  dpf = Σₜ (rows of dafₜ ⊙ cₜ₋₁),  dpo = Σₜ (rows of daoₜ ⊙ cₜ)
 *
 * @throws if a shape does not fit
 */
export function backward(
  params: PeepholeParams,
  cache: lstm.LstmCache,
  dhs: Matrix[],
  dState?: lstm.LstmState,
): PeepholeBackward {
  const { xs, h0, c0, is, fs, os, gs, cs, tanhCs, hs } = cache;
  checkOutputGrads("peephole.backward", dhs, hs);
  let { h: dhNext, c: dcNext } = dState ?? zeroState(params, h0.rows);
  checkState("peephole.backward", "dState", { h: dhNext, c: dcNext }, [h0.rows, h0.cols]);

  const grads = zerosLike(params);
  const [dxs, dhTotals, dcTotals]: Matrix[][] = [[], [], []];
  for (let t = xs.length - 1; t >= 0; t--) {
    const [hPrev, cPrev] = t > 0 ? [hs[t - 1], cs[t - 1]] : [h0, c0];
    const dh = add(dhs[t], dhNext);
    const dao = multiply(multiply(dh, tanhCs[t]), dSigmoid(os[t])); // [B,H], as all up to dcNext
    const throughH = multiply(multiply(dh, os[t]), dTanh(tanhCs[t]));
    const dc = add(add(throughH, multiply(dao, params.po)), dcNext);
    const dag = multiply(multiply(dc, is[t]), dTanh(gs[t]));
    const daf = multiply(multiply(dc, cPrev), dSigmoid(fs[t]));
    const dai = multiply(multiply(dc, gs[t]), dSigmoid(is[t]));
    dcNext = add(multiply(dc, fs[t]), add(multiply(dai, params.pi), multiply(daf, params.pf)));
    addInPlace(grads.pi, sumRows(multiply(dai, cPrev))); // [1,H]
    addInPlace(grads.pf, sumRows(multiply(daf, cPrev)));
    addInPlace(grads.po, sumRows(multiply(dao, cs[t])));
    dhNext = zeros(h0.rows, h0.cols);
    dxs[t] = zeros(xs[t].rows, xs[t].cols);
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
