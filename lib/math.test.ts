import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import * as scalar from "./math";
import { seeded } from "./random";

const functions: Record<string, (...values: number[]) => number> = { ...scalar };
const lib = join(__dirname, "..");
const { cases } = JSON.parse(readFileSync(join(lib, "fixtures", "math.json"), "utf8")) as {
  cases: Record<string, number[][]>;
};

/** The distance to a correctly rounded value, counted in steps from one double to the next. */
function ulps(actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  const words = Float64Array.of(Math.abs(actual), Math.abs(expected));
  const [a, b] = new BigInt64Array(words.buffer);
  return Math.sign(actual) === Math.sign(expected) ? Math.abs(Number(a - b)) : Number.POSITIVE_INFINITY;
}

const furthest: Record<string, number> = { sigmoid: 2, log10: 2, log2: 2 };
for (const [name, values] of Object.entries(cases)) {
  const most = furthest[name] ?? 1;
  test(`${name} is at most ${most} ulp from the true value`, () => {
    for (const row of values) {
      const [args, expected] = [row.slice(0, -1), row[row.length - 1]];
      const actual = functions[name](...args);
      assert.ok(ulps(actual, expected) <= most, `${name}(${args}) = ${actual}, expected ${expected}`);
    }
  });
}

test("the ends of the number line are those of Math", () => {
  const ends = [0, -0, 1, -1, 2, 0.5, -3, 5e-324, 1e308, -1e308, 1 / 0, -1 / 0, Number.NaN];
  for (const name of ["exp", "log", "log1p", "log10", "log2", "tanh"] as const) {
    for (const x of ends) assert.ok(ulps(functions[name](x), Math[name](x)) <= 2, `${name}(${x})`);
  }
  for (const x of [0, -0, 1 / 0, -1 / 0, Number.NaN]) {
    assert.deepEqual([scalar.sin(x), scalar.cos(x)], [Math.sin(x), Math.cos(x)]);
  }
  for (const x of ends) {
    for (const y of ends) assert.ok(ulps(scalar.pow(x, y), x ** y) <= 1, `pow(${x}, ${y})`);
  }
  assert.deepEqual([scalar.sigmoid(-1e6), scalar.sigmoid(0), scalar.sigmoid(1e6)], [0, 0.5, 1]);
});

test("whole powers are exact, also where exp and log would round", () => {
  for (let n = -300; n <= 300; n++) {
    assert.equal(scalar.log10(Number(`1e${n}`)), n);
    assert.equal(scalar.log2(scalar.pow(2, n)), n);
  }
  assert.deepEqual([scalar.pow(3, 20), scalar.pow(-2, 5), scalar.pow(0.1, 1)], [3486784401, -32, 0.1]);
});

test("hypot: no square overflows or vanishes", () => {
  for (const unit of [1, scalar.pow(2, 800), scalar.pow(2, -800), 5e-324]) {
    assert.equal(scalar.hypot(3 * unit, -4 * unit, 12 * unit), 13 * unit);
  }
  assert.deepEqual([scalar.hypot(), scalar.hypot(0, 0), scalar.hypot(1, -1 / 0)], [0, 0, 1 / 0]);
  assert.ok(Number.isNaN(scalar.hypot(1, Number.NaN)));
});

test("the same bits everywhere: the hash of 100,000 results does not depend on the engine", () => {
  const random = seeded(21);
  const results = Float64Array.from({ length: 100_000 }, (_, i) => {
    const names = ["exp", "sigmoid", "tanh", "log1p", "sin", "cos", "log", "log10", "log2"];
    const x = random.normal(0, 8);
    if (i % 10 === 9) return scalar.pow(Math.abs(x), random.uniform(-10, 10));
    return functions[names[i % 10]](i % 10 > 5 || i % 10 === 3 ? Math.abs(x) : x);
  });
  assert.equal(
    createHash("sha256").update(new Uint8Array(results.buffer)).digest("hex"),
    "cc70d0c221512d29b4def30ae1ff87aa7c5bb2e3d8954cde60138df8aa66599e",
  );
});

test("lib takes no function from Math that an engine may round as it likes", () => {
  // What ECMAScript defines exactly; all others are "implementation-approximated".
  const exact =
    "abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2";
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/(^|[\\/])(dist|node_modules)[\\/]|\.d\.ts$|test\.ts$/.test(file),
  );
  assert.ok(files.includes("activations.ts") && files.includes(`cells${sep}rnn.ts`));
  for (const file of files) {
    const code = readFileSync(join(lib, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    const found = [...code.matchAll(/\bMath\.(\w+)|\*\*/g)].filter(
      ([, name]) => !exact.split(" ").includes(name),
    );
    assert.deepEqual(
      found.map(([use]) => use),
      [],
      `${file}: take it from lib/math.ts`,
    );
  }
});
