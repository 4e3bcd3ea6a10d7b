import { body, type Hostile } from "./hostile";

const saying = (text: string): string => body(`throw new Error(${JSON.stringify(text)});`);

/** Wants to act where its feedback is read. */
export const injections: Hostile[] = [
  {
    name: "a script",
    answer: saying('</pre><script>alert("1")</script><img src=x onerror=alert(1)>'),
    status: "fail",
    says: /<script>/,
  },
  {
    name: "a terminal's colours",
    answer: saying("\u001b[2J\u001b]0;owned\u0007\u001b[31mred"),
    status: "fail",
    hides: /[^\n\P{Cc}]/u,
  },
  {
    name: "text that turns round",
    answer: saying("\u202Eeerht ni eno\u202C"),
    status: "fail",
    hides: /[\u202E\u202C]/,
  },
  { name: '=HYPERLINK("http:evil","grade")', answer: saying("=1+1"), status: "fail" },
  { name: "a long message", answer: body('throw new Error("long ".repeat(1e6));'), status: "fail" },
  { name: "markup in its name <b>&amp;", answer: body("return 0;"), status: "fail" },
];

/** Files that are no notebooks. */
export const files: Hostile[] = [
  { name: "an empty file", text: "", status: "not-run", others: "not-run" },
  {
    name: "half a notebook",
    text: '{"cells": [{"cell_type": "code", "sou',
    status: "not-run",
    others: "not-run",
  },
  { name: "a list", text: "[]", status: "not-run", others: "not-run" },
  { name: "bytes", text: "\u0000\u0001\ufffd\u0000", status: "not-run", others: "not-run" },
  {
    name: "cells that are none",
    text: '{"cells": [1, null, {"source": {}}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    status: "not-run",
    others: "not-run",
  },
  { name: "very deep", text: `${"[".repeat(1e5)}${"]".repeat(1e5)}`, status: "not-run", others: "not-run" },
  {
    name: "very large",
    text: `{"cells": [], "x": "${"x".repeat(21 * 2 ** 20)}"}`,
    status: "not-run",
    others: "not-run",
    says: /larger than 20 MB/,
  },
];
