// The cells over a whole sequence. `h` is step 0's hidden state, step t's is h + t·hT; before the first step stands
// the initial state. With dir = −1 the sequence is read from its end. All are [panels][B][4]; B rows are 16·B bytes.
// The gates' buffer `g` comes in with the input's part of each gate, keeps the gates, and goes out with their
// gradients. Forward, `from` is the first step to multiply by: 1 where the initial state is 0; backward, the gradient
// of the initial state lacks its part through the gates: see dState in ../layer.ts.

import { sigmoid4, tanh4 } from "./math";
import { product32 } from "./product32";

// Four vectors side by side share the constants, and none waits for another.

function sigmoids(x: usize, n: usize): void {
  const end = x + n;
  for (const last = end - (n & 63); x < last; x += 64) {
    const y0 = sigmoid4(v128.load(x)), y1 = sigmoid4(v128.load(x, 16));
    const y2 = sigmoid4(v128.load(x, 32)), y3 = sigmoid4(v128.load(x, 48));
    v128.store(x, y0);
    v128.store(x, y1, 16);
    v128.store(x, y2, 32);
    v128.store(x, y3, 48);
  }
  for (; x < end; x += 16) v128.store(x, sigmoid4(v128.load(x)));
}

function tanhs(x: usize, out: usize, n: usize): void {
  const end = x + n;
  for (const last = end - (n & 63); x < last; x += 64) {
    const y0 = tanh4(v128.load(x)), y1 = tanh4(v128.load(x, 16));
    const y2 = tanh4(v128.load(x, 32)), y3 = tanh4(v128.load(x, 48));
    v128.store(out, y0);
    v128.store(out, y1, 16);
    v128.store(out, y2, 32);
    v128.store(out, y3, 48);
    out += 64;
  }
  for (; x < end; x += 16) {
    v128.store(out, tanh4(v128.load(x)));
    out += 16;
  }
}

export function rnnForward(
  g: usize, gT: usize, h: usize, hT: usize, wh: usize,
  panels: i32, B: i32, T: i32, dir: i32, from: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  for (let s = 0; s < T; s++) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    if (s >= from) product32(ht - <usize>dir * hT, 16, panel, wh, panels << 2, panels, 0, gt, 16, panel, B);
    tanhs(gt, ht, n);
  }
}

/** dh: gradients of h by step, as h lies; they come in from the outputs alone and go out as totals. */
export function rnnBackward(
  g: usize, gT: usize, h: usize, hT: usize, dh: usize, whT: usize,
  panels: i32, B: i32, T: i32, dir: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const one = f32x4.splat(1);
  for (let s = T - 1; s >= 0; s--) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    const dt = dh + <usize>t * hT;
    for (let i: usize = 0; i < n; i += 16) {
      const y = v128.load(ht + i);
      v128.store(gt + i, f32x4.mul(v128.load(dt + i), f32x4.sub(one, f32x4.mul(y, y))));
    }
    if (s > 0) product32(gt, 16, panel, whT, panels << 2, panels, 0, dt - <usize>dir * hT, 16, panel, B);
  }
}

/** As rnn, with relu in place of tanh; NaN stays NaN. */
export function irnnForward(
  g: usize, gT: usize, h: usize, hT: usize, wh: usize,
  panels: i32, B: i32, T: i32, dir: i32, from: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const zero = f32x4.splat(0);
  for (let s = 0; s < T; s++) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    if (s >= from) product32(ht - <usize>dir * hT, 16, panel, wh, panels << 2, panels, 0, gt, 16, panel, B);
    for (let i: usize = 0; i < n; i += 16) v128.store(ht + i, f32x4.max(zero, v128.load(gt + i)));
  }
}

export function irnnBackward(
  g: usize, gT: usize, h: usize, hT: usize, dh: usize, whT: usize,
  panels: i32, B: i32, T: i32, dir: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const zero = f32x4.splat(0);
  for (let s = T - 1; s >= 0; s--) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    const dt = dh + <usize>t * hT;
    for (let i: usize = 0; i < n; i += 16) {
      v128.store(gt + i, v128.and(f32x4.gt(v128.load(ht + i), zero), v128.load(dt + i)));
    }
    if (s > 0) product32(gt, 16, panel, whT, panels << 2, panels, 0, dt - <usize>dir * hT, 16, panel, B);
  }
}

/** Gates i, f, o, g; c as h with a step of one [panels][B][4]; tanhC likewise, from step 0 on. */
export function lstmForward(
  g: usize, gT: usize, h: usize, hT: usize, c: usize, tanhC: usize, wh: usize,
  panels: i32, B: i32, T: i32, dir: i32, from: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  for (let s = 0; s < T; s++) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    const ct = c + <usize>t * n;
    const tt = tanhC + <usize>t * n;
    const before = ct - <usize>dir * n;
    if (s >= from) product32(ht - <usize>dir * hT, 16, panel, wh, panels << 2, panels << 2, 0, gt, 16, panel, B);
    sigmoids(gt, 3 * n);
    for (let p: usize = 0; p < n; p += panel) {
      tanhs(gt + 3 * n + p, gt + 3 * n + p, panel);
      for (let i = p; i < p + panel; i += 16) {
        const kept = f32x4.mul(v128.load(gt + n + i), v128.load(before + i));
        v128.store(ct + i, f32x4.add(kept, f32x4.mul(v128.load(gt + i), v128.load(gt + 3 * n + i))));
      }
      tanhs(ct + p, tt + p, panel);
      for (let i = p; i < p + panel; i += 16) {
        v128.store(ht + i, f32x4.mul(v128.load(gt + 2 * n + i), v128.load(tt + i)));
      }
    }
  }
}

/** dc: the gradient of the cell state, from beyond the last step to before the first. */
export function lstmBackward(
  g: usize, gT: usize, hT: usize, c: usize, tanhC: usize, dh: usize, dc: usize, whT: usize,
  panels: i32, B: i32, T: i32, dir: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const one = f32x4.splat(1);
  for (let s = T - 1; s >= 0; s--) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const before = c + <usize>t * n - <usize>dir * n;
    const tt = tanhC + <usize>t * n;
    const dt = dh + <usize>t * hT;
    for (let k: usize = 0; k < n; k += 16) {
      const i = v128.load(gt + k);
      const f = v128.load(gt + n + k);
      const o = v128.load(gt + 2 * n + k);
      const u = v128.load(gt + 3 * n + k);
      const y = v128.load(tt + k);
      const d = v128.load(dt + k);
      const through = f32x4.mul(f32x4.mul(d, o), f32x4.sub(one, f32x4.mul(y, y)));
      const dcAll = f32x4.add(through, v128.load(dc + k));
      v128.store(gt + 2 * n + k, f32x4.mul(f32x4.mul(d, y), f32x4.mul(o, f32x4.sub(one, o))));
      v128.store(gt + 3 * n + k, f32x4.mul(f32x4.mul(dcAll, i), f32x4.sub(one, f32x4.mul(u, u))));
      v128.store(gt + n + k, f32x4.mul(f32x4.mul(dcAll, v128.load(before + k)), f32x4.mul(f, f32x4.sub(one, f))));
      v128.store(gt + k, f32x4.mul(f32x4.mul(dcAll, u), f32x4.mul(i, f32x4.sub(one, i))));
      v128.store(dc + k, f32x4.mul(dcAll, f));
    }
    if (s > 0) product32(gt, 16, panel, whT, panels << 4, panels, 0, dt - <usize>dir * hT, 16, panel, B);
  }
}

/** Gates n, r, z and the past hₜ₋₁·Whn + bhn, which comes in as bhn. */
export function gruForward(
  g: usize, gT: usize, h: usize, hT: usize, wh: usize,
  panels: i32, B: i32, T: i32, dir: i32, from: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const one = f32x4.splat(1);
  for (let s = 0; s < T; s++) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const ht = h + <usize>t * hT;
    const before = ht - <usize>dir * hT;
    if (s >= from) product32(before, 16, panel, wh, panels << 2, 3 * panels, 0, gt + n, 16, panel, B);
    sigmoids(gt + n, 2 * n);
    for (let p: usize = 0; p < n; p += panel) {
      for (let i = p; i < p + panel; i += 16) {
        v128.store(gt + i, f32x4.add(v128.load(gt + i), f32x4.mul(v128.load(gt + n + i), v128.load(gt + 3 * n + i))));
      }
      tanhs(gt + p, gt + p, panel);
      for (let i = p; i < p + panel; i += 16) {
        const z = v128.load(gt + 2 * n + i);
        const fresh = f32x4.mul(f32x4.sub(one, z), v128.load(gt + i));
        v128.store(ht + i, f32x4.add(fresh, f32x4.mul(z, v128.load(before + i))));
      }
    }
  }
}

export function gruBackward(
  g: usize, gT: usize, h: usize, hT: usize, dh: usize, whT: usize,
  panels: i32, B: i32, T: i32, dir: i32,
): void {
  const panel = <usize>B << 4;
  const n = <usize>panels * panel;
  const one = f32x4.splat(1);
  for (let s = T - 1; s >= 0; s--) {
    const t = dir < 0 ? T - 1 - s : s;
    const gt = g + <usize>t * gT;
    const before = h + <usize>t * hT - <usize>dir * hT;
    const dt = dh + <usize>t * hT;
    const dBefore = dt - <usize>dir * hT;
    for (let k: usize = 0; k < n; k += 16) {
      const fresh = v128.load(gt + k);
      const r = v128.load(gt + n + k);
      const z = v128.load(gt + 2 * n + k);
      const d = v128.load(dt + k);
      const dan = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(fresh, fresh)));
      const dar = f32x4.mul(f32x4.mul(dan, v128.load(gt + 3 * n + k)), f32x4.mul(r, f32x4.sub(one, r)));
      v128.store(gt + k, dan);
      v128.store(gt + n + k, dar);
      const turned = f32x4.mul(d, f32x4.sub(v128.load(before + k), fresh));
      v128.store(gt + 2 * n + k, f32x4.mul(turned, f32x4.mul(z, f32x4.sub(one, z))));
      v128.store(gt + 3 * n + k, f32x4.mul(dan, r));
      v128.store(dBefore + k, f32x4.add(v128.load(dBefore + k), f32x4.mul(d, z)));
    }
    if (s > 0) product32(gt + n, 16, panel, whT, 12 * panels, panels, 0, dBefore, 16, panel, B);
  }
}
