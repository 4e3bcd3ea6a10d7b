/** What a measurement found. */
export interface Table {
  columns: string[];
  /** What was measured, then a value for each column. */
  rows: string[][];
}
