import { blankMessage } from "unrolled/check";

/** What replaces a solution region in the exercise. */
export const stub: readonly string[] = ["// YOUR CODE HERE", `throw new Error("${blankMessage}");`];

export interface Regions {
  /** the text without the regions */
  kept: string;
  /** the text of each region, without its markers */
  removed: string[];
  problems: string[];
}

/**
 * Takes out what stands between `// BEGIN name` and `// END name` and puts `replacement` there, indented as the
 * BEGIN line is (the rule of nbgrader's ClearSolutions and ClearHiddenTests).
 */
export function cutRegions(text: string, name: string, replacement: readonly string[] = []): Regions {
  const kept: string[] = [];
  const removed: string[] = [];
  const problems: string[] = [];
  let region: string[] | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const marker = /\b(BEGIN|END) (SOLUTION|HIDDEN TESTS)\b/.exec(line);
    if (!marker || marker[2] !== name) {
      (region ?? kept).push(line);
      continue;
    }
    const at = `line ${index + 1}`;
    if (!/^\s*\/\/ ?(BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$/.test(line))
      problems.push(`${at}: expected "// ${marker[0]}" alone on its line, got "${line.trim()}"`);
    if (marker[1] === "BEGIN") {
      if (region) problems.push(`${at}: a BEGIN ${name} inside another; END the first one before it`);
      const indent = /^\s*/.exec(line)![0];
      kept.push(...replacement.map((part) => indent + part));
      region = [];
    } else {
      if (!region) problems.push(`${at}: an END ${name} without its BEGIN`);
      else removed.push(region.join("\n"));
      region = undefined;
    }
  }
  if (region) problems.push(`a BEGIN ${name} without its END`);
  return { kept: kept.join("\n"), removed, problems };
}

/** The text without marker lines, as the worked solution is shown. */
export function withoutMarkers(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/\/\/ ?(BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$/.test(line))
    .join("\n");
}
