import type { Arena } from "./arena";
import type { Buffers, EngineLayer } from "./layer";
import { panelsOf } from "./panels";
import type { Sequence, Shape } from "./products";
import { settle } from "./share";
import type { BufferPlan } from "./structure";

/** The memory of one pass: inputs, outputs and gradients of each layer, for the first half of the batch. */
export interface Workspace extends Buffers {
  shape: Shape;
  /** What the read-out reads, and its gradient, where that is not the layer's own output; its outputs, and theirs. */
  read: number;
  dRead: number;
  y: number;
  dy: number;
  /** For the loss: of each row the class, the weight, and three sums. */
  labels: number;
  weights: number;
  sums: number;
}

/**
 * Lays out the workspace anew whenever the shape changes, in the same place while it fits: memory stays flat.
 * @returns the workspace for so many steps and rows
 */
export function workspaces(
  arena: Arena,
  plans: BufferPlan[],
  layers: EngineLayer[],
  top: BufferPlan,
  yPanels: number,
) {
  let [from, size] = [0, 0]; // of the room that is used again and again, in bytes
  let current: Workspace | undefined;

  /** Lays out one half of the batch. */
  function layOut(shape: Shape, start: number): { workspace: Workspace; end: number } {
    let end = start;
    const take = (length: number): number => {
      const at = end;
      end += Math.ceil(length / 32) * 128;
      return at;
    };
    const { T, B } = shape;
    const sequences = new Map<BufferPlan, { values: Sequence; gradients: Sequence }>();
    for (const plan of plans) {
      const panels = panelsOf(plan.segments);
      const step = panels * B * 16;
      const [values, gradients] = [take(((T + 2) * step) / 4), take(((T + 2) * step) / 4)];
      sequences.set(plan, {
        values: { at: values + step, step, panels }, // step −1 comes first
        gradients: { at: gradients + step, step, panels },
      });
    }
    for (const layer of layers) layer.lay(shape, take);
    const read = panelsOf(top.segments) * B * 4 * T;
    const y = yPanels * B * 4 * T;
    const workspace: Workspace = {
      shape,
      values: (plan) => sequences.get(plan)!.values,
      gradients: (plan) => sequences.get(plan)!.gradients,
      ...{ read: take(read), dRead: take(read), y: take(y), dy: take(y) },
      ...{ labels: take(T * B), weights: take(T * B), sums: take(3 * T * B) },
    };
    return { workspace, end };
  }

  return (T: number, rows: number): Workspace => {
    settle(); // a pass that was interrupted writes no more
    const halves = rows % 8 === 0 ? 2 : 1;
    const B = rows / halves;
    if (current?.shape.T === T && current.shape.B === B && current.shape.halves === halves) return current;
    const apart = layOut({ T, B, halves, apart: 0 }, 0).end;
    const needed = halves * apart;
    if (needed > size) {
      size = Math.ceil(1.25 * needed);
      from = 128 * Math.ceil(arena.take(size / 4 + 32) / 128); // where one of the processor's lines begins
    }
    current = layOut({ T, B, halves, apart }, from).workspace;
    arena.clear(from, needed / 4); // what pads the panels must be 0
    return current;
  };
}
