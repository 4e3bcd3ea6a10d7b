import { type Matrix, zeros } from "../matrix";
import type { Params } from "../params";
import type { Random } from "../random";
import type { Backward, Cell, CellOptions, Forward, State } from "./cell";
import { part, withPrefix } from "./prefix";

/** What each layer's backward pass needs, from the first layer to the last. */
export type StackedCache = unknown[];

/**
 * Puts cells on top of each other: the outputs of each layer are the inputs of the next.
 *
 * hs⁽¹⁾ = cell₁(xs),  hs⁽²⁾ = cell₂(hs⁽¹⁾), …
 *
 * The result is a cell like any other, e.g. `stacked(lstm, lstm, lstm)`. Parameters and states get the prefix of
 * their layer: "layer1.Wxi", "layer2.h". `init` hands its options to every layer; each layer has `hiddenSize` units.
 * hs, and dhTotals of the backward pass, are those of the last layer.
 * @throws unless there is at least one cell
 * @see Graves, Mohamed and Hinton, "Speech recognition with deep recurrent neural networks", 2013
 */
export function stacked<O extends CellOptions>(
  ...cells: Cell<Params, State, unknown, O>[]
): Cell<Params, State, StackedCache, O> {
  if (cells.length === 0)
    throw new Error("stacked: no cells; give one for each layer, e.g. stacked(lstm, lstm)");
  const layers = cells.map((cell, k) => ({ cell, prefix: `layer${k + 1}.` }));

  function init(options: O, random: Random): Params {
    let [params, inputSize]: [Params, number] = [{}, options.inputSize];
    for (const { cell, prefix } of layers) {
      const own = cell.init({ ...options, inputSize }, random);
      params = { ...params, ...withPrefix(prefix, own) };
      // The next layer's inputs are as wide as these outputs (bidirectional: 2H): one step on zeros tells.
      inputSize = cell.forward(own, [zeros(1, inputSize)]).hs[0].cols;
    }
    return params;
  }

  function zeroState(params: Params, batchSize: number): State {
    const states = layers.map(({ cell, prefix }) =>
      withPrefix(prefix, cell.zeroState(part(prefix, params), batchSize)),
    );
    return Object.assign({}, ...states);
  }

  function forward(params: Params, xs: Matrix[], state?: State): Forward<State, StackedCache> {
    let hs = xs;
    const last: State = {};
    const cache: StackedCache = [];
    for (const { cell, prefix } of layers) {
      const run = cell.forward(part(prefix, params), hs, state && part(prefix, state));
      hs = run.hs;
      Object.assign(last, withPrefix(prefix, run.state));
      cache.push(run.cache);
    }
    return { hs, state: last, cache };
  }

  /** From the last layer down: dxs of a layer are dhs of the one below it. */
  function backward(
    params: Params,
    cache: StackedCache,
    dhs: Matrix[],
    dState?: State,
  ): Backward<Params, State> {
    let dxs = dhs;
    let dhTotals: Matrix[] = [];
    const [grads, dFirst]: [Params, State] = [{}, {}];
    for (let k = layers.length - 1; k >= 0; k--) {
      const { cell, prefix } = layers[k];
      const dEnd = dState && part(prefix, dState);
      const back = cell.backward(part(prefix, params), cache[k], dxs, dEnd);
      dxs = back.dxs;
      if (k === layers.length - 1) dhTotals = back.dhTotals;
      Object.assign(grads, withPrefix(prefix, back.grads));
      Object.assign(dFirst, withPrefix(prefix, back.dState));
    }
    return { grads, dxs, dState: dFirst, dhTotals };
  }

  return {
    init,
    zeroState,
    forward,
    backward,
    combines: { how: "stacked", cells: cells as unknown as Cell[] },
  };
}
