import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../random";
import { type DateFormat, dateFormats, isoDate, splitDates } from "./dates";

test("each format is named by how it writes March 3, 2021, a Wednesday", () => {
  const date = { year: 2021, month: 3, day: 3 };
  for (const [name, write] of Object.entries(dateFormats)) assert.equal(write(date), name);
  assert.equal(isoDate(date), "2021-03-03");
  const write = (name: DateFormat) => dateFormats[name]({ year: 2005, month: 12, day: 31 });
  assert.deepEqual(
    [write("3/3/21"), write("03.03.2021"), write("Wed 3 Mar 2021")],
    ["12/31/05", "31.12.2005", "Sat 31 Dec 2005"],
  );
});

test("a hundred years of days, none in both parts, the same for the same seed", () => {
  const { train, heldOut } = splitDates(0.1, seeded(14));
  assert.deepEqual([train.length + heldOut.length, heldOut.length], [36525, 3653]);
  const seen = new Set(train.map(isoDate));
  assert.ok(heldOut.every((date) => !seen.has(isoDate(date))));
  assert.ok([...train, ...heldOut].map(isoDate).includes("2068-02-29"));
  assert.deepEqual(splitDates(0.1, seeded(14)).heldOut[0], heldOut[0]);
});
