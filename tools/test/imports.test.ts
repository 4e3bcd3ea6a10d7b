import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";
import ts from "@tslab/typescript-for-tslab";

const root = resolve(__dirname, "../../..");
const isSource = (name: string): boolean =>
  /\.[jt]s$/.test(name) && !/\.d\.ts$|^dist\b|node_modules/.test(name);
const files = ["lib", "tools"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(isSource)
    .map((name) => join(root, folder, name)),
);

/** What each file imports, types too: the packages by name, the project's own files by path. */
const graph = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  return importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    const path = resolve(dirname(file), fileName);
    return [path, `${path}.ts`, path.replace(/\.js$/, ".ts")].find((name) => files.includes(name)) ?? path;
  });
}

function circles(edges: ReadonlyMap<string, Iterable<string>>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) found.push([...trail.slice(at), node].join(" → "));
    if (at >= 0 || done.has(node)) return;
    for (const next of edges.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
  return found;
}

const short = (path: string): string => relative(root, path).replaceAll(sep, "/");

test("no file imports itself by way of others, and no part of tools does", () => {
  assert.deepEqual(
    circles(
      new Map([
        ["a", ["b"]],
        ["b", ["a"]],
        ["c", ["b"]],
      ]),
    ),
    ["a → b → a"],
  );
  assert.deepEqual(circles(graph).map(short), []);
  const part = (path: string): string => short(path).split("/").slice(0, 2).join("/");
  const parts = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    const others = imports.filter((path) => graph.has(path) && part(path) !== part(file)).map(part);
    if (short(file).startsWith("tools/"))
      parts.set(part(file), new Set([...(parts.get(part(file)) ?? []), ...others]));
  }
  assert.ok(parts.get("tools/kernel")?.has("tools/session"));
  assert.deepEqual(circles(parts), []);
});

test("tools import lib as the package it is, and lib imports nothing of tools", () => {
  const wrong: string[] = [];
  for (const [file, imports] of graph)
    for (const name of imports) {
      const [from, to] = [short(file).split("/")[0], short(name).split("/")[0]];
      if (graph.has(name) ? from !== to : from === "lib" && /^@unrolled\b|tools[\\/]/.test(name))
        wrong.push(`${short(file)} imports ${name}`);
    }
  assert.deepEqual(wrong, []);
  const users = files.filter((file) => graph.get(file)!.some((name) => name.startsWith("unrolled/")));
  assert.ok(users.length > 0);
});
