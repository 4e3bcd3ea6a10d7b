import assert from "node:assert/strict";
import { test } from "node:test";
import * as gru from "../cells/gru";
import { meanSquaredError } from "../losses";
import { maxAbs, subtract } from "../matrix";
import { recurrentModel } from "../model";
import { randomNormal, seeded } from "../random";
import { loadRelaxed } from "./load";

const path = require.resolve("./relaxed");

test("relaxed arithmetic is loaded when it is asked for, and agrees with the strict one within float32", () => {
  const run = (arithmetic: "float32" | "float32-relaxed") => {
    const random = seeded(1);
    const sizes = { inputSize: 5, hiddenSize: 19, outputSize: 2 };
    const task = { readout: "last", loss: meanSquaredError, arithmetic } as const;
    const { params, lossAndGrads } = recurrentModel({ cell: gru, ...sizes, ...task }, random);
    const xs = Array.from({ length: 9 }, () => randomNormal(7, 5, 1, random));
    const { grads, ys } = lossAndGrads(params, { xs, targets: [randomNormal(7, 2, 1, random)] });
    return { y: ys[0], ...grads };
  };
  const strict = run("float32");
  assert.ok(!(path in require.cache), "nobody has asked for it yet");
  const relaxed = run("float32-relaxed");
  assert.ok(path in require.cache);
  for (const [name, m] of Object.entries(strict)) {
    const error = maxAbs(subtract(relaxed[name as "y"], m));
    assert.ok(error <= 3e-6 * (1 + maxAbs(m)), `${name}: ${error} apart`);
  }
});

test("where there is no relaxed SIMD, an error names what runs everywhere", () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    assert.throws(() => loadRelaxed(undefined), /"float32-relaxed": there is no relaxed.*use "float32"/);
  } finally {
    WebAssembly.validate = validate;
  }
});
