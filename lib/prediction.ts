import type { State } from "./cells/cell";
import type { Matrix } from "./matrix";
import type { Params } from "./params";

/** What a model says about a sequence. */
export interface Prediction {
  /** The outputs [B,O]: T of them for the read-out "every", one for "last". */
  ys: Matrix[];
  /** The hidden state after each step, [B,H]. */
  hs: Matrix[];
  /** The state after the last step. */
  state: State;
}

export interface LossAndGrads extends Prediction {
  loss: number;
  /** ∂L/∂p for each parameter p, under its name. */
  grads: Params;
  /** ∂L/∂xₜ for each step, [B,D]. With an embedding, xₜ are the vectors that it looked up. */
  dxs: Matrix[];
  /** ∂L/∂(state before step 0). */
  dState: State;
  /** The total ∂L/∂hₜ for each step, [B,H]. */
  dhTotals: Matrix[];
}
