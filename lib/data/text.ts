import { type Matrix, zeros } from "../matrix";
import type { Table } from "./datasets";

/** The characters of a text, each with its index: what a character model counts with. */
export interface Vocabulary {
  characters: string[];
  /** V, the number of characters. */
  size: number;
  encode(text: string): number[];
  decode(indices: ArrayLike<number>): string;
}

/**
 * The distinct characters of a text in the order of their code points.
 * `encode` throws on a character that the text did not have.
 */
export function vocabulary(text: string): Vocabulary {
  const characters = [...new Set(text)].sort();
  const indexOf = new Map(characters.map((character, i) => [character, i]));
  return {
    characters,
    size: characters.length,
    encode: (other) =>
      Array.from(other, (character) => {
        const index = indexOf.get(character);
        if (index === undefined) {
          throw new Error(
            `encode: the vocabulary has no ${JSON.stringify(character)}; build it from all texts`,
          );
        }
        return index;
      }),
    decode: (indices) => Array.from(indices, (index) => characters[index]).join(""),
  };
}

/**
 * Class indices as rows that hold a single 1.
 *
 * B indices below V → [B,V] with 1 at (b, indices[b]), 0 elsewhere
 *
 * @throws if an index is not a whole number from 0 to V − 1
 */
export function oneHot(indices: ArrayLike<number>, size: number): Matrix {
  const out = zeros(indices.length, size);
  for (let b = 0; b < indices.length; b++) {
    if (!(Number.isInteger(indices[b]) && indices[b] >= 0 && indices[b] < size)) {
      throw new Error(
        `oneHot: index ${indices[b]} in row ${b}: expected a whole number from 0 to ${size - 1}`,
      );
    }
    out.data[b * size + indices[b]] = 1;
  }
  return out;
}

/**
 * The same table without the rows that equal an earlier row. A row that stands in both training and test data
 * makes a model look better than it is.
 */
export function withoutRepeats<C extends Record<string, unknown[]>>(table: Table<C>): Table<C> {
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let i = 0; i < table.rows; i++) {
    const row = JSON.stringify(Object.values(table.columns).map((column) => column[i]));
    if (!seen.has(row)) kept.push(i);
    seen.add(row);
  }
  const columns = Object.entries(table.columns).map(([name, column]) => [name, kept.map((i) => column[i])]);
  return { ...table, rows: kept.length, columns: Object.fromEntries(columns) };
}
