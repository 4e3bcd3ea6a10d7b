import type { Matrix } from "../matrix";

/** The same matrices, each name with a prefix: `{ h }` → `{ "layer1.h" }`. */
export function withPrefix(prefix: string, record: Record<string, Matrix>): Record<string, Matrix> {
  return Object.fromEntries(Object.entries(record).map(([name, m]) => [prefix + name, m]));
}

/** The matrices whose names begin with a prefix, under the rest of their names: `{ "layer1.h", … }` → `{ h }`. */
export function part(prefix: string, record: Record<string, Matrix>): Record<string, Matrix> {
  const entries = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, m]) => [name.slice(prefix.length), m]));
}
