export interface Matrix { rows: number; cols: number; data: Float64Array }
export function zeros(rows: number, cols: number): Matrix { return { rows, cols, data: new Float64Array(rows*cols) }; }
