import type { Cell } from "../cells/cell";
import * as gru from "../cells/gru";
import * as irnn from "../cells/irnn";
import * as lstm from "../cells/lstm";
import * as rnn from "../cells/rnn";

/** How the engine computes one kind of cell. A gate's weights are named Wx…, Wh…, b… with its letter. */
export interface Kind {
  name: "rnn" | "irnn" | "lstm" | "gru";
  /** The gates in their order in memory, by the names of input weight, recurrent weight and bias. */
  gates: { wx?: string; wh?: string; b: string }[];
}

const gate = (q: string) => ({ wx: `Wx${q}`, wh: `Wh${q}`, b: `b${q}` });
const kinds = new Map<unknown, Kind>([
  [rnn.forward, { name: "rnn", gates: [{ wx: "Wxh", wh: "Whh", b: "bh" }] }],
  [irnn.forward, { name: "irnn", gates: [{ wx: "Wxh", wh: "Whh", b: "bh" }] }],
  [lstm.forward, { name: "lstm", gates: ["i", "f", "o", "g"].map(gate) }],
  // The candidate's input and its past are apart until the reset gate has acted on the past.
  [
    gru.forward,
    { name: "gru", gates: [{ wx: "Wxn", b: "bn" }, gate("r"), gate("z"), { wh: "Whn", b: "bhn" }] },
  ],
]);

/** Columns of H numbers each, of which a layer's input or output consists: one, or one for each direction. */
export type Segments = number[];

/** One recurrent layer: what it reads, where in `out` it writes (its place among the segments), which way it goes. */
export interface LayerPlan {
  kind: Kind;
  prefix: string;
  input: BufferPlan;
  out: BufferPlan;
  place: number;
  reverse: boolean;
}

export interface BufferPlan {
  segments: Segments;
}

/**
 * The layers that a cell consists of, in the order in which they run.
 * @throws for a cell that the engine does not have
 */
export function layersOf(
  cell: Cell,
  hiddenSize: number,
  input: BufferPlan,
): { layers: LayerPlan[]; out: BufferPlan } {
  const layers: LayerPlan[] = [];
  const out = { segments: new Array<number>(width(cell)).fill(hiddenSize) };
  lay(cell, "", input, out, 0, false);
  return { layers, out };

  function lay(
    one: Cell,
    prefix: string,
    from: BufferPlan,
    to: BufferPlan,
    place: number,
    reverse: boolean,
  ): void {
    const { combines } = one;
    if (combines?.how === "bidirectional") {
      const [inner] = combines.cells;
      lay(inner, `${prefix}forward.`, from, to, place, reverse);
      lay(inner, `${prefix}backward.`, from, to, place + width(inner), !reverse);
    } else if (combines?.how === "stacked") {
      let read = from;
      combines.cells.forEach((inner, k) => {
        const last = k === combines.cells.length - 1;
        const write = last ? to : { segments: new Array<number>(width(inner)).fill(hiddenSize) };
        lay(inner, `${prefix}layer${k + 1}.`, read, write, last ? place : 0, reverse);
        read = write;
      });
    } else {
      layers.push({ kind: kindOf(one), prefix, input: from, out: to, place, reverse });
    }
  }
}

/** How many segments of H numbers a cell gives out. */
function width(cell: Cell): number {
  const { combines } = cell;
  if (!combines) return 1;
  return combines.how === "bidirectional"
    ? 2 * width(combines.cells[0])
    : width(combines.cells[combines.cells.length - 1]);
}

function kindOf(cell: Cell): Kind {
  const kind = kinds.get(cell.forward);
  if (kind) return kind;
  const known = "rnn, irnn, lstm and gru, stacked or bidirectional or not";
  throw new Error(`recurrentModel: arithmetic "float32" has ${known}; leave it out for another cell`);
}
