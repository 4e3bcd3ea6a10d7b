import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { palettePng } from "./png";

test("few colors are kept exactly", () => {
  const rgba = Uint8Array.from([255, 255, 255, 255, 0, 114, 178, 255]);
  const png = palettePng(rgba, 2, 1);
  const palette = png.indexOf("PLTE");
  const colors = png.subarray(palette + 4, palette + 4 + png.readUInt32BE(palette - 4));
  const data = png.indexOf("IDAT");
  const row = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const pixel = (x: number): number[] => [...colors.subarray((row[x + 1] ?? 0) * 3).subarray(0, 3)];
  assert.deepEqual(
    [pixel(0), pixel(1)],
    [
      [255, 255, 255],
      [0, 114, 178],
    ],
  );
});

test("many colors become 256", () => {
  const rgba = new Uint8Array(64 * 64 * 4);
  for (let i = 0; i < 64 * 64; i++) rgba.set([i & 255, (i >> 4) & 255, 128, 255], i * 4);
  const png = palettePng(rgba, 64, 64);
  assert.equal(png.readUInt32BE(png.indexOf("PLTE") - 4), 768);
});
