/** What a dataset's card (`datasets/<name>/card.json`) says of it, whatever its columns are. */
export interface Dataset {
  name: string;
  title: string;
  description: string;
  /** Rows of the table; characters of a text. */
  rows: number;
  /** The unit of each column. */
  units: Record<string, string>;
  source: string;
  licence: string;
  /** What a user of the data should know before trusting it. */
  flaws: string[];
}
/** A dataset in columns: entry i of every column belongs to row i. */
export interface Table<Columns> extends Dataset {
  columns: Columns;
}
/** A dataset that is one long text. */
export interface TextDataset extends Dataset {
  text: string;
}

/** The eight datasets of the course by name. */
export interface Datasets {
  sunspots: Table<{ month: string[]; sunspots: number[] }>;
  airline: Table<{ month: string[]; passengers: number[] }>;
  "seattle-weather": Table<{
    date: string[];
    precipitation: number[];
    tempMax: number[];
    tempMin: number[];
    wind: number[];
    weather: string[];
  }>;
  co2: Table<{ date: string[]; co2: number[]; co2Adjusted: number[] }>;
  shakespeare: TextDataset;
  names: Table<{ name: string[] }>;
  surnames: Table<{ surname: string[]; language: string[] }>;
  sentiment: Table<{ sentence: string[]; label: number[]; site: string[] }>;
}
