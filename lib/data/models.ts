import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectShape, shape, zeros } from "../matrix";
import type { Params } from "../params";

/** The course's `notebooks/models/`, seen from this file (`lib/dist/data`), wherever a notebook runs. */
const home: string = join(__dirname, "..", "..", "..", "notebooks", "models");

/** A model's file: each matrix by name, its rows one after another as float32 (little-endian) in base64. */
interface ModelFile {
  /** What it is and how it was trained, for readers. */
  about: string;
  params: Record<string, { rows: number; cols: number; float32: string }>;
}

/**
 * Keeps trained parameters in `notebooks/models/<name>.json`, so that a lesson need not train for minutes.
 *
 * The numbers are rounded to float32: those of a model with the arithmetic "float32" come back exactly.
 * @param about what the model is and how it was trained
 * @throws if the name is no plain file name, or a number is not finite
 */
export function saveParams(name: string, params: Params, about: string, folder: string = home): void {
  const entries = Object.entries(params).map(([key, m]) => {
    const values = Float32Array.from(m.data);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new Error(`saveParams: ${key} holds ${m.data[bad]}; a model like this cannot be used`);
    return [key, { rows: m.rows, cols: m.cols, float32: Buffer.from(values.buffer).toString("base64") }];
  });
  const file = pathOf("saveParams", name, folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ about, params: Object.fromEntries(entries) }, null, 2)}\n`);
}

/**
 * The parameters of a model that the course keeps: `loadParams("shakespeare-lstm")`.
 * @param into a record to put the numbers into as well, e.g. `model.params`: names and shapes must be the same
 * @throws if there is no such model, its file is damaged, or it does not fit `into`
 */
export function loadParams(name: string, into?: Params, folder: string = home): Params {
  const path = pathOf("loadParams", name, folder);
  if (!existsSync(path)) {
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
    const known = files.map((file) => file.slice(0, -".json".length)).sort();
    const have = known.length > 0 ? `there are ${known.join(", ")}` : "there are none yet";
    throw new Error(`loadParams: no model "${name}" in notebooks/models; ${have}`);
  }
  const params = read(path, `notebooks/models/${name}.json`);
  if (into) fill(name, params, into);
  return params;
}

function pathOf(where: string, name: string, folder: string): string {
  if (/^[\w-]+$/.test(name)) return join(folder, `${name}.json`);
  throw new Error(`${where}: the name ${JSON.stringify(name)}: use letters, digits and - only`);
}

function read(path: string, shown: string): Params {
  try {
    const { params } = JSON.parse(readFileSync(path, "utf8")) as ModelFile;
    return Object.fromEntries(
      Object.entries(params).map(([key, { rows, cols, float32 }]) => {
        const m = zeros(rows, cols);
        const bytes = Uint8Array.from(Buffer.from(float32, "base64"));
        if (bytes.length !== 4 * m.data.length) {
          throw new Error(`${key} has ${bytes.length} bytes, expected ${4 * m.data.length} for ${shape(m)}`);
        }
        m.data.set(new Float32Array(bytes.buffer));
        return [key, m];
      }),
    );
  } catch (error) {
    const next = `bring it back with: git checkout -- ${shown}`;
    throw new Error(`loadParams: ${shown} is damaged: ${(error as Error).message}; ${next}`);
  }
}

function fill(name: string, params: Params, into: Params): void {
  const [got, expected] = [Object.keys(params), Object.keys(into)].map((keys) => keys.sort().join(", "));
  if (got !== expected) {
    throw new Error(
      `loadParams: "${name}" has ${got}; the model has ${expected}; build the same kind of model`,
    );
  }
  for (const [key, m] of Object.entries(params)) {
    const target = into[key];
    expectShape(
      "loadParams",
      key,
      m,
      [target.rows, target.cols],
      "build the model with the sizes of the saved one",
    );
    target.data.set(m.data);
  }
}
