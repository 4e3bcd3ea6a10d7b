import assert from "node:assert/strict";
import { test } from "node:test";
import * as rnn from "./cells/rnn";
import {
  CheckError,
  check,
  checkClose,
  checkGradientsOf,
  checkKeepsArguments,
  checkShape,
  checkThrows,
  checkTrue,
  hint,
  unaided,
} from "./check";
import { map, matrix, multiply, scale, sum, transpose } from "./matrix";
import { seeded } from "./random";

/** The message of the CheckError that `f` throws. */
function failure(f: () => void): CheckError {
  try {
    f();
  } catch (error) {
    assert.ok(error instanceof CheckError, String(error));
    return error;
  }
  assert.fail("the check passed");
}

const dWhh = matrix([
  [0.12, -0.03],
  [0.4, 0.1],
]);

test("a wrong value is shown with the place, both sides and the author's likely cause", () => {
  const likely = { "the factor 2 of the MSE gradient is missing": scale(dWhh, 0.5) };
  const error = failure(() => checkClose("dWhh", scale(dWhh, 0.5), dWhh, { likely, hint: "look at step 2" }));
  assert.equal(
    error.message,
    [
      "dWhh: 4 of 4 values are wrong, first at row 0, column 0",
      "  expected  [[0.12, -0.03], [0.4, 0.1]]",
      "  got       [[0.06, -0.015], [0.2, 0.05]]",
      "  likely cause: the factor 2 of the MSE gradient is missing",
      "  hint: look at step 2",
    ].join("\n"),
  );
  assert.equal(error.name, "✗ CheckError");
  assert.equal(error.subject, "dWhh");
  assert.equal(error.likelyCause, Object.keys(likely)[0]);
});

test("right values pass, whatever holds them", () => {
  checkClose("number", 0.1 + 0.2, 0.3);
  checkClose("list", new Float64Array([1, 2]), [1, 2]);
  checkClose("rows", [[1], [2]], [[1], [2]]);
  checkClose("matrices", [dWhh, dWhh], [dWhh, dWhh]);
  checkClose("grads", { a: dWhh, b: dWhh }, { a: dWhh });
  checkClose("large", 1e14 + 1, 1e14);
  checkShape("dWhh", dWhh, [2, 2]);
});

test("what the numbers alone tell is diagnosed", () => {
  const m = matrix([
    [1, 2, 3],
    [4, 5, 7],
  ]);
  const square = matrix([
    [1, 2],
    [3, 4],
  ]);
  const cases: [unknown, Parameters<typeof checkClose>[2], RegExp][] = [
    [scale(m, -1), m, /sign is flipped/],
    [scale(m, 2 / 3), m, /yours is 0\.6667 × the expected everywhere/],
    [0.25, 0.5, /yours is 0\.5 × the expected value/],
    [map(m, (x) => x + 0.1), m, /yours is the expected \+ 0\.1 everywhere/],
    [scale(m, 0), m, /everything is 0/],
    [transpose(square), square, /rows and columns are swapped: the right values, transposed/],
    [transpose(m), m, /wrong shape.*expected {2}a matrix \[2,3\].*got {7}a matrix \[3,2\].*swapped/s],
    [matrix([[1, 2, 3, 4, 5, 7]]), m, /wrong shape.*the right values in another shape/s],
    [[square, scale(square, 5)], [scale(square, 5), square], /the right values in reverse order/],
    [[2, 9, 1], [1, 2, 9], /right numbers in another order/],
    [[0.333, 1], [1 / 3, 1], /nearly right, but not within 0\.000001/],
    [[0.3, Number.NaN], [0.3, 1], /first at index 1\n.*NaN comes from 0\/0/s],
    [[0.3, Number.POSITIVE_INFINITY], [0.3, 1], /division by 0/],
    [undefined, m, /nothing came back\n {2}expected {2}a matrix \[2,3\].*a `return` is missing/s],
    ["0.5", 0.5, /got {7}the text "0.5"\n.*without them/s],
    [() => 1, 1, /call it, with \(\)/],
    [Promise.resolve(1), 1, /`await`/],
    [matrix([[0.5]]), 0.5, /wrong shape.*expected {2}a number.*got {7}a matrix \[1,1\]/s],
    [
      [
        [1, 2],
        [3, 4],
      ],
      square,
      /right values in another form\n {2}expected {2}a matrix \[2,2\]\n {2}got {7}an array of rows \[2,2\]/,
    ],
    [{ Wxh: m }, { Wxh: m, bh: m }, /grads: bh is missing\n {2}expected {2}an object with Wxh, bh/],
    [{ Wxh: scale(m, 2) }, { Wxh: m }, /grads\.Wxh: 6 of 6.*yours is 2 ×/s],
  ];
  for (const [actual, expected, message] of cases) {
    assert.match(failure(() => checkClose("grads", actual, expected)).message, message);
  }
});

test("a difference far behind the point is printed with enough digits", () => {
  const { message } = failure(() => checkClose("h", 0.5000012, 0.5));
  assert.match(message, /expected {2}0\.5\n {2}got {7}0\.5000012\n/);
});

test("of many numbers only the first wrong one is shown", () => {
  const long = Array.from({ length: 40 }, (_, i) => i);
  const { message } = failure(() =>
    checkClose(
      "xs",
      long.map((x) => (x === 7 ? 70 : x)),
      long,
    ),
  );
  assert.match(
    message,
    /1 of 40 values are wrong, first at index 7\n {2}expected {2}7 {3}in \[40\]\n {2}got {7}70/,
  );
});

test("a likely value of another shape, and likely values in a record, are recognised", () => {
  const kept = { "only the last step is kept": [3] };
  assert.match(
    failure(() => checkClose("hs", [3], [1, 2, 3], { likely: kept })).message,
    /only the last step/,
  );
  const likely = { "dhNext is dropped": { bh: dWhh } };
  assert.match(
    failure(() => checkClose("grads", { bh: dWhh }, { bh: scale(dWhh, 3) }, { likely })).message,
    /dhNext is dropped/,
  );
});

test("conditions, refusals and arguments left alone", () => {
  checkTrue("sorted", true, "");
  assert.match(
    failure(() => checkTrue("sorted", false, "sort first")).message,
    /does not hold\n {2}hint: sort/,
  );
  const refuses = (f: () => unknown) => checkThrows("scaler", f, "compare part.role");
  refuses(() => {
    throw new Error("not the train part");
  });
  assert.match(failure(() => refuses(() => 3)).message, /accepts what it should refuse.*got {7}a number/s);
  assert.match(failure(() => refuses(() => (undefined as never as []).length)).message, /crashes where/);
  assert.throws(
    () =>
      refuses(() => {
        throw new Error("Exercise not done yet: write your code here");
      }),
    /not done yet/,
  );
  assert.equal(checkKeepsArguments("sum", sum, dWhh), sum(dWhh));
  const writes = (m: typeof dWhh) => {
    m.data[0] = 5;
  };
  assert.match(
    failure(() =>
      checkKeepsArguments(
        "f",
        writes,
        map(dWhh, (x) => x),
      ),
    ).message,
    /argument 1/,
  );
});

test("gradients are checked against differences, parameter by parameter", () => {
  const params = { a: dWhh, b: matrix([[2]]) };
  const loss = (p: Record<string, typeof dWhh>) => sum(multiply(p.a, p.a)) * p.b.data[0];
  const grads = { a: scale(dWhh, 4), b: matrix([[sum(multiply(dWhh, dWhh))]]) };
  checkGradientsOf("grads", loss, params, grads);
  const { message } = failure(() => checkGradientsOf("grads", loss, params, { ...grads, a: scale(dWhh, 2) }));
  assert.match(message, /grads\.a: 4 of 4 values.*yours is 0\.5 × the expected everywhere/s);
  assert.match(
    failure(() => checkGradientsOf("grads", loss, params, { a: grads.a })).message,
    /b is missing/,
  );
});

test("reveal: false keeps the answer of a paper exercise out of the message", () => {
  const likely = { "the bias is missing": [0.1, 0.2] };
  for (const wrong of [[0.1, 0.2], [0.1], 0.5, undefined]) {
    const { message } = failure(() => checkClose("h", wrong, [0.3, 0.7], { likely, reveal: false }));
    assert.doesNotMatch(message, /0\.3|0\.7/);
  }
  const { likelyCause } = failure(() => checkClose("h", [0.1, 0.2], [0.3, 0.7], { likely, reveal: false }));
  assert.equal(likelyCause, "the bias is missing");
});

test("a cause is named only where the numbers tell it", () => {
  const cases: [unknown, Parameters<typeof checkClose>[2], RegExp | undefined][] = [
    [[1, 2], [1, 2, 3, 4, 5], undefined], // a beginning is no other shape
    [[1.0001, 2.0002, 3.0003], [1, 2, 3], /nearly right/], // not "1 × the expected"
    [0, 0.5, undefined], // a single 0 may be what was computed
    [[0, 0], [1, 2], /everything is 0: was/],
    [[1.7, 2.7], [1, 2], undefined], // two numbers may be off by the same by chance
    [[1.7, 2.7, 5.7], [1, 2, 5], /the expected \+ 0\.7 everywhere/],
  ];
  for (const [actual, expected, cause] of cases) {
    const { likelyCause } = failure(() => checkClose("y", actual, expected));
    if (cause) assert.match(String(likelyCause), cause);
    else assert.equal(likelyCause, undefined);
  }
});

test("an argument that was moved and put back has not changed; one that stays moved has", () => {
  const move = (params: number[], back: number) => {
    params[0] += 1e-5;
    params[0] -= 2e-5;
    params[0] += back;
  };
  checkKeepsArguments("f", move, [0.1, 0.2], 1e-5);
  const { message } = failure(() => checkKeepsArguments("f", move, [0.1, 0.2], 0));
  assert.match(message, /f: changes its argument 1\n.*written into the list that came in/);
  const drop = (record: Record<string, number>) => Reflect.deleteProperty(record, "b");
  assert.match(failure(() => checkKeepsArguments("f", drop, { a: 1, b: 1 })).message, /the object that/);
});

test("check and hint in a notebook print what the commands print", async () => {
  const printed: string[] = [];
  const { log } = console;
  console.log = (text: string) => void printed.push(text);
  const before = process.env.JPY_SESSION_NAME;
  try {
    Reflect.deleteProperty(process.env, "JPY_SESSION_NAME");
    assert.throws(() => check(), /which lesson\? Say its number, as in check\("04"\)/);
    await check("nonsense");
    process.env.UNROLLED_CHECKING = "1"; // inside a check they do nothing
    await check("00");
    await hint("00.1");
  } finally {
    console.log = log;
    if (before) process.env.JPY_SESSION_NAME = before;
    Reflect.deleteProperty(process.env, "UNROLLED_CHECKING");
  }
  assert.equal(printed.length, 1);
  assert.match(printed[0], /"nonsense": no such lesson|not built/);
});

test("what an exercise asks to write is refused, and works again afterwards", () => {
  const params = rnn.init({ inputSize: 1, hiddenSize: 1 }, seeded(1));
  const helper = () => rnn.forward(params, [matrix([[1]])]);
  function forward() {
    return helper();
  }
  const { message } = failure(() => unaided(forward, ["rnn.forward"])());
  assert.match(message, /forward: calls the library's rnn\.forward\n.*asks you to write/);
  assert.equal(forward().hs.length, 1);

  const clipByNorm = (x: number) => x;
  const clip = (x: number) => clipByNorm(x);
  assert.match(failure(() => unaided(clip, ["clipByNorm"])(1)).message, /calls the library's clipByNorm/);
  // clipByNorm in a comment
  const own = (x: number) => /* as clipByNorm does */ x;
  assert.equal(unaided(own, ["clipByNorm"])(1), 1);
});
