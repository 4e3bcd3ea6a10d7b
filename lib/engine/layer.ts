import type { State } from "../cells/cell";
import type { Matrix } from "../matrix";
import type { Arena } from "./arena";
import { panelsFor, panelsOf, readOut, write } from "./panels";
import { biasGradient, fill, moved, product, type Sequence, type Shape, weightGradient } from "./products";
import type { Call, Mine } from "./share";
import type { BufferPlan, LayerPlan } from "./structure";

/** Where the workspace of a batch's shape has a sequence and its gradient; step −1 and step T are there as well. */
export interface Buffers {
  values(plan: BufferPlan): Sequence;
  gradients(plan: BufferPlan): Sequence;
}

/** Inputs with at most one number that is not 0 in each row: its place (or −1), and it. */
export interface OneHot {
  input: BufferPlan;
  index: Int32Array;
  value: Float32Array;
}

/**
 * The parts of a pass. Those with `call` are for two threads: each has one half of the batch, at `apart` bytes from the
 * first, or, for the weights, its own columns.
 */
export interface EngineLayer {
  names: string[];
  /** Copies the parameters into panels. `address`: of each, by its name. */
  load(call: Call, mine: Mine, address: (name: string) => number): void;
  /** Takes room for a batch's shape. */
  lay(shape: Shape, take: (length: number) => number): void;
  /** Sets the initial state, and looks one-hot inputs up. */
  begin(shape: Shape, buffers: Buffers, state?: State, oneHot?: OneHot): void;
  forward(call: Call, apart: number, shape: Shape, buffers: Buffers, oneHot?: OneHot): void;
  /** Adds the gradient of the last state to that of the outputs. */
  beginBackward(shape: Shape, buffers: Buffers, dState?: State): void;
  backward(call: Call, apart: number, shape: Shape, buffers: Buffers): void;
  /** ∂L/∂x, added to the gradient of the input's buffer. */
  inputGradient(call: Call, apart: number, shape: Shape, buffers: Buffers): void;
  beginWeightGradients(shape: Shape, oneHot?: OneHot): void;
  weightGradients(call: Call, mine: Mine, shape: Shape, buffers: Buffers, oneHot?: OneHot): void;
  store(address: (name: string) => number): void;
  state(shape: Shape, buffers: Buffers): State;
  dState(shape: Shape, buffers: Buffers): State;
  /** The multiplications of a step's row by the weights; of inputs that are looked up there are none. */
  multiplications(oneHot?: OneHot): number;
}

/** A recurrent layer: its packed weights, and how its kernels are called. */
export function engineLayer(arena: Arena, plan: LayerPlan): EngineLayer {
  const { kind, prefix, input, out, place, reverse } = plan;
  const { gates } = kind;
  const H = out.segments[place];
  const units = panelsFor(H);
  const xPanels = panelsOf(input.segments);
  const dir = reverse ? -1 : 1;
  // The gates with an input weight, and those with a recurrent one, each lie side by side.
  const [xGates, hGates] = [gates.filter((g) => g.wx), gates.filter((g) => g.wh)];
  const hFrom = gates.findIndex((g) => g.wh);
  const [Kx, Kh, Kxg, Khg] = [xPanels, units, xGates.length * units, hGates.length * units].map((p) => 4 * p);
  const room = { wx: Kx * Kxg, wxT: Kx * Kxg, wh: Kh * Khg, whT: Kh * Khg, b: 4 * units * gates.length };
  const [wx, wxT, wh, whT, b] = Object.values(room).map((n) => arena.take(n));
  const gradSize = room.wx + room.wh + room.b;
  const dwx = arena.take(gradSize);
  const [dwh, db] = [dwx + 4 * room.wx, dwx + 4 * (room.wx + room.wh)];
  let [g, c, tanhC, dc] = [0, 0, 0, 0];
  let skipped = 0; // steps at the beginning whose state before them is 0, so that nothing is multiplied by it: 0 or 1

  const gatesOf = ({ B }: Shape, from: number, count: number): Sequence => ({
    at: g + from * units * B * 16,
    step: gates.length * units * B * 16,
    panels: count * units,
  });
  const own = (s: Sequence, { B }: Shape): Sequence => ({
    at: s.at + panelsOf(out.segments.slice(0, place)) * B * 16,
    step: s.step,
    panels: units,
  });
  const firstAndLast = ({ T }: Shape) => (reverse ? [T - 1, 0] : [0, T - 1]);
  const isLookedUp = (oneHot?: OneHot): boolean => oneHot?.input === input;
  const put = (m: Matrix, at: number, shape: Shape) => write(m, [H], arena.numbers, at, shape);
  const get = (at: number, shape: Shape) => readOut(arena.numbers, at, [H], shape);
  const clear = (at: number, { B, halves, apart }: Shape): void => {
    for (let half = 0; half < halves; half++) arena.clear(at + half * apart, 4 * units * B);
  };

  /** For each piece of an input weight: its rows from, how many, and the panel that they go to. */
  function pieces(): { row: number; rows: number; panel: number }[] {
    let [row, panel] = [0, 0];
    return input.segments.map((rows) => {
      const piece = { row, rows, panel };
      row += rows;
      panel += panelsFor(rows);
      return piece;
    });
  }

  return {
    names: gates.flatMap(({ wx: x, wh: h, b: bias }) => [x, h, bias].filter(Boolean).map((n) => prefix + n)),

    load(call, mine, address) {
      const { from, count } = mine(gates.length, 1);
      for (const gate of gates.slice(from, from + count)) {
        const [q, r] = [xGates.indexOf(gate), hGates.indexOf(gate)];
        if (gate.wx) {
          for (const { row, rows, panel } of pieces()) {
            const piece = address(prefix + gate.wx) + row * H * 4;
            call("pack", piece, rows, H, wx + q * units * Kx * 16 + panel * 64, Kx);
            call("packTransposed", piece, rows, H, wxT + panel * Kxg * 16 + q * units * 64, Kxg);
          }
        }
        if (gate.wh) {
          const whole = address(prefix + gate.wh);
          call("pack", whole, H, H, wh + r * units * Kh * 16, Kh);
          call("packTransposed", whole, H, H, whT + r * units * 64, Khg);
        }
        call("pack", address(prefix + gate.b), 1, H, b + gates.indexOf(gate) * units * 16, 1);
      }
    },

    lay({ T, B }, take) {
      const n = units * B * 4;
      g = take(T * gates.length * n);
      if (kind.name !== "lstm") return;
      c = take((T + 2) * n) + 4 * n; // before it stands the state before step 0, or after it that after step T − 1
      tanhC = take(T * n);
      dc = take(n);
    },

    begin(shape, buffers, state, oneHot) {
      const h = own(buffers.values(out), shape);
      const [first] = firstAndLast(shape);
      const before = (s: number, step: number) => s + (first - dir) * step;
      skipped = state ? 0 : 1;
      clear(before(h.at, h.step), shape);
      if (state) put(state[`${prefix}h`], before(h.at, h.step), shape);
      if (kind.name === "lstm") {
        const n = units * shape.B * 16;
        clear(before(c, n), shape);
        if (state) put(state[`${prefix}c`], before(c, n), shape);
      }
      if (isLookedUp(oneHot)) lookUp(oneHot as OneHot, shape, gatesOf(shape, 0, xGates.length));
    },

    forward(call, apart, shape, buffers, oneHot) {
      const { T, B } = shape;
      const { at, step } = own(buffers.values(out), shape);
      const [x, gx] = [buffers.values(input), gatesOf(shape, 0, xGates.length)];
      if (!isLookedUp(oneHot)) product(call, shape, moved(x, apart), wx, b, moved(gx, apart));
      if (kind.name === "gru") fill(call, shape, b + 3 * units * 16, moved(gatesOf(shape, 3, 1), apart));
      const ends = kind.name === "lstm" ? [c + apart, tanhC + apart] : [];
      const counts = [units, B, T, dir, skipped];
      call(`${kind.name}Forward`, g + apart, gx.step, at + apart, step, ...ends, wh, ...counts);
    },

    beginBackward(shape, buffers, dState) {
      const dh = own(buffers.gradients(out), shape);
      const [, last] = firstAndLast(shape);
      if (dState) addTo(dState[`${prefix}h`], dh.at + last * dh.step, shape);
      if (kind.name !== "lstm") return;
      clear(dc, shape);
      if (dState) put(dState[`${prefix}c`], dc, shape);
    },

    backward(call, apart, shape, buffers) {
      const { T, B } = shape;
      const { at, step } = own(buffers.values(out), shape);
      const dh = own(buffers.gradients(out), shape).at + apart;
      const sequences =
        kind.name === "lstm" ? [step, c + apart, tanhC + apart, dh, dc + apart] : [at + apart, step, dh];
      call(`${kind.name}Backward`, g + apart, gatesOf(shape, 0, 1).step, ...sequences, whT, units, B, T, dir);
    },

    inputGradient(call, apart, shape, buffers) {
      const [gx, dx] = [gatesOf(shape, 0, xGates.length), buffers.gradients(input)];
      product(call, shape, moved(gx, apart), wxT, 0, moved(dx, apart));
    },

    beginWeightGradients(shape, oneHot) {
      arena.clear(dwx, gradSize);
      if (isLookedUp(oneHot)) lookUpBack(oneHot as OneHot, shape, gatesOf(shape, 0, xGates.length));
    },

    weightGradients(call, mine, shape, buffers, oneHot) {
      const h = own(buffers.values(out), shape);
      const [x, before] = [buffers.values(input), moved(h, -dir * h.step)];
      if (!isLookedUp(oneHot)) weightGradient(call, mine, shape, x, gatesOf(shape, 0, xGates.length), dwx);
      const [dh, skip] = [gatesOf(shape, hFrom, hGates.length), reverse ? 0 : skipped];
      const { T, B, halves, apart } = shape;
      const later: Shape = { T: T - skipped, B, halves, apart };
      weightGradient(call, mine, later, moved(before, skip * h.step), moved(dh, skip * dh.step), dwh);
      biasGradient(call, mine, shape, gatesOf(shape, 0, gates.length), db);
    },

    multiplications: (oneHot) => room.wh + (isLookedUp(oneHot) ? 0 : room.wx),

    store(address) {
      const { unpack } = arena.kernels;
      xGates.forEach((gate, q) => {
        for (const { row, rows, panel } of pieces()) {
          unpack(
            dwx + q * units * Kx * 16 + panel * 64,
            Kx,
            rows,
            H,
            address(prefix + gate.wx) + row * H * 4,
          );
        }
      });
      hGates.forEach((gate, q) => {
        unpack(dwh + q * units * Kh * 16, Kh, H, H, address(prefix + gate.wh));
      });
      gates.forEach((gate, q) => {
        unpack(db + q * units * 16, 1, 1, H, address(prefix + gate.b));
      });
    },

    state(shape, buffers) {
      const h = own(buffers.values(out), shape);
      const [, last] = firstAndLast(shape);
      const state: State = { [`${prefix}h`]: get(h.at + last * h.step, shape) };
      if (kind.name === "lstm") state[`${prefix}c`] = get(c + last * units * shape.B * 16, shape);
      return state;
    },

    dState(shape, buffers) {
      const dh = own(buffers.gradients(out), shape);
      const [first] = firstAndLast(shape);
      const before = moved(dh, (first - dir) * dh.step);
      // The last product of the backward pass, which few ask for.
      const da = gatesOf(shape, hFrom, hGates.length);
      for (let half = 0; half < shape.halves; half++) {
        const apart = half * shape.apart;
        const call: Call = (kernel, ...numbers) => arena.kernels[kernel](...numbers);
        product(call, { ...shape, T: 1 }, moved(da, first * da.step + apart), whT, 0, moved(before, apart));
      }
      const state: State = { [`${prefix}h`]: get(before.at, shape) };
      if (kind.name === "lstm") state[`${prefix}c`] = get(dc, shape);
      return state;
    },
  };

  function addTo(m: Matrix, at: number, shape: Shape): void {
    const sum = readOut(arena.numbers, at, [H], shape);
    sum.data.forEach((x, i) => {
      sum.data[i] = x + Math.fround(m.data[i]);
    });
    put(sum, at, shape);
  }

  /** Calls f with each row's place in the one-hot list and its address. */
  function eachRow({ T, B, halves, apart }: Shape, gx: Sequence, f: (i: number, at: number) => void): void {
    for (let i = 0; i < T * B * halves; i++) {
      const [t, b] = [Math.floor(i / (B * halves)), i % (B * halves)];
      const half = Math.floor(b / B);
      f(i, gx.at + t * gx.step + half * apart + (b - half * B) * 16);
    }
  }

  function lookUp({ index, value }: OneHot, shape: Shape, gx: Sequence): void {
    eachRow(shape, gx, (i, at) => {
      arena.kernels.lookUp(wx, Kx, gx.panels, index[i], value[i], b, at, 16 * shape.B);
    });
  }

  function lookUpBack({ index, value }: OneHot, shape: Shape, gx: Sequence): void {
    eachRow(shape, gx, (i, at) => {
      if (value[i] !== 0) {
        arena.kernels.lookUpBack(at, 16 * shape.B, gx.panels, index[i], value[i], dwx, Kx);
      }
    });
  }
}
