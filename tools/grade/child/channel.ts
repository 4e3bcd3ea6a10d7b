/**
 * Lines of JSON through the two ends of a pipe, each read and written at once: whoever asked waits, with its event
 * loop, until the answer is there. That is what lets a test call a function that lives in another process.
 */
import fs from "node:fs";

// Taken before any cell runs: a cell can replace what Node exports.
const { readSync, writeSync } = fs;
const { parse, stringify } = JSON;
const { wait } = Atomics;
const nothing = new Int32Array(new SharedArrayBuffer(4));

export interface Channel {
  /** The next message. Ends the process when the other side has gone. */
  read(): unknown;
  write(message: unknown, mark?: string): void;
}

export function openChannel(input = 0, output = 1): Channel {
  const chunk = Buffer.alloc(64 * 1024);
  let parts: string[] = [];
  let lines: string[] = [];
  let cut = Buffer.alloc(0); // a character may come in two reads

  const more = (): void => {
    const size = patiently(() => readSync(input, chunk, 0, chunk.length, null));
    if (size === 0) process.kill(process.pid, "SIGKILL");
    const bytes = Buffer.concat([cut, chunk.subarray(0, size)]);
    const whole = bytes.length - unfinished(bytes);
    cut = bytes.subarray(whole);
    const [first, ...rest] = bytes.toString("utf8", 0, whole).split("\n");
    parts.push(first!);
    for (const next of rest) {
      lines.push(parts.join(""));
      parts = [next];
    }
  };
  return {
    read() {
      while (lines.length === 0) more();
      const [line, ...rest] = lines;
      lines = rest;
      return parse(line!);
    },
    write(message, mark = "") {
      const bytes = Buffer.from(`${mark}${stringify(message)}\n`);
      for (let sent = 0; sent < bytes.length; )
        sent += patiently(() => writeSync(output, bytes, sent, bytes.length - sent));
    },
  };
}

/** How many bytes at the end belong to a character that is not whole yet. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Some systems give a pipe that does not wait by itself. */
function patiently(transfer: () => number): number {
  for (;;)
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EOF") return 0;
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      wait(nothing, 0, 0, 1);
    }
}
