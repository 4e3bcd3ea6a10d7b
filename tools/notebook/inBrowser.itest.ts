import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { noBrowser } from "./browser";
import { compareNotebooks } from "./compare";
import { readNotebook } from "./format";
import { startBrowserSession } from "./inBrowser";
import { runNotebook } from "./run";

const lessons = join(__dirname, "../../..", "notebooks");

for (const name of ["00-start-here", "02-gradient-descent"])
  test(`lesson ${name} prints the same bytes in a browser's worker`, { skip: noBrowser }, async () => {
    const path = join(lessons, `${name}.ipynb`);
    const committed = readNotebook(path);
    const { notebook, failure } = await runNotebook(committed, {
      cwd: dirname(path),
      timeout: 300,
      start: (cwd) => startBrowserSession("chromium", cwd),
    });
    assert.equal(failure, undefined, failure?.error.traceback.join("\n"));
    assert.deepEqual(compareNotebooks(committed, notebook, true), []);
  });

test("a browser keeps more models than it has room for memories", { skip: noBrowser }, async () => {
  const session = await startBrowserSession("chromium", lessons);
  try {
    const source = `import { meanSquaredError, recurrentModel, rnn, seeded } from "unrolled";
const sizes = { inputSize: 1, hiddenSize: 8, outputSize: 1 };
const task = { readout: "last", loss: meanSquaredError, arithmetic: "float32" } as const;
const models = Array.from({ length: 300 }, (_, k) => recurrentModel({ cell: rnn, ...sizes, ...task }, seeded(k)));
`;
    const result = await session.execute(source, {});
    assert.equal(result.status, "ok", JSON.stringify(result));
  } finally {
    session.close();
  }
});

test("a lesson's file is found from the lesson's folder", { skip: noBrowser }, async () => {
  const session = await startBrowserSession("chromium", lessons);
  let printed = "";
  const result = await session.execute(
    `import { existsSync, readFileSync } from "node:fs";
     const seeds = JSON.parse(readFileSync("models/14-seeds.json", "utf8"));
     console.log(typeof seeds, existsSync("models/14-seeds.json"), existsSync("./models/none.json"));`,
    {
      stream(_name, text) {
        printed += text;
      },
    },
  );
  session.close();
  assert.deepEqual([result.status, printed], ["ok", "object true false\n"]);
});
