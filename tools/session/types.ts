export interface CellSource {
  /** "cell [3]" */
  label: string;
  source: string;
}

export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

export interface CellProblem {
  /** 1-based, as in editors. */
  line: number;
  column: number;
  message: string;
}
