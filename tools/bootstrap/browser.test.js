// @ts-check

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const { join } = require("node:path");
const { test } = require("node:test");
const { findBrowser } = require("./browser.js");

/** @param {import("node:test").TestContext} t @param {string[]} names */
function programs(t, ...names) {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "unrolled browser "));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const name of names) {
    const path = join(folder, name);
    fs.mkdirSync(join(path, ".."), { recursive: true });
    fs.writeFileSync(path, "", { mode: 0o755 });
  }
  return folder;
}

test("Linux: any of the usual names on the PATH, and CHROME_PATH before them", (t) => {
  const folder = programs(t, "microsoft-edge", "mine");
  const edge = join(folder, "microsoft-edge");
  assert.equal(findBrowser({ PATH: `/nowhere:${folder}` }, "linux"), edge);
  assert.equal(
    findBrowser({ PATH: folder, CHROME_PATH: join(folder, "mine") }, "linux"),
    join(folder, "mine"),
  );
  fs.writeFileSync(join(folder, "chromium"), "", { mode: 0o644 });
  if (process.platform !== "win32")
    assert.equal(findBrowser({ PATH: folder }, "linux"), edge, "not executable");
});

test("a CHROME_PATH that is wrong is told, not passed over", (t) => {
  const folder = programs(t, "chromium");
  assert.throws(
    () => findBrowser({ PATH: folder, CHROME_PATH: join(folder, "none") }, "linux"),
    /CHROME_PATH/,
  );
});

test("macOS: an application of the machine or of the user", (t) => {
  const name = "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge";
  const home = programs(t, name);
  const found = findBrowser({ HOME: home, PATH: "" }, "darwin");
  assert.ok(found === join(home, name) || found?.startsWith("/Applications/"), found);
});

test("Windows: Chrome before Edge", (t) => {
  const [chrome, edge] = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];
  const both = programs(t, chrome, edge);
  const one = programs(t, edge);
  assert.equal(findBrowser({ PROGRAMFILES: one, LOCALAPPDATA: both }, "win32"), join(both, chrome));
  assert.equal(findBrowser({ "PROGRAMFILES(X86)": one }, "win32"), join(one, edge));
});
