import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { TensorFlow } from "./native";
import { int64, operation } from "./operations";

/** A tf layer's weights, the gates side by side: kernel [D,kH], recurrentKernel [H,kH], bias [kH]. */
export interface Weights {
  kernel: Tensor2D;
  recurrentKernel: Tensor2D;
  bias: Tensor1D;
}

/** A forward pass, and a backward pass on what the forward pass kept. Both start from zero states. */
export interface Recurrence {
  /** x [T,B,D] → hs [T,B,H] */
  forward(tf: TensorFlow, x: Tensor3D, weights: Weights): { hs: Tensor3D; cache: Tensor[] };
  /** dhs [T,B,H] → dx [T,B,D], then the gradients of kernel, recurrentKernel and bias. */
  backward(tf: TensorFlow, cache: Tensor[], dhs: Tensor3D): [Tensor, Tensor, Tensor, Tensor];
}

/** Runs it so that TensorFlow.js takes the gradients from its backward pass. */
export function run(tf: TensorFlow, { forward, backward }: Recurrence, x: Tensor3D, w: Weights): Tensor3D {
  const differentiable = tf.customGrad((...args) => {
    const [x, kernel, recurrentKernel, bias, save] = args as unknown as [
      Tensor3D,
      Tensor2D,
      Tensor2D,
      Tensor1D,
      (tensors: Tensor[]) => void,
    ];
    const { hs, cache } = forward(tf, x, { kernel, recurrentKernel, bias });
    save(cache);
    return { value: hs, gradFunc: (dhs: Tensor, kept: Tensor[]) => backward(tf, kept, dhs as Tensor3D) };
  });
  return differentiable(x, w.kernel, w.recurrentKernel, w.bias) as Tensor3D;
}

/**
 * The whole LSTM in one operation each way, gates in the order i, f, g, o. The equations are those of `lstm`.
 * @see TensorFlow, tensorflow/core/ops/rnn_ops.cc, BlockLSTMV2 and BlockLSTMGradV2
 */
export const lstm: Recurrence = {
  forward(tf, x, { kernel, recurrentKernel, bias }) {
    const [T, B] = x.shape;
    const H = recurrentKernel.shape[0];
    const W = tf.concat([kernel, recurrentKernel], 0); // [D+H,4H]
    const [zero, none] = [tf.zeros([B, H]), tf.zeros([H])]; // the state before step 0; no peepholes
    const inputs = [int64(tf, T), x, zero, zero, W, none, none, none, bias];
    const options = { cell_clip: { float: 0 }, use_peephole: false };
    const steps = operation(tf, "BlockLSTMV2", inputs, 7, options); // i, c, f, o, g, tanh c, h; each [T,B,H]
    return { hs: steps[6] as Tensor3D, cache: [x, zero, W, none, bias, ...steps] };
  },
  backward(tf, [x, zero, W, none, bias, ...steps], dhs) {
    const [T, , D] = x.shape;
    const inputs = [int64(tf, T as number), x, zero, zero, W, none, none, none, bias, ...steps];
    const dcs = tf.zerosLike(dhs); // no loss reads the cell state
    const all = operation(tf, "BlockLSTMGradV2", [...inputs, dcs, dhs], 8, { use_peephole: false });
    const [dx, , , dW, , , , db] = all; // between them: the state before step 0, and the peepholes
    return [dx, ...(tf.split(dW, [D as number, dhs.shape[2]], 0) as [Tensor, Tensor]), db];
  },
};

/**
 * The GRU whose reset gate acts before the product, an operation a step: the equations are those of
 * `gruResetBefore`. A tf layer keeps the gates in the order z, r, n; the operation wants r, z together and n.
 * @see TensorFlow, tensorflow/core/ops/rnn_ops.cc, GRUBlockCell and GRUBlockCellGrad
 */
export const gru: Recurrence = {
  forward(tf, x, { kernel, recurrentKernel, bias }) {
    const H = recurrentKernel.shape[0];
    const [Wz, Wr, Wn] = tf.split(tf.concat([kernel, recurrentKernel], 0), 3, 1); // [D+H,H]
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
    const [T, B, D] = x.shape as [number, number, number];
    const H = dhs.shape[2];
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
    const [dkernel, drecurrent] = tf.split(tf.concat([dWz, dWr, dWn], 1), [D, H], 0);
    return [tf.stack(dxs), dkernel, drecurrent, tf.concat([dbz, dbr, tf.sum(dan, 0)])];
  },
};

/** The plain RNN: TensorFlow has no operation for it, so the products that need no state are done for all steps. */
export const simpleRnn: Recurrence = {
  forward(tf, x, { kernel, recurrentKernel, bias }) {
    const [T, B, D] = x.shape;
    const H = recurrentKernel.shape[0];
    const fromInputs = tf.add(tf.matMul(tf.reshape(x, [T * B, D]), kernel), bias).reshape([T, B, H]);
    let h: Tensor = tf.zeros([B, H]);
    const hs = [h];
    for (const a of tf.unstack(fromInputs)) {
      h = tf.tanh(tf.add(a, tf.matMul(h as Tensor2D, recurrentKernel)));
      hs.push(h);
    }
    return { hs: tf.stack(hs.slice(1)) as Tensor3D, cache: [x, kernel, recurrentKernel, tf.stack(hs)] };
  },
  backward(tf, [x, kernel, recurrentKernel, hs], dhs) {
    const [T, B, D] = x.shape as [number, number, number];
    const H = dhs.shape[2];
    const [h, dh] = [tf.unstack(hs), tf.unstack(dhs)]; // h[t + 1] is the state after step t
    const das: Tensor2D[] = new Array(T);
    let dhNext: Tensor = tf.zeros([B, H]);
    for (let t = T - 1; t >= 0; t--) {
      [das[t]] = operation(tf, "TanhGrad", [h[t + 1], tf.add(dh[t], dhNext)], 1) as Tensor2D[]; // dh ⊙ (1 − h²)
      dhNext = tf.matMul(das[t], recurrentKernel as Tensor2D, false, true);
    }
    const da = tf.concat(das, 0); // [TB,H]
    const hPrev = tf.slice(hs, [0, 0, 0], [T, B, H]).reshape([T * B, H]) as Tensor2D;
    const dx = tf.matMul(da, kernel as Tensor2D, false, true).reshape([T, B, D]);
    const dkernel = tf.matMul(tf.reshape(x, [T * B, D]) as Tensor2D, da, true);
    return [dx, dkernel, tf.matMul(hPrev, da, true), tf.sum(da, 0)];
  },
};
