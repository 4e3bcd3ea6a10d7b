import type { State } from "../cells/cell";
import type { Matrix } from "../matrix";
import type { Arena } from "./arena";
import { panelsFor, panelsOf, readOut, write } from "./panels";
import { biasGradient, fill, product, type Sequence, type Shape, weightGradient } from "./products";
import type { BufferPlan, LayerPlan } from "./structure";

/** Where the workspace of a batch's shape has a sequence and its gradient; step −1 and step T are there as well. */
export interface Buffers {
  values(plan: BufferPlan): Sequence;
  gradients(plan: BufferPlan): Sequence;
}

/** Inputs with at most one number that is not 0 in each row: its place (or −1), and it. */
export interface OneHot {
  index: Int32Array;
  value: Float32Array;
}

export interface EngineLayer {
  names: string[];
  /** Copies the parameters into panels. `address`: of each, by its name. */
  load(address: (name: string) => number): void;
  /** Takes room for a batch's shape. */
  lay(shape: Shape, take: (length: number) => number): void;
  forward(shape: Shape, buffers: Buffers, state?: State, oneHot?: OneHot): void;
  backward(shape: Shape, buffers: Buffers, dState?: State, oneHot?: OneHot): void;
  /** ∂L/∂x, added to the gradient of the input's buffer. */
  inputGradient(shape: Shape, buffers: Buffers): void;
  store(address: (name: string) => number): void;
  state(shape: Shape, buffers: Buffers): State;
  dState(shape: Shape, buffers: Buffers): State;
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
  /** The multiplications of a product over the sequence, whose rows two threads share. */
  const workOf = ({ T, B }: Shape, perRow: number): number => (B > 4 ? T * B * perRow : 0);
  const put = (m: Matrix, at: number) => write(m, [H], arena.numbers, at);
  const get = (at: number, { B }: Shape) => readOut(arena.numbers, at, [H], B);

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

    load(address) {
      arena.share(4 * (room.wx + room.wh), (call, mine) => {
        const isMine = (gate: (typeof gates)[number]): boolean => {
          const { from, count } = mine(gates.length, 1);
          return from <= gates.indexOf(gate) && gates.indexOf(gate) < from + count;
        };
        xGates.forEach((gate, q) => {
          if (!isMine(gate)) return;
          const from = address(prefix + gate.wx);
          for (const { row, rows, panel } of pieces()) {
            const piece = from + row * H * 4;
            call("pack", piece, rows, H, wx + q * units * Kx * 16 + panel * 64, Kx);
            call("packTransposed", piece, rows, H, wxT + panel * Kxg * 16 + q * units * 64, Kxg);
          }
        });
        hGates.forEach((gate, q) => {
          if (!isMine(gate)) return;
          const from = address(prefix + gate.wh);
          call("pack", from, H, H, wh + q * units * Kh * 16, Kh);
          call("packTransposed", from, H, H, whT + q * units * 64, Khg);
        });
      });
      gates.forEach((gate, q) => {
        arena.kernels.pack(address(prefix + gate.b), 1, H, b + q * units * 16, 1);
      });
    },

    lay({ T, B }, take) {
      const n = units * B * 4;
      g = take(T * gates.length * n);
      if (kind.name !== "lstm") return;
      c = take((T + 2) * n) + 4 * n; // before it stands the state before step 0, or after it that after step T − 1
      tanhC = take(T * n);
      dc = take(n);
    },

    forward(shape, buffers, state, oneHot) {
      const { T, B } = shape;
      const [h, x] = [own(buffers.values(out), shape), buffers.values(input)];
      const [first] = firstAndLast(shape);
      const before = (s: number, step: number) => s + (first - dir) * step;
      const n = units * B * 16;
      arena.clear(before(h.at, h.step), n / 4);
      if (state) put(state[`${prefix}h`], before(h.at, h.step));
      if (kind.name === "lstm") {
        arena.clear(before(c, n), n / 4);
        if (state) put(state[`${prefix}c`], before(c, n));
      }
      const gx = gatesOf(shape, 0, xGates.length);
      if (oneHot) lookUp(oneHot, shape, gx);
      const sequences = [g, gx.step, h.at, h.step, ...(kind.name === "lstm" ? [c, tanhC] : [])];
      arena.share(workOf(shape, room.wh + (oneHot ? 0 : room.wx)), (call, mine) => {
        if (!oneHot) product(call, mine, shape, x, wx, b, gx);
        if (kind.name === "gru") fill(call, mine, shape, b + 3 * units * 16, gatesOf(shape, 3, 1));
        const { from, count } = mine(B, 4);
        call(`${kind.name}Forward`, ...sequences, wh, units, B, T, dir, from, count);
      });
    },

    backward(shape, buffers, dState, oneHot) {
      const { T, B } = shape;
      const [h, dh] = [own(buffers.values(out), shape), own(buffers.gradients(out), shape)];
      const [first, last] = firstAndLast(shape);
      const n = units * B * 16;
      arena.clear(dh.at + (first - dir) * dh.step, n / 4);
      if (dState) addTo(dState[`${prefix}h`], dh.at + last * dh.step, n);
      const gx = gatesOf(shape, 0, xGates.length);
      if (kind.name === "lstm") {
        arena.clear(dc, n / 4);
        if (dState) put(dState[`${prefix}c`], dc);
      }
      const sequences =
        kind.name === "lstm" ? [h.step, c, tanhC, dh.at, dc, whT] : [h.at, h.step, dh.at, whT];
      arena.share(workOf(shape, room.wh), (call, mine) => {
        const { from, count } = mine(B, 4);
        call(`${kind.name}Backward`, g, gx.step, ...sequences, units, B, T, dir, from, count);
      });
      arena.clear(dwx, gradSize);
      if (oneHot) lookUpBack(oneHot, shape, gx);
      const before = { ...h, at: h.at - dir * h.step };
      arena.share(T * B * (room.wh + (oneHot ? 0 : room.wx)), (call, mine) => {
        if (!oneHot) weightGradient(call, mine, shape, buffers.values(input), gx, dwx);
        weightGradient(call, mine, shape, before, gatesOf(shape, hFrom, hGates.length), dwh);
        biasGradient(call, mine, shape, gatesOf(shape, 0, gates.length), db);
      });
    },

    inputGradient(shape, buffers) {
      arena.share(workOf(shape, room.wx), (call, mine) => {
        product(call, mine, shape, gatesOf(shape, 0, xGates.length), wxT, 0, buffers.gradients(input));
      });
    },

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
      const state: State = { [`${prefix}h`]: get(dh.at + (first - dir) * dh.step, shape) };
      if (kind.name === "lstm") state[`${prefix}c`] = get(dc, shape);
      return state;
    },
  };

  function addTo(m: Matrix, at: number, bytes: number): void {
    const [sum, more] = [arena.view(at, bytes / 4), new Float32Array(bytes / 4)];
    write(m, [H], more, 0);
    more.forEach((x, i) => {
      sum[i] += x;
    });
  }

  function lookUp({ index, value }: OneHot, { T, B }: Shape, gx: Sequence): void {
    for (let i = 0; i < T * B; i++) {
      const row = gx.at + Math.floor(i / B) * gx.step + (i % B) * 16;
      arena.kernels.lookUp(wx, Kx, gx.panels, index[i], value[i], b, row, 16 * B);
    }
  }

  function lookUpBack({ index, value }: OneHot, { T, B }: Shape, gx: Sequence): void {
    for (let i = 0; i < T * B; i++) {
      const row = gx.at + Math.floor(i / B) * gx.step + (i % B) * 16;
      if (value[i] !== 0) arena.kernels.lookUpBack(row, 16 * B, gx.panels, index[i], value[i], dwx, Kx);
    }
  }
}
