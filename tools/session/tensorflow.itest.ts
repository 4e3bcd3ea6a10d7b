import assert from "node:assert/strict";
import { after, test } from "node:test";
import { remoteSession } from "./testing";

const session = remoteSession(__dirname);
after(() => session.close());

async function value(source: string): Promise<unknown> {
  const { outcome, results } = await session.run(source);
  if (outcome.status === "error") assert.fail(outcome.error.traceback.join("\n"));
  return results.at(-1)?.["text/plain"];
}

test("after an interrupt a TensorFlow model can be trained on", async () => {
  await value('import { tf, ready } from "unrolled/tf"; await ready;');
  await value(`const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const [x, y] = [tf.ones([8, 2]), tf.ones([8, 1])];
    let epochs = 0;
    const count = () => { epochs += 1; console.log(epochs); };
    const fit = (epochs: number) => model.fit(x, y, { epochs, verbose: 0, callbacks: { onEpochEnd: count } })`);
  for (const _ of [1, 2]) {
    const outcome = await session.execute("await fit(1e6)", {
      stream: () => session.interrupt(),
      result() {},
      display() {},
    });
    assert.equal(outcome.status === "error" && outcome.error.ename, "Interrupted");
    const before = Number(await value("epochs"));
    assert.equal(await value("(await fit(3)).epoch.length"), "3");
    assert.equal(Number(await value("epochs")), before + 3); // and the stopped one has not gone on
  }
});
