import { hypot } from "../math";

/** A drawing as SVG, with the text that stands for it where no picture can be seen. */
export interface Drawing {
  svg: string;
  /** What the drawing shows, in words and numbers. */
  alt: string;
}

/** What a color means: [on light paper, on dark paper]. Blue, green and vermilion are those of the plots' palette. */
const tones = {
  ink: ["#222222", "#E4E4E4"],
  muted: ["#5F6368", "#A8ADB3"],
  input: ["#0072B2", "#6CB9EC"],
  output: ["#007A58", "#43C59E"],
  backward: ["#C24B00", "#FF9A57"],
  paper: ["#FFFFFF", "#111111"],
  box: ["#F1F4F8", "#242A31"],
  lit: ["#FFE9C7", "#5A3B00"],
} as const;
export type Tone = keyof typeof tones;

export type Point = readonly [x: number, y: number];

export interface LineStyle {
  tone?: Tone;
  dashed?: boolean;
  width?: number;
}

/** One line of text: "h_1" puts the 1 below the line, "a^i" the i above it. */
export interface Line {
  text: string;
  tone?: Tone;
  size?: number;
  bold?: boolean;
}

/**
 * The whole SVG. Its colors are attributes, which every reader of SVG knows; on a dark page a style sheet changes
 * them, the paper too, so that text and paper always fit together.
 */
export function drawing(width: number, height: number, title: string, alt: string, parts: string[]): Drawing {
  const dark = Object.entries(tones).map(
    ([tone, [, color]]) => `.unrolled .f-${tone}{fill:${color}}.unrolled .s-${tone}{stroke:${color}}`,
  );
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="unrolled" role="img" width="${w}" height="${h}" ` +
      `viewBox="0 0 ${w} ${h}" font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(alt)}</desc>`,
    `<style>@media (prefers-color-scheme: dark){${dark.join("")}}</style>`,
    `<rect width="${w}" height="${h}" rx="6" ${painted("paper")}/>`,
    ...parts,
    "</svg>",
  ].join("\n");
  return { svg, alt };
}

/** Text around a point; `anchor` says which end of it the point is. */
export function text(
  [x, y]: Point,
  line: Line | string,
  anchor: "start" | "middle" | "end" = "middle",
): string {
  const { text: words, tone = "ink", size = 14, bold } = typeof line === "string" ? { text: line } : line;
  const weight = bold ? ' font-weight="600"' : "";
  const at = `x="${short(x)}" y="${short(y + size * 0.35)}"`;
  return `<text ${at} font-size="${size}" text-anchor="${anchor}"${weight} ${painted(tone)}>${raised(words, size)}</text>`;
}

/** How wide a line of text is at most, in pixels: fonts differ, so this is a little too much. */
export function widthOf(line: Line | string): number {
  const { text: words, size = 14, bold } = typeof line === "string" ? { text: line } : line;
  return words.replace(/[_^]/g, "").length * size * (bold ? 0.62 : 0.58);
}

/** A box around a point, with lines of text in it. */
export function box(
  [x, y]: Point,
  [w, h]: readonly [number, number],
  lines: Line[],
  style: { tone?: Tone; fill?: Tone; round?: number } = {},
): string {
  const { tone = "ink", fill: inside = "box", round = 8 } = style;
  const place = `x="${short(x - w / 2)}" y="${short(y - h / 2)}" width="${short(w)}" height="${short(h)}"`;
  const frame = `<rect ${place} rx="${round}" stroke-width="1.5" ${painted(inside, tone)}/>`;
  const height = lines.reduce((sum, { size = 14 }) => sum + size * 1.25, 0);
  let top = y - height / 2;
  const rows = lines.map((line) => {
    const size = line.size ?? 14;
    top += size * 1.25;
    return text([x, top - size * 0.625], line);
  });
  return [frame, ...rows].join("");
}

/** A line through the points. */
export function path(points: Point[], style: LineStyle = {}): string {
  const { tone = "ink", dashed, width = 1.6 } = style;
  const d = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join(" ");
  const dashes = dashed ? ' stroke-dasharray="5 4"' : "";
  return `<path d="${d}" stroke-width="${width}" stroke-linejoin="round"${dashes} ${painted(undefined, tone)}/>`;
}

/** A line through the points, with its head at the last. */
export function arrow(points: Point[], style: LineStyle = {}): string {
  const { tone = "ink", width = 1.6 } = style;
  const [[x0, y0], [x, y]] = points.slice(-2);
  const length = hypot(x - x0, y - y0);
  const [ux, uy] = [(x - x0) / length, (y - y0) / length];
  const [back, side] = [7 + width, 3 + width * 0.7];
  const neck: Point = [x - back * ux, y - back * uy];
  const corners = [
    [x, y],
    [neck[0] - side * uy, neck[1] + side * ux],
    [neck[0] + side * uy, neck[1] - side * ux],
  ];
  const head = corners.map((corner) => corner.map(short).join(",")).join(" ");
  return `${path([...points.slice(0, -1), neck], style)}<polygon points="${head}" ${painted(tone)}/>`;
}

/** A number as it stands in a node: at most three significant digits, a true minus. */
export function inNode(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞";
  const whole = size < 1e5 && (size === 0 || size >= 1e-3);
  const exact = Number(size.toPrecision(3)) === size || Number.isInteger(size); // 0.5 stays 0.5
  const digits = whole ? (exact ? String(size) : size.toPrecision(3)) : size.toExponential(1);
  const readable = digits.includes("e") && whole ? String(Number(digits)) : digits; // 1.23e+4
  return `${value < 0 ? "−" : ""}${readable.replace("e-", "e−").replace("e+", "e")}`;
}

/** The attributes that color an element, inside and along its edge. */
export function painted(inside?: Tone, edge?: Tone): string {
  const classes = [inside && `f-${inside}`, edge && `s-${edge}`].filter(Boolean).join(" ");
  const color = (tone?: Tone): string => (tone ? tones[tone][0] : "none");
  return `class="${classes}" fill="${color(inside)}"${edge ? ` stroke="${color(edge)}"` : ""}`;
}

export function escaped(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Coordinates to a tenth of a pixel. */
function short(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

/** "h_1" and "a^i" with small figures below or above the line; more than one character in braces: "h_{t−1}". */
function raised(words: string, size: number): string {
  return escaped(words).replace(/([_^])(?:\{([^}]*)\}|(.))/g, (_, mark, many, one) => {
    const shift = size * (mark === "_" ? 0.25 : -0.35);
    const small = `<tspan dy="${short(shift)}" font-size="${short(size * 0.75)}">${many ?? one}</tspan>`;
    return `${small}<tspan dy="${short(-shift)}">\u200B</tspan>`;
  });
}
