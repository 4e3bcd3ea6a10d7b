import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { inspect } from "node:util";
import { parse } from "mathjs";
import { lineFigure, show, showTex } from "./index";

const scope = globalThis as Record<PropertyKey, unknown>;
const ours = Symbol.for("unrolled.display");

afterEach(() => {
  delete scope[ours];
  delete scope.__tslab__;
});

const figure = lineFigure({
  title: "Two",
  x: { label: "x" },
  y: { label: "y" },
  series: [{ name: "a", values: [1, 2] }],
});

test("a formula goes out as LaTeX, with its source as text", () => {
  const sent: { data: Record<string, unknown> }[] = [];
  scope[ours] = (message: { data: Record<string, unknown> }) => sent.push(message);
  showTex("w^{2}");
  assert.deepEqual(sent[0].data, { "text/latex": "$\\displaystyle w^{2}$", "text/plain": "w^{2}" });
});

test("expressions are set with their indices below, beside LaTeX", () => {
  const sent: { data: Record<string, unknown> }[] = [];
  scope[ours] = (message: { data: Record<string, unknown> }) => sent.push(message);
  showTex("h_3 =", parse("tanh(w * x3 + b)"));
  assert.equal(sent[0].data["text/plain"], "h_3 = \\tanh\\left( w\\cdot x_{3}+b\\right)");
});

test("a plain tslab gets the first, richest form", () => {
  const sent: unknown[][] = [];
  scope.__tslab__ = {
    require: () => ({ newDisplay: () => ({ raw: (...args: unknown[]) => sent.push(args) }) }),
  };
  showTex("w^{2}");
  assert.equal(inspect(show(figure)), "", "nothing more to print for a last value");
  assert.deepEqual(
    sent.map(([mime]) => mime),
    ["text/latex", "application/vnd.plotly.v1+json"],
  );
});
