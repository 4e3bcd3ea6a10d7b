import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import { int64, operation, single } from "./operations";

/** The gates side by side: W [D+H,kH], what reads the inputs above what reads the state; bias [kH]. */
export interface Weights {
  W: Tensor2D;
  bias: Tensor1D;
}

/** A forward pass, and a backward pass on what the forward pass kept. Both start from zero states. */
export interface Recurrence {
  /** x [T,B,D] → hs [T,B,H] */
  forward(tf: TensorFlow, x: Tensor3D, weights: Weights): { hs: Tensor3D; cache: Tensor[] };
  /** dhs [T,B,H] → dx [T,B,D], dW and dbias */
  backward(tf: TensorFlow, cache: Tensor[], dhs: Tensor3D): [Tensor, Tensor, Tensor];
}

/** Runs it so that TensorFlow.js takes the gradients from its backward pass. */
export function run(
  tf: TensorFlow,
  { forward, backward }: Recurrence,
  x: Tensor3D,
  weights: Weights,
): Tensor3D {
  const differentiable = tf.customGrad((...args) => {
    const [x, W, bias, save] = args as unknown as [Tensor3D, Tensor2D, Tensor1D, (tensors: Tensor[]) => void];
    const { hs, cache } = forward(tf, x, { W, bias });
    save(cache);
    return { value: hs, gradFunc: (dhs: Tensor, kept: Tensor[]) => backward(tf, kept, dhs as Tensor3D) };
  });
  return differentiable(x, weights.W, weights.bias) as Tensor3D;
}

/**
 * The whole LSTM in one operation each way, gates in the order i, f, g, o. The equations are those of `lstm`.
 * @see TensorFlow, tensorflow/core/ops/rnn_ops.cc, BlockLSTMV2 and BlockLSTMGradV2
 */
export const lstm: Recurrence = {
  forward(tf, x, { W, bias }) {
    const [T, B] = x.shape;
    const H = bias.size / 4;
    const [zero, none] = [tf.zeros([B, H]), tf.zeros([H])]; // the state before step 0; no peepholes
    const inputs = [int64(tf, T), x, zero, zero, W, none, none, none, bias];
    const options = { cell_clip: { float: 0 }, use_peephole: false };
    const steps = operation(tf, "BlockLSTMV2", inputs, 7, options); // i, c, f, o, g, tanh c, h; each [T,B,H]
    return { hs: steps[6] as Tensor3D, cache: [x, zero, W, none, bias, ...steps] };
  },
  backward(tf, [x, zero, W, none, bias, ...steps], dhs) {
    const inputs = [int64(tf, x.shape[0] as number), x, zero, zero, W, none, none, none, bias, ...steps];
    const dcs = tf.zerosLike(dhs); // no loss reads the cell state
    const all = operation(tf, "BlockLSTMGradV2", [...inputs, dcs, dhs], 8, { use_peephole: false });
    const [dx, , , dW, , , , dbias] = all; // between them: the state before step 0, and the peepholes
    return [dx, dW, dbias];
  },
};

/**
 * The GRU whose reset gate acts before the product, an operation a step: the equations are those of
 * `gruResetBefore`. A tf layer keeps the gates in the order z, r, n; the operation wants r, z together and n.
 * @see TensorFlow, tensorflow/core/ops/rnn_ops.cc, GRUBlockCell and GRUBlockCellGrad
 */
export const gru: Recurrence = {
  forward(tf, x, { W, bias }) {
    const H = bias.size / 3;
    const [Wz, Wr, Wn] = tf.split(W, 3, 1); // [D+H,H]
    const [bz, br, bn] = tf.split(bias, 3);
    const weights = [tf.concat([Wr, Wz], 1), Wn, tf.concat([br, bz]), bn];
    const steps: Tensor[][] = []; // of each step r, z, n, h; each [B,H]
    let h: Tensor = tf.zeros([x.shape[1], H]);
    const before: Tensor[] = [];
    for (const xt of tf.unstack(x)) {
      before.push(h);
      const step = operation(tf, "GRUBlockCell", [xt, h, ...weights], 4);
      steps.push(step);
      h = step[3];
    }
    const hs = tf.stack(steps.map((step) => step[3])) as Tensor3D;
    return {
      hs,
      cache: [x, ...weights, tf.stack(before), ...[0, 1, 2].map((k) => tf.stack(steps.map((s) => s[k])))],
    };
  },
  backward(tf, [x, Wrz, Wn, brz, bn, hPrevs, rs, zs, ns], dhs) {
    const [T, B, H] = dhs.shape;
    const [xt, hPrev, r, z, n, dh] = [x, hPrevs, rs, zs, ns, dhs].map((sequence) => tf.unstack(sequence));
    const dxs: Tensor[] = new Array(T);
    const dans: Tensor[] = new Array(T);
    const darzs: Tensor[] = new Array(T);
    let dhNext: Tensor = tf.zeros([B, H]);
    for (let t = T - 1; t >= 0; t--) {
      const inputs = [xt[t], hPrev[t], Wrz, Wn, brz, bn, r[t], z[t], n[t], tf.add(dh[t], dhNext)];
      [dxs[t], dhNext, dans[t], darzs[t]] = operation(tf, "GRUBlockCellGrad", inputs, 4);
    }
    const flat = (sequence: Tensor): Tensor2D => sequence.reshape([T * B, -1]);
    const [darz, dan] = [flat(tf.stack(darzs)), flat(tf.stack(dans))]; // [TB,2H] and [TB,H]
    const seen = flat(tf.concat([x, hPrevs], 2)); // what r and z read, and what n reads
    const seenByN = flat(tf.concat([x, tf.mul(rs, hPrevs)], 2));
    const [dWr, dWz] = tf.split(tf.matMul(seen, darz, true), 2, 1); // [D+H,TB]·[TB,2H]
    const dWn = tf.matMul(seenByN, dan, true);
    const [dbr, dbz] = tf.split(tf.sum(darz, 0), 2);
    return [tf.stack(dxs), tf.concat([dWz, dWr, dWn], 1), tf.concat([dbz, dbr, tf.sum(dan, 0)])];
  },
};

/** The plain RNN: TensorFlow has no operation for it, so the products that need no state are done for all steps. */
export const simpleRnn: Recurrence = {
  forward(tf, x, { W, bias }) {
    const [T, B, D] = x.shape;
    const H = bias.size;
    const [Wx, Wh] = tf.split(W, [D, H], 0) as [Tensor2D, Tensor2D];
    const fromInputs = tf.add(tf.matMul(tf.reshape(x, [T * B, D]), Wx), bias).reshape([T, B, H]);
    let h: Tensor = tf.zeros([B, H]);
    const hs = [h];
    for (const a of tf.unstack(fromInputs)) {
      h = single(tf, "Tanh", single(tf, "AddV2", a, single(tf, "MatMul", h, Wh)));
      hs.push(h);
    }
    return { hs: tf.stack(hs.slice(1)) as Tensor3D, cache: [x, Wx, tf.transpose(Wh), tf.stack(hs)] };
  },
  backward(tf, [x, Wx, WhT, hs], dhs) {
    const [T, B, H] = dhs.shape;
    const [h, dh] = [tf.unstack(hs), tf.unstack(dhs)]; // h[t + 1] is the state after step t
    const das: Tensor[] = new Array(T);
    let dhNext: Tensor = tf.zeros([B, H]);
    for (let t = T - 1; t >= 0; t--) {
      das[t] = single(tf, "TanhGrad", h[t + 1], single(tf, "AddV2", dh[t], dhNext)); // dh ⊙ (1 − h²)
      dhNext = single(tf, "MatMul", das[t], WhT);
    }
    const da = tf.concat(das, 0) as Tensor2D; // [TB,H]
    const dx = tf.matMul(da, Wx as Tensor2D, false, true).reshape(x.shape);
    const hPrev = tf.slice(hs, [0, 0, 0], [T, B, H]);
    const seen = tf.concat([x, hPrev], 2).reshape([T * B, -1]) as Tensor2D;
    return [dx, tf.matMul(seen, da, true), tf.sum(da, 0)];
  },
};
