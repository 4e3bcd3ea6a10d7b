import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { readNotebook } from "../notebook/read";
import { readmeCommands, scriptOf } from "./readme";

const root = join(__dirname, "..", "..", "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

test("the README begins with the two commands", () => {
  assert.deepEqual(readmeCommands(root).slice(0, 2), ["npm start", "npm test"]);
});

test("every command in the README exists", () => {
  for (const command of readmeCommands(root)) {
    const script = scriptOf(command);
    if (command.startsWith("node ")) assert.ok(existsSync(join(root, command.split(" ")[1]!)), command);
    else if (command.startsWith("npm ")) assert.ok(script !== undefined && script in scripts, command);
  }
});

test("every script goes through the bootstrap, to a command that it knows", () => {
  const { commands } = require(join(root, "tools", "bootstrap", "commands.js")) as {
    commands: Record<string, { program?: string }>;
  };
  assert.deepEqual(Object.keys(scripts).sort(), Object.keys(commands).sort());
  for (const [name, script] of Object.entries(scripts)) {
    assert.equal(script, `node tools/bootstrap/main.js ${name}`);
    const program = commands[name]?.program;
    if (program) assert.ok(existsSync(join(root, "tools", "dist", `${program}.js`)), `${name}: ${program}`);
  }
});

test("the README's picture is the one that lesson 05 draws", () => {
  const { cells } = readNotebook(join(root, "notebooks", "05-vanishing-gradients.ipynb"));
  const cell = cells.find(({ id }) => id === "heat-long");
  const [output] = cell?.cell_type === "code" ? cell.outputs : [];
  assert.ok(output && "data" in output, "lesson 05 has a cell heat-long with a figure");
  const drawn = Buffer.from(String(output.data["image/png"]), "base64");
  const shown = readFileSync(join(root, "docs", "vanishing.png"));
  assert.ok(
    drawn.equals(shown),
    "docs/vanishing.png is old: save the picture of lesson 05, cell heat-long, there",
  );
});
