import { type Cell, type CellOptions, checkInputs, checkOutputGrads, type State } from "../cells/cell";
import { type Matrix, zeros } from "../matrix";
import { mapParams, type Params } from "../params";
import { newArena } from "./arena";
import { engineLayer } from "./layer";
import { readOut, write } from "./panels";
import { backward, clearGradients, forward, load } from "./passes";
import type { Sequence, Shape } from "./products";
import { type BufferPlan, layersOf } from "./structure";
import { type Workspace, workspaces } from "./workspace";

type Cache = { pass: number; workspace: Workspace; hs: Matrix[] };

/**
 * The same cell in float32 and WebAssembly, for a model whose other parts compute outside of the engine. `backward`
 * must follow its `forward`: the engine keeps the last pass only. Undefined where there is no SIMD.
 * @param params some of the shapes that it will get
 * @throws for a cell that the engine does not have
 */
export function engineCell(
  cell: Cell,
  { inputSize, hiddenSize }: CellOptions,
  params: Params,
): Cell | undefined {
  const input: BufferPlan = { segments: [inputSize] };
  const { layers: plans, out } = layersOf(cell, hiddenSize, input);
  const made = newArena();
  if (!made) return undefined;
  const arena = made;
  const layers = plans.map((plan) => engineLayer(arena, plan));
  const buffers = [...new Set([input, ...plans.map((plan) => plan.out)])];
  const workspaceFor = workspaces(arena, buffers, layers, out, 0);
  const room = (m: Matrix): number => arena.take(m.data.length);
  const rooms = Object.entries(params).map(([name, m]) => [name, room(m), room(m)] as const);
  const weightAt = Object.fromEntries(rooms.map(([name, weight]) => [name, weight]));
  const gradAt = Object.fromEntries(rooms.map(([name, , grad]) => [name, grad]));

  const put = (ms: Matrix[], plan: BufferPlan, { at, step }: Sequence, shape: Shape): void => {
    ms.forEach((m, t) => {
      write(m, plan.segments, arena.numbers, at + t * step, shape);
    });
  };
  const get = (plan: BufferPlan, { at, step }: Sequence, shape: Shape): Matrix[] =>
    Array.from({ length: shape.T }, (_, t) => readOut(arena.numbers, at + t * step, plan.segments, shape));

  return {
    ...cell,

    forward(given, xs, state) {
      const [weight] = layers[0].names;
      const rows = checkInputs("encoderDecoder (float32)", xs, { [weight]: given[weight] });
      for (const [name, at] of rooms) arena.view(at, given[name].data.length).set(given[name].data);
      load(arena, layers, (name) => weightAt[name]);
      const workspace = workspaceFor(xs.length, rows);
      const { shape } = workspace;
      put(xs, input, workspace.values(input), shape);
      forward(arena, layers, shape, workspace, state);
      const hs = get(out, workspace.values(out), shape);
      const last: State = Object.assign({}, ...layers.map((layer) => layer.state(shape, workspace)));
      return { hs, state: last, cache: { pass: ++arena.pass, workspace, hs } };
    },

    backward(given, cache, dhs, dState) {
      const { pass, workspace, hs } = cache as Cache;
      if (pass !== arena.pass) {
        throw new Error(
          "encoderDecoder (float32): backward of an older pass; call it right after its forward",
        );
      }
      checkOutputGrads("encoderDecoder (float32)", dhs, hs);
      const { shape } = workspace;
      clearGradients(arena, workspace, buffers);
      put(dhs, out, workspace.gradients(out), shape);
      backward(arena, layers, shape, workspace, () => true, dState);
      for (const layer of layers) layer.store((name) => gradAt[name]);
      return {
        grads: mapParams(given, ({ rows, cols, data }, name) => {
          const grad = zeros(rows, cols);
          grad.data.set(arena.view(gradAt[name], data.length));
          return grad;
        }),
        dxs: get(input, workspace.gradients(input), shape),
        dState: Object.assign({}, ...layers.map((layer) => layer.dState(shape, workspace))),
        dhTotals: get(out, workspace.gradients(out), shape),
      };
    },
  };
}
