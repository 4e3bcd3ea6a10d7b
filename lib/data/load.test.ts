import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Datasets } from "./datasets";
import { load } from "./load";

const home = join(__dirname, "..", "..", "..", "datasets");
const names: (keyof Datasets)[] = [
  "airline",
  "co2",
  "names",
  "seattle-weather",
  "sentiment",
  "shakespeare",
  "sunspots",
  "surnames",
];

test("every dataset has a card, and every file the card's sha256", () => {
  for (const name of names) {
    const card = JSON.parse(readFileSync(join(home, name, "card.json"), "utf8"));
    assert.equal(card.name, name);
    for (const key of ["title", "description", "source", "licence"]) assert.ok(card[key], `${name}: ${key}`);
    assert.ok(card.flaws.length > 0, `${name}: flaws`);
    const files = readdirSync(join(home, name)).filter((file) => file !== "card.json");
    assert.deepEqual(Object.keys(card.files).sort(), files.sort(), name);
    for (const file of files) {
      const sum = createHash("sha256")
        .update(readFileSync(join(home, name, file)))
        .digest("hex");
      assert.equal(sum, card.files[file], `${name}/${file}`);
    }
  }
});

test("every dataset loads with as many rows as its card says, and a unit for every column", () => {
  const readme = readFileSync(join(home, "README.md"), "utf8");
  for (const name of names) {
    const dataset = load(name);
    assert.ok(readme.includes(`| \`${name}\` |`), `${name} stands in datasets/README.md`);
    assert.ok(
      readme.includes(`| ${dataset.rows.toLocaleString("en")} `),
      `${name}: rows in datasets/README.md`,
    );
    if ("text" in dataset) {
      assert.equal(dataset.text.length, dataset.rows);
      continue;
    }
    assert.deepEqual(Object.keys(dataset.columns), Object.keys(dataset.units));
    for (const column of Object.values(dataset.columns)) assert.equal(column.length, dataset.rows, name);
  }
});

test("columns have the types, first and last values of the files", () => {
  const { month, sunspots } = load("sunspots").columns;
  const total: number = sunspots.reduce((sum, value) => sum + value, 0);
  assert.deepEqual([month[0], sunspots[0], month.at(-1), sunspots.at(-1)], ["1749-01", 58, "1983-12", 33.4]);
  assert.ok(Math.abs(total / 2820 - 51.2659574) < 1e-6);
  const weather = load("seattle-weather").columns;
  assert.deepEqual([weather.tempMin.at(-1), weather.wind[1], weather.weather[0]], [-2.1, 4.5, "drizzle"]);
  assert.equal(load("airline").columns.passengers.at(-1), 432);
  assert.equal(load("co2").columns.co2Adjusted.at(-1), 413.35);
});

test("the known flaws are handled", () => {
  const { sentence, label, site } = load("sentiment").columns;
  assert.equal(sentence.filter((text) => text.includes("\u0085")).length, 2);
  assert.ok(sentence.every((text) => text === text.trim() && !text.includes("\t")));
  assert.ok(sentence.some((text) => text.startsWith('"')));
  assert.equal(
    label.reduce((sum, value) => sum + value, 0),
    1500,
  );
  assert.deepEqual([...new Set(site)], ["amazon", "imdb", "yelp"]);
  const { surname, language } = load("surnames").columns;
  assert.ok(surname.every((name) => name === name.trim()));
  assert.equal(new Set(language).size, 18);
  assert.equal(surname[language.indexOf("Polish")], "Adamczak");
});

test("a broken file is named with its line, what was expected, what came, and the way back", () => {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-datasets-"));
  cpSync(home, folder, { recursive: true });
  const path = join(folder, "airline", "airline-passengers.csv");
  const original = readFileSync(path, "utf8");
  const fails = (message: RegExp) => assert.throws(() => load("airline", folder), { message });
  try {
    writeFileSync(path, original.replace('"1949-03",132', '"1949-03",13Z'));
    fails(
      /airline-passengers.csv line 4: expected a date, a number, got .*13Z.*git checkout -- datasets\/airline/,
    );
    writeFileSync(path, original.replace('"1949-03",132', '"1949-03",133'));
    fails(/airline-passengers.csv: expected sha256 8cb51be7.*, got .*git checkout --/);
    writeFileSync(path, original.replaceAll("\r\n", "\n"));
    fails(/expected sha256/);
    rmSync(path);
    fails(/airline-passengers.csv: expected a file, got no file; bring it back with: git checkout/);
    writeFileSync(join(folder, "airline", "card.json"), "{");
    fails(/card.json: expected JSON/);
    assert.throws(() => load("moon" as "airline"), /no dataset "moon"; there are airline, co2/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
