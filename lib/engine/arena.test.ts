import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as lstm from "../cells/lstm";
import { meanSquaredError } from "../losses";
import { recurrentModel } from "../model";
import { adam } from "../optimizers";
import { randomNormal, seeded } from "../random";
import { newArena } from "./arena";

/** A model after one step of training. */
function trained(hiddenSize: number) {
  const random = seeded(1);
  const sizes = { inputSize: 2, hiddenSize, outputSize: 1 };
  const task = { readout: "last", loss: meanSquaredError, arithmetic: "float32" } as const;
  const model = recurrentModel({ cell: lstm, ...sizes, ...task }, random);
  const batch = {
    xs: Array.from({ length: 50 }, () => randomNormal(32, 2, 1, random)),
    targets: [randomNormal(32, 1, 1, random)],
  };
  adam().step(model.params, model.lossAndGrads(model.params, batch).grads);
  return model;
}

const bytes = (): number => newArena()!.numbers.byteLength;

test("models that are kept lie in one memory: a browser makes some hundred memories only", () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (size: object) => object } };
  randomNormal(2, 2, 1, seeded(1)); // float64 has a memory of its own
  const { Memory } = WebAssembly;
  let made = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(size: object) {
      super(size);
      made++;
    }
  };
  const kept = Array.from({ length: 50 }, () => trained(8));
  WebAssembly.Memory = Memory;
  assert.ok(made <= 1, `${made} memories for ${kept.length} models`);
});

test("what a model took is given back: its parameters may be kept, the rest not with them", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const before = bytes();
  const params = Array.from({ length: 3 }, () => trained(32).params); // some MB each
  const one = (bytes() - before) / 3;
  assert.ok(one > 2e6, `${one} bytes for a model`);
  const used = bytes();
  for (let k = 0; k < 12; k++) {
    for (let tries = 0; tries < 3; tries++) {
      gc();
      await pause(1); // what was collected is told between two turns
    }
    params.push(trained(32).params);
  }
  assert.ok(bytes() - used < 6 * one, `${(bytes() - used) / one} models' memory more after 12 models`);
  const copy = Float64Array.from(params[0].Whi.data);
  assert.deepEqual(params[14].Whi.data, copy, "parameters that are kept stay what they are");
});
