// The softmax cross-entropy of a sequence of logits in panels.

import { exp4 } from "./math";

/**
 * Each row of dy = (softmax(y) − one-hot(class)) · weight. `labels`: a class for each row (i32), `weights`: what the
 * row weighs in the mean; `sums`: per row the largest logit, Σ exp(y − largest) and the class's own logit, from which
 * the caller makes the loss.
 */
export function softmaxRows(y: usize, step: usize, dy: usize, cols: i32, B: i32, T: i32, labels: usize, weights: usize, sums: usize): void {
  const panel = <usize>B << 4;
  const panels = (cols + 3) >> 2;
  const rest = cols & 3;
  // Lanes beyond the last column are taken as −∞.
  const lanes = i32x4(0, 1, 2, 3);
  const outside = rest ? i32x4.ge_s(lanes, i32x4.splat(rest)) : i32x4.splat(0);
  const none = f32x4.splat(-Infinity);
  const last = <usize>(panels - 1) * panel;
  for (let i = 0; i < T * B; i++) {
    const at = <usize>(i / B) * step + (<usize>(i % B) << 4);
    const from = y + at;
    const to = dy + at;
    const end = v128.bitselect(none, v128.load(from + last), outside);
    let most = end;
    for (let p: usize = 0; p < last; p += panel) most = f32x4.pmax(most, v128.load(from + p));
    const m = max(max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
    const largest = f32x4.splat(m);
    let total = f32x4.splat(0);
    for (let p: usize = 0; p < last; p += panel) {
      const e = exp4(f32x4.sub(v128.load(from + p), largest));
      v128.store(to + p, e);
      total = f32x4.add(total, e);
    }
    const e = v128.andnot(exp4(f32x4.sub(end, largest)), outside);
    v128.store(to + last, e);
    total = f32x4.add(total, e);
    const sum = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3);
    const weight = load<f32>(weights + (<usize>i << 2));
    const factor = f32x4.splat(weight / sum);
    for (let p: usize = 0; p <= last; p += panel) v128.store(to + p, f32x4.mul(v128.load(to + p), factor));
    const label = load<i32>(labels + (<usize>i << 2));
    const place = <usize>(label >> 2) * panel + (<usize>(label & 3) << 2);
    store<f32>(to + place, load<f32>(to + place) - weight);
    store<f32>(sums, m);
    store<f32>(sums, sum, 4);
    store<f32>(sums, load<f32>(from + place), 8);
    sums += 12;
  }
}
