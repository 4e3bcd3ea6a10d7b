/** What was run since the kernel started, for consoles. */
import type { Content } from "./message";

type Entry = [session: number, line: number, source: string];

export class History {
  private readonly entries: Entry[] = [];

  add(line: number, source: string): void {
    this.entries.push([1, line, source]);
  }

  answer(request: Content): Content {
    const { hist_access_type: access, n, start, stop, pattern, output } = request;
    let found = this.entries;
    if (access === "range")
      found = found.filter(([, line]) => line >= Number(start ?? 0) && line < Number(stop ?? Infinity));
    if (access === "search")
      found = found.filter(([, , source]) => globToRegExp(String(pattern ?? "*")).test(source));
    if (access !== "range" && typeof n === "number") found = found.slice(-n);
    const history = output ? found.map(([session, line, source]) => [session, line, [source, null]]) : found;
    return { status: "ok", history };
  }
}

function globToRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
}
