import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { cut } from "../exercises/cut";
import { temporaryCourse } from "../exercises/fixtures/course";
import { serializeNotebook } from "../notebook/format";
import { inShard } from "./flags";
import { collect } from "./submissions";
import { unzip } from "./zip";

const { lessons } = temporaryCourse();
const [lesson] = lessons;
const text = serializeNotebook(cut(lesson!));
const name = `${lesson!.name}.ipynb`;
const root = mkdtempSync(join(tmpdir(), "submissions-"));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** A folder with these files in it. */
function folder(files: Record<string, string | Buffer>): string {
  const place = join(root, String(count++));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), content);
  }
  return place;
}

/** A zip of these entries, whatever their names. */
function zipOf(entries: Record<string, string>, claimed?: number): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [path, content] of Object.entries(entries)) {
    const [file, data] = [Buffer.from(path), deflateRawSync(content)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(claimed ?? Buffer.byteLength(content), 18);
    head.writeUInt16LE(file.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, file, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), head, rest, file]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}

async function found(place: string): Promise<{ students: string[]; problems: string[] }> {
  const { submissions, problems, close } = await collect(place, lessons);
  close();
  return { students: submissions.map(({ student, lesson: { name } }) => `${student} ${name}`), problems };
}
const named = (list: string[]) => ({ students: list.map((one) => `${one} ${lesson!.name}`), problems: [] });

test("nbgrader's layout, a folder for each student, flat files", async () => {
  const layouts = [
    folder({ [`ada/hw1/${name}`]: text, [`bob/hw1/${name}`]: text }),
    folder({ [`ada/${name}`]: text, "bob/my own name.ipynb": text }),
    folder({ "ada.ipynb": text, "bob.ipynb": text }),
  ];
  for (const layout of layouts) assert.deepEqual(await found(layout), named(["ada", "bob"]));
});

test("a zip of them all, a zip for each, a zip with one folder around", async () => {
  const file = (content: Buffer) => join(folder({ "class.zip": content }), "class.zip");
  assert.deepEqual(await found(file(zipOf({ "ada.ipynb": text, "bob.ipynb": text }))), named(["ada", "bob"]));
  assert.deepEqual(await found(folder({ "ada.zip": zipOf({ [name]: text }) })), named(["ada"]));
  const course = zipOf({ [`exercises/${name}`]: text, [`notebooks/${name}`]: '{ "cells": [] }' });
  assert.deepEqual(await found(folder({ "ada.zip": course })), named(["ada"]));
  const around = zipOf({ [`hw/ada/hw1/${name}`]: text, [`hw/bob/hw1/${name}`]: text });
  assert.deepEqual(await found(file(around)), named(["ada", "bob"]));
});

test("a zip that would leave its folder, lies about its size, or is none", async () => {
  const bad = {
    "a.zip": zipOf({ "../../out.ipynb": text }),
    "b.zip": zipOf({ "/out.ipynb": text }),
    "c.zip": zipOf({ [name]: text }, 10),
    "d.zip": Buffer.from("no zip"),
    "good.zip": zipOf({ [name]: text }),
  };
  const { students, problems } = await found(folder(bad));
  assert.deepEqual(students, named(["good"]).students);
  assert.deepEqual(
    problems.map((problem) => problem.slice(0, 5)),
    ["a.zip", "b.zip", "c.zip", "d.zip"],
  );
});

test("a zip that unpacks to too much", async () => {
  const place = folder({ "big.zip": zipOf({ "a.ipynb": "x".repeat(5000), "b.ipynb": "x" }) });
  const limits = { file: 1000, all: 2000, files: 3 };
  await assert.rejects(unzip(join(place, "big.zip"), join(place, "out"), limits), /more than/);
});

const noLinks = process.platform === "win32" && "links need rights there";
test("links are not followed; a second notebook is told", { skip: noLinks }, async () => {
  const place = folder({ [`ada/${name}`]: text, "ada/copy.ipynb": text, "eve/x.txt": "" });
  symlinkSync(join(place, "ada", name), join(place, "eve", name));
  const { students, problems } = await found(place);
  assert.deepEqual(students, named(["ada"]).students);
  assert.match(problems.join("\n"), /eve: .* is a link/);
  assert.match(problems.join("\n"), /ada: .* is a second notebook/);
});

test("nbgrader's timestamp", async () => {
  const place = folder({
    [`ada/hw1/${name}`]: text,
    "ada/hw1/timestamp.txt": "2026-11-01 12:00:00.000000 UTC\n",
  });
  const { submissions } = await collect(place, lessons);
  assert.equal(submissions[0]!.submitted, "2026-11-01T12:00:00.000Z");
});

test("shards hold every student once", async () => {
  const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((student) => [`${student}.ipynb`, text]));
  const { submissions } = await collect(folder(files), lessons);
  const parts = ["1/3", "2/3", "3/3"].flatMap((shard) => inShard({ shard }, submissions));
  assert.deepEqual(parts.map(({ student }) => student).sort(), ["a", "b", "c", "d", "e"]);
  assert.throws(() => inShard({ shard: "4/3" }, submissions), /expected a part like 2\/5/);
  assert.throws(() => inShard({ student: "x" }, submissions), /nothing of x/);
});
