import type { State } from "../cells/cell";
import type { Arena } from "./arena";
import type { Buffers, EngineLayer, OneHot } from "./layer";
import type { Shape } from "./products";
import type { Call } from "./share";
import type { BufferPlan } from "./structure";
import type { Workspace } from "./workspace";

// A pass through all layers. The rows of a batch know nothing of one another in any layer, so two threads meet once a
// pass, not once a layer.

export function load(arena: Arena, layers: EngineLayer[], address: (name: string) => number): void {
  arena.share(4 * workOf(layers), (call, mine) => {
    for (const layer of layers) layer.load(call, mine, address);
  });
}

/** Given what each reads, the outputs of all layers. */
export function forward(
  arena: Arena,
  layers: EngineLayer[],
  shape: Shape,
  buffers: Buffers,
  state?: State,
  oneHot?: OneHot,
): void {
  for (const layer of layers) layer.begin(shape, buffers, state, oneHot);
  shareHalves(arena, shape, workOf(layers, oneHot), (call, apart) => {
    for (const layer of layers) layer.forward(call, apart, shape, buffers, oneHot);
  });
}

/** Given the gradient of the last outputs, that of all gates, weights, and the inputs of those layers that pass it on. */
export function backward(
  arena: Arena,
  layers: EngineLayer[],
  shape: Shape,
  buffers: Buffers,
  passedOn: (layer: EngineLayer) => boolean,
  dState?: State,
  oneHot?: OneHot,
): void {
  for (const layer of layers) layer.beginBackward(shape, buffers, dState);
  shareHalves(arena, shape, workOf(layers), (call, apart) => {
    for (const layer of [...layers].reverse()) {
      layer.backward(call, apart, shape, buffers);
      if (passedOn(layer)) layer.inputGradient(call, apart, shape, buffers);
    }
  });
  for (const layer of layers) layer.beginWeightGradients(shape, oneHot);
  arena.share(rowsOf(shape) * workOf(layers, oneHot), (call, mine) => {
    for (const layer of layers) layer.weightGradients(call, mine, shape, buffers, oneHot);
  });
}

/** Zeros in the gradients of a pass, to which each layer adds. */
export function clearGradients(arena: Arena, { shape, gradients }: Workspace, plans: BufferPlan[]): void {
  const { T, halves, apart } = shape;
  for (const { at, step } of plans.map(gradients)) {
    for (let half = 0; half < halves; half++) arena.clear(at - step + half * apart, ((T + 2) * step) / 4);
  }
}

const workOf = (layers: EngineLayer[], oneHot?: OneHot): number =>
  layers.reduce((n, layer) => n + layer.multiplications(oneHot), 0);

const rowsOf = ({ T, B, halves }: Shape): number => T * B * halves;

/** Each thread does one half of the batch. `multiplications`: for each row of a step. */
export function shareHalves(
  arena: Arena,
  shape: Shape,
  multiplications: number,
  part: (call: Call, apart: number) => void,
): void {
  const { halves, apart } = shape;
  arena.share(halves === 1 ? 0 : rowsOf(shape) * multiplications, (call, mine) => {
    const { from, count } = mine(halves, 1);
    for (let half = from; half < from + count; half++) part(call, half * apart);
  });
}
