import type { Arena } from "./arena";
import { panelsFor, panelsOf } from "./panels";
import { shareHalves } from "./passes";
import { biasGradient, moved, product, type Sequence, type Shape, weightGradient } from "./products";
import type { Segments } from "./structure";

/** The dense read-out: y = h·Why + by. */
export function engineReadOut(arena: Arena, segments: Segments, outputSize: number) {
  const [inner, panels] = [4 * panelsOf(segments), panelsFor(outputSize)];
  const K = 4 * panels;
  const [w, wT, b, dw, db] = [inner * K, inner * K, K, inner * K, K].map((n) => arena.take(n));

  /** The rows of Why that belong to a segment go to the panel where it begins. */
  function eachPiece(f: (row: number, rows: number, panel: number) => void): void {
    let [row, panel] = [0, 0];
    for (const rows of segments) {
      f(row, rows, panel);
      row += rows;
      panel += panelsFor(rows);
    }
  }

  return {
    panels,

    load(address: (name: string) => number): void {
      const { pack, packTransposed } = arena.kernels;
      eachPiece((row, rows, panel) => {
        const from = address("Why") + row * outputSize * 4;
        pack(from, rows, outputSize, w + panel * 64, inner);
        packTransposed(from, rows, outputSize, wT + panel * K * 16, K);
      });
      pack(address("by"), 1, outputSize, b, 1);
    },

    forward(shape: Shape, h: Sequence, y: Sequence): void {
      shareHalves(arena, shape, inner * K, (call, apart) => {
        product(call, shape, moved(h, apart), w, b, moved(y, apart));
      });
    },

    /** Adds to dh. */
    backward(shape: Shape, h: Sequence, dy: Sequence, dh: Sequence): void {
      arena.clear(dw, inner * K);
      arena.clear(db, K);
      arena.share(shape.T * shape.B * shape.halves * inner * K, (call, mine) => {
        weightGradient(call, mine, shape, h, dy, dw);
        biasGradient(call, mine, shape, dy, db);
      });
      shareHalves(arena, shape, inner * K, (call, apart) => {
        product(call, shape, moved(dy, apart), wT, 0, moved(dh, apart));
      });
    },

    store(address: (name: string) => number): void {
      const { unpack } = arena.kernels;
      eachPiece((row, rows, panel) => {
        unpack(dw + panel * 64, inner, rows, outputSize, address("Why") + row * outputSize * 4);
      });
      unpack(db, 1, 1, outputSize, address("by"));
    },
  };
}
