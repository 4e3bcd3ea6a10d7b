export interface Row {
  name: string;
  ok: boolean;
  cells: number;
  seconds: number;
  result: string;
}

export interface Reporter {
  progress(name: string, done: number, total: number): void;
  end(row: Row, problem?: string): void;
}

/** A line for each notebook that ends; on a terminal also one that says where the running ones are. */
export function reporter(count: number): Reporter {
  const terminal = process.stdout.isTTY;
  const running = new Map<string, string>();
  let ended = 0;
  const status = (): void => {
    if (!terminal) return;
    const text = [...running].map(([name, cells]) => `${name} ${cells}`).join(", ");
    process.stdout.write(`\r\x1b[K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  };
  return {
    progress(name, done, total) {
      running.set(name, `${done}/${total}`);
      status();
    },
    end({ name, ok, cells, seconds, result }, problem) {
      running.delete(name);
      ended++;
      if (terminal) process.stdout.write("\r\x1b[K");
      console.log(
        `[${ended}/${count}] ${ok ? "✓" : "✗"} ${name}: ${cells} cells, ${seconds.toFixed(1)} s, ${result}`,
      );
      if (problem) console.log(problem);
      status();
    },
  };
}

export function formatTable(rows: Row[]): string {
  const lines = rows.map(({ name, cells, seconds, result, ok }) => [
    name,
    String(cells),
    seconds.toFixed(1),
    `${ok ? "✓" : "✗"} ${result}`,
  ]);
  const table = [["notebook", "cells", "seconds", "result"], ...lines];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map(([name = "", cells = "", seconds = "", result = ""]) =>
      [
        name.padEnd(widths[0] ?? 0),
        cells.padStart(widths[1] ?? 0),
        seconds.padStart(widths[2] ?? 0),
        result,
      ].join("  "),
    )
    .join("\n");
}
