import type { Datasets } from "./datasets";

/** A value in a column. */
export type Entry = string | number;

/** How the lines of a table are read. `header`: the first line names the columns and is no row. */
export interface TableReader {
  header: boolean;
  /** The entries of one line of `file`, or, as a string, what was expected of a line that has another form. */
  row(line: string, file: string): Entry[] | string;
}

/** A kind of field: its form, what to call that form, and its value. */
interface Field {
  form: RegExp;
  expected: string;
  value(field: string): Entry;
}
const date: Field = { form: /^\d{4}-\d{2}(-\d{2})?$/, expected: "a date", value: (field) => field };
const number: Field = { form: /^-?\d+(\.\d+)?$/, expected: "a number", value: Number };
const word: Field = { form: /^[a-z]+$/, expected: "a word", value: (field) => field };

/** Fields between commas; a field may stand in quotes. No file of ours has a comma inside a field. */
function commaSeparated(...fields: Field[]): TableReader {
  const expected = fields.map((field) => field.expected).join(", ");
  return {
    header: true,
    row(line) {
      const parts = line.split(",").map((part) => part.replace(/^"(.*)"$/, "$1"));
      const fits = parts.length === fields.length && fields.every(({ form }, i) => form.test(parts[i]));
      return fits ? fields.map((field, i) => field.value(parts[i])) : expected;
    },
  };
}

/** One name a line. */
const names: TableReader = {
  header: false,
  row: (line) => (line === "" ? "a name" : [line]),
};
const namesOfLanguage: TableReader = {
  header: false,
  row: (line, file) => (line === "" ? "a name" : [line.trim(), file.replace(".txt", "")]),
};

/** `sentence<tab>0 or 1`. Not CSV: quotes belong to the sentence. */
const labelledSentences: TableReader = {
  header: false,
  row(line, file) {
    const match = /^(.+)\t([01])$/s.exec(line);
    return match ? [match[1].trim(), Number(match[2]), file.split("_")[0]] : "a sentence, a tab, 0 or 1";
  },
};

/** Cells come in the order of the columns in the card's `units`. */
export const readers: Record<Exclude<keyof Datasets, "shakespeare">, TableReader> = {
  sunspots: commaSeparated(date, number),
  airline: commaSeparated(date, number),
  "seattle-weather": commaSeparated(date, number, number, number, number, word),
  co2: commaSeparated(date, number, number),
  names,
  surnames: namesOfLanguage,
  sentiment: labelledSentences,
};
