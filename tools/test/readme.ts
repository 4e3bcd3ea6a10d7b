import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The commands in the README's code blocks, one a line, without their comments: `npm run check -- 04`. */
export function readmeCommands(root: string): string[] {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)?\r?\n([\s\S]*?)^```/gm)].map(
    ([, text = ""]) => text,
  );
  const lines = blocks
    .flatMap((block) => block.split(/\r?\n/))
    .map((line) => line.replace(/\s+#.*$/, "").trim());
  const inText = [...text.matchAll(/`(np[mx] [^`\n]+|node [^`\n]+)`/g)].map(([, text = ""]) => text);
  return [...new Set([...lines.filter((line) => /^(npm|npx|node)\s/.test(line)), ...inText])];
}

/** The npm script that a command runs: `check` for `npm run check -- 04`. */
export function scriptOf(command: string): string | undefined {
  return command.match(/^npm (?:run )?(?:-s )?([a-z:]+)/)?.[1];
}
