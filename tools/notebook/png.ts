import { deflateSync } from "node:zlib";

/** A PNG with at most 256 colors: a third of the size of what a browser writes, and hard to tell from it. */
export function palettePng(rgba: Uint8Array, width: number, height: number): Buffer {
  const palette = choosePalette(rgba);
  const colors = Buffer.alloc(palette.length * 3);
  const indexOf = new Map<number, number>();
  for (const [index, box] of palette.entries()) {
    colors.writeUIntBE(average(box), index * 3, 3);
    for (const { color } of box) indexOf.set(color, index);
  }
  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter, 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = indexOf.get(colorAt(rgba, (y * width + x) * 4)) ?? 0;

  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]); // 8 bits, indexed
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

interface Counted {
  color: number;
  count: number;
}

/** Median cut: the box of colors that spreads most is halved until there are 256. */
function choosePalette(rgba: Uint8Array): Counted[][] {
  const counts = new Map<number, number>();
  for (let i = 0; i < rgba.length; i += 4) {
    const color = colorAt(rgba, i);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  let boxes = [widest([...counts].map(([color, count]) => ({ color, count })))];
  while (boxes.length < 256) {
    const next = boxes.reduce((a, b) => (b.spread > a.spread ? b : a));
    if (next.spread === 0) break;
    const sorted = next.box.sort((a, b) => channel(a.color, next.shift) - channel(b.color, next.shift));
    const half = Math.floor(sorted.length / 2);
    boxes = boxes.filter((box) => box !== next);
    boxes.push(widest(sorted.slice(0, half)), widest(sorted.slice(half)));
  }
  return boxes.map(({ box }) => box);
}

/** A box with the channel in which its colors differ most. */
function widest(box: Counted[]): { box: Counted[]; shift: number; spread: number } {
  const spreads = [16, 8, 0].map((shift) => {
    let [low, high] = [255, 0];
    for (const { color } of box) {
      low = Math.min(low, channel(color, shift));
      high = Math.max(high, channel(color, shift));
    }
    return { box, shift, spread: high - low };
  });
  return spreads.reduce((a, b) => (b.spread > a.spread ? b : a));
}

function average(box: Counted[]): number {
  const total = box.reduce((sum, { count }) => sum + count, 0);
  const mean = (shift: number): number =>
    Math.round(box.reduce((sum, { color, count }) => sum + channel(color, shift) * count, 0) / total);
  return (mean(16) << 16) | (mean(8) << 8) | mean(0);
}

function channel(color: number, shift: number): number {
  return (color >> shift) & 255;
}

function colorAt(rgba: Uint8Array, offset: number): number {
  return (
    ((rgba[offset] as number) << 16) | ((rgba[offset + 1] as number) << 8) | (rgba[offset + 2] as number)
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
