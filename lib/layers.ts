import type { Cell, State } from "./cells/cell";
import * as dense from "./cells/dense";
import * as dropout from "./cells/dropout";
import * as embedding from "./cells/embedding";
import type { Input } from "./data/batch";
import { addInPlace, type Matrix, zeros } from "./matrix";
import { type Params, zerosLike } from "./params";
import type { Random } from "./random";

/** What a forward pass is given besides the inputs. */
export interface Pass {
  /** The state before step 0. */
  state?: State;
  /** How many steps each padded sequence really has. */
  lengths?: number[];
  /** In training only: decides what dropout leaves out. */
  random?: Random;
}

export interface LayerForward {
  ys: Matrix[];
  cache: unknown;
  /** Of a recurrent layer: its outputs, and its state after the last step. */
  hs?: Matrix[];
  state?: State;
}

export interface LayerBackward {
  grads: Params;
  dxs: Matrix[];
  /** Of a recurrent layer: as its cell returns them. */
  dhTotals?: Matrix[];
  dState?: State;
}

/** A layer of a model: what reads a sequence and gives a sequence on, and how the gradient comes back through it. */
export interface Layer {
  /** Its own parameters, as they start. */
  params: Params;
  /** Takes its own from `params`, which may hold those of all layers. */
  forward(params: Params, xs: Input[], pass: Pass): LayerForward;
  backward(params: Params, cache: unknown, dys: Matrix[], dState?: State): LayerBackward;
}

/** A recurrent cell. */
export function recurrent(cell: Cell, params: Params): Layer {
  return {
    params,
    forward(all, xs, { state }) {
      const run = cell.forward(own(all, params), xs as Matrix[], state);
      return { ys: run.hs, hs: run.hs, state: run.state, cache: run.cache };
    },
    backward: (all, cache, dys, dState) => cell.backward(own(all, params), cache, dys, dState),
  };
}

/** The same embedding at every step. Its dxs are the gradients of the vectors: tokens have none. */
export function embedded(options: { vocabularySize: number; embeddingSize: number }, random: Random): Layer {
  return everyStep<embedding.EmbeddingParams, number[], embedding.EmbeddingCache>(
    embedding.init(options, random),
    (params, tokens) => {
      const { x: y, cache } = embedding.forward(params, tokens);
      return { y, cache };
    },
    (params, cache, dy) => ({ ...embedding.backward(params, cache, dy), dx: dy }),
  );
}

/** The same linear read-out at every step that there is. */
export function readOut(options: { inputSize: number; outputSize: number }, random: Random): Layer {
  return everyStep<dense.DenseParams, Matrix, dense.DenseCache>(
    dense.init(options, random),
    dense.forward,
    (params, cache, dy) => {
      const { grads, dh: dx } = dense.backward(params, cache, dy);
      return { grads, dx };
    },
  );
}

/** Dropout with this rate in training, nothing in evaluation. */
export function droppedOut(rate: number): Layer {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout is ${rate}; it must be in [0, 1)`);
  return {
    params: {},
    forward(_, xs, { random }) {
      if (!random) return { ys: xs as Matrix[], cache: undefined };
      const steps = (xs as Matrix[]).map((x) => dropout.forward(x, rate, random));
      return { ys: steps.map(({ y }) => y), cache: steps.map(({ cache }) => cache) };
    },
    backward(_, cache, dys) {
      const caches = cache as dropout.DropoutCache[] | undefined;
      return { grads: {}, dxs: caches ? dys.map((dy, t) => dropout.backward(caches[t], dy).dh) : dys };
    },
  };
}

/** T outputs → one: the last, or, with lengths, the last that is no padding, row by row. */
export function lastStep(): Layer {
  return {
    params: {},
    forward(_, xs, { lengths }) {
      const hs = xs as Matrix[];
      const last = lastSteps(hs.length, hs[0].rows, lengths);
      const y = zeros(hs[0].rows, hs[0].cols);
      last.forEach((t, b) => {
        y.data.set(hs[t].data.subarray(b * y.cols, (b + 1) * y.cols), b * y.cols);
      });
      return { ys: [y], cache: { last, T: hs.length } };
    },
    backward(_, cache, [dy]) {
      const { last, T } = cache as { last: number[]; T: number };
      const dxs = Array.from({ length: T }, () => zeros(dy.rows, dy.cols));
      last.forEach((t, b) => {
        dxs[t].data.set(dy.data.subarray(b * dy.cols, (b + 1) * dy.cols), b * dy.cols);
      });
      return { grads: {}, dxs };
    },
  };
}

/** The step that counts for each of B sequences: the last of T, or the last that is no padding. */
export function lastSteps(T: number, B: number, lengths?: number[]): number[] {
  if (!lengths) return Array.from({ length: B }, () => T - 1);
  const fits = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= T;
  if (lengths.length !== B || !lengths.every(fits)) {
    throw new Error(
      `lengths is [${lengths}]: give a whole number from 1 to ${T} for each of the ${B} sequences`,
    );
  }
  return lengths.map((n) => n - 1);
}

/** Layers one after the other as one layer: the outputs of each are the inputs of the next. */
export function chain(layers: Layer[]): Layer {
  return {
    params: Object.assign({}, ...layers.map(({ params }) => params)),
    forward(params, xs, pass) {
      const caches: unknown[] = [];
      let [out, ys]: [Partial<LayerForward>, Input[]] = [{}, xs];
      for (const layer of layers) {
        const run = layer.forward(params, ys, pass);
        caches.push(run.cache);
        ys = run.ys;
        out = { ...out, ...run };
      }
      return { ...out, ys: ys as Matrix[], cache: caches };
    },
    backward(params, cache, dys, dState) {
      let back: LayerBackward = { grads: {}, dxs: dys };
      for (let k = layers.length - 1; k >= 0; k--) {
        const one = layers[k].backward(params, (cache as unknown[])[k], back.dxs, dState);
        back = { ...back, ...one, grads: { ...one.grads, ...back.grads } };
      }
      return back;
    },
  };
}

/** A layer that does the same at every step, with one set of parameters: the gradients of the steps are added. */
function everyStep<P extends Params, X extends Input, C>(
  start: P,
  forward: (params: P, x: X) => { y: Matrix; cache: C },
  backward: (params: P, cache: C, dy: Matrix) => { grads: P; dx: Matrix },
): Layer {
  return {
    params: start,
    forward(params, xs) {
      const steps = (xs as X[]).map((x) => forward(own(params, start), x));
      return { ys: steps.map(({ y }) => y), cache: steps.map(({ cache }) => cache) };
    },
    backward(params, cache, dys) {
      const grads: Params = zerosLike(start);
      const dxs = dys.map((dy, t) => {
        const step = backward(own(params, start), (cache as C[])[t], dy);
        for (const name of Object.keys(grads)) addInPlace(grads[name], (step.grads as Params)[name]);
        return step.dx;
      });
      return { grads, dxs };
    },
  };
}

/** Those of the parameters that a layer calls its own. */
function own<P extends Params>(params: Params, names: P): P {
  return Object.fromEntries(Object.keys(names).map((name) => [name, params[name]])) as P;
}
