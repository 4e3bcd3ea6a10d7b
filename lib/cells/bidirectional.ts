import { add, concatCols, type Matrix, sliceCols } from "../matrix";
import type { Params } from "../params";
import type { Random } from "../random";
import type { Backward, Cell, CellOptions, Forward, State } from "./cell";
import { part, withPrefix } from "./prefix";

/** What the backward pass of each direction needs. */
export type BidirectionalCache = { ahead: unknown; back: unknown };

/**
 * Runs a cell over the sequence from both ends, with its own parameters for each direction: at every step the
 * output knows the past and the future. For whole sequences only: what is to be forecast must not be in xs.
 *
 * hₜ = [aₜ, bₜ],  a: from x₀ to xₜ,  b: from the last x back to xₜ
 *
 * The result is a cell like any other, with outputs [B,2H]. Parameters and states get the prefix of their
 * direction: "forward.Wxi", "backward.h". The state "forward." is the one after the last step, "backward." the one
 * after step 0: these two have read everything, while in the last output the half b has read one step only.
 * @see Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997
 */
export function bidirectional<O extends CellOptions>(
  cell: Cell<Params, State, unknown, O>,
): Cell<Params, State, BidirectionalCache, O> {
  function init(options: O, random: Random): Params {
    return both(cell.init(options, random), cell.init(options, random));
  }

  function zeroState(params: Params, batchSize: number): State {
    const state = cell.zeroState(part("forward.", params), batchSize);
    return both(state, state);
  }

  function forward(params: Params, xs: Matrix[], state?: State): Forward<State, BidirectionalCache> {
    const ahead = cell.forward(part("forward.", params), xs, state && part("forward.", state));
    const back = cell.forward(part("backward.", params), reversed(xs), state && part("backward.", state));
    const bs = reversed(back.hs); // in the order of time again
    return {
      hs: ahead.hs.map((a, t) => concatCols(a, bs[t])), // [B,H], [B,H] → [B,2H]
      state: both(ahead.state, back.state),
      cache: { ahead: ahead.cache, back: back.cache },
    };
  }

  /** Each direction gets its half of every dh; both have read xs, so their dxs are added. */
  function backward(
    params: Params,
    cache: BidirectionalCache,
    dhs: Matrix[],
    dState?: State,
  ): Backward<Params, State> {
    const das = dhs.map((dh) => sliceCols(dh, 0, dh.cols / 2)); // [B,2H] → [B,H]
    const dbs = dhs.map((dh) => sliceCols(dh, dh.cols / 2, dh.cols));
    const [dA, dB] = dState ? [part("forward.", dState), part("backward.", dState)] : [];
    const ahead = cell.backward(part("forward.", params), cache.ahead, das, dA);
    const back = cell.backward(part("backward.", params), cache.back, reversed(dbs), dB);
    const [backDxs, backTotals] = [reversed(back.dxs), reversed(back.dhTotals)];
    return {
      grads: both(ahead.grads, back.grads),
      dxs: ahead.dxs.map((dx, t) => add(dx, backDxs[t])),
      dState: both(ahead.dState, back.dState),
      dhTotals: ahead.dhTotals.map((dh, t) => concatCols(dh, backTotals[t])),
    };
  }

  return {
    init,
    zeroState,
    forward,
    backward,
    combines: { how: "bidirectional", cells: [cell as unknown as Cell] },
  };
}

function both(ahead: Record<string, Matrix>, back: Record<string, Matrix>): Record<string, Matrix> {
  return { ...withPrefix("forward.", ahead), ...withPrefix("backward.", back) };
}

function reversed(sequence: Matrix[]): Matrix[] {
  return [...sequence].reverse();
}
