import { type DisplayMessage, PLOTLY } from "unrolled/display";
import type { CellError } from "../session/session";
import type { DisplayOutput, Output } from "./format";

export const SVG = "image/svg+xml";

/** The form of an output from which a static picture is made: a figure or a drawing. */
export function drawn(output: Output): typeof PLOTLY | typeof SVG | undefined {
  return "data" in output ? ([PLOTLY, SVG] as const).find((mime) => mime in output.data) : undefined;
}

/** Gathers what the cells of one run send into the outputs that a notebook saves. */
export interface Collector {
  /** Starts a cell; everything until the next start belongs to it. */
  startCell(count: number): Output[];
  stream(name: "stdout" | "stderr", text: string): void;
  display(message: DisplayMessage): void;
  result(data: Record<string, unknown>, metadata: Record<string, unknown>): void;
  error(error: CellError): void;
}

export function collectOutputs(): Collector {
  const displays = new Map<string, DisplayOutput[]>();
  let outputs: Output[] = [];
  let count = 0;
  return {
    startCell(number) {
      outputs = [];
      count = number;
      return outputs;
    },
    stream(name, text) {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === name) last.text += text;
      else if (text !== "") outputs.push({ output_type: "stream", name, text });
    },
    display({ data, metadata = {}, displayId, update }) {
      const earlier = displayId === undefined ? [] : (displays.get(displayId) ?? []);
      for (const output of earlier) Object.assign(output, { data, metadata });
      if (update) return;
      const output: DisplayOutput = { output_type: "display_data", data, metadata };
      outputs.push(output);
      if (displayId !== undefined) displays.set(displayId, [...earlier, output]);
    },
    result(data, metadata) {
      outputs.push({ output_type: "execute_result", data, metadata, execution_count: count });
    },
    error({ ename, evalue, traceback }) {
      outputs.push({ output_type: "error", ename, evalue, traceback });
    },
  };
}
