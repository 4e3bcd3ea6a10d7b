/** Four kernels at once, each with a session as long as nobody's: nothing may get lost, nothing may hang. */
import { runClient } from "../kernel/jupyter-client";
import type { Table } from "./table";

const CELLS = "2000";
const ENDED = /^kernel (\d): (\d+) cells in (\d+) s, (\d+) interrupts$/gm;

/** @throws with what is missing, or where a kernel hangs */
export async function run(): Promise<Table> {
  const { code, output } = await runClient("soak.py", [process.env.UNROLLED_SOAK ?? CELLS]);
  if (code !== 0) throw new Error(`bench: a kernel did not survive\n${output}`);
  const rows = [...output.matchAll(ENDED)].map(([, kernel, cells, seconds, interrupts]) =>
    [`kernel ${kernel}`, cells, `${seconds} s`, interrupts].map(String),
  );
  return { columns: ["cells, whole", "in", "interrupts"], rows: rows.sort() };
}
