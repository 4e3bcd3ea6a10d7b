/// <reference lib="dom" />
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import { palettePng } from "./png";

const WIDTH = 800;
const HEIGHT = 420;
const SCALE = 1.25;

/** Draws figures as PNG. The browser starts with the first one. */
export interface Painter {
  /** The picture of a plotly figure, or of an SVG, in base64, as notebooks hold it. */
  paint(figure: unknown): Promise<string>;
  close(): Promise<void>;
}

export function createPainter(): Painter {
  let browser: Browser | undefined;
  let page: Promise<Page> | undefined;
  const start = async (): Promise<Page> => {
    browser = await launchBrowser();
    const blank = await browser.newPage();
    await blank.addScriptTag({ path: require.resolve("plotly.js-dist-min") });
    return blank;
  };
  return {
    async paint(figure) {
      page ??= start();
      const { pixels, width, height } = await (await page).evaluate(drawFigure, {
        figure: figure as DrawArgument["figure"],
        size: { width: WIDTH, height: HEIGHT },
        scale: SCALE,
      });
      return palettePng(Buffer.from(pixels, "base64"), width, height).toString("base64");
    },
    async close() {
      await page?.catch(() => {});
      await browser?.close();
    },
  };
}

interface DrawArgument {
  figure: string | { data: unknown[]; layout?: { width?: number; height?: number } };
  size: { width: number; height: number };
  scale: number;
}

/** Runs in the browser: the figure's pixels on white, as base64 of RGBA. */
async function drawFigure({
  figure,
  size,
  scale,
}: DrawArgument): Promise<{ pixels: string; width: number; height: number }> {
  const { Plotly } = window as unknown as {
    Plotly: { toImage(figure: object, options: object): Promise<string> };
  };
  const image = new Image();
  if (typeof figure === "string") image.src = `data:image/svg+xml,${encodeURIComponent(figure)}`;
  else {
    const { data, layout = {} } = figure;
    const { width = size.width, height = size.height } = layout;
    const sized = { data, layout: { ...layout, width, height } };
    image.src = await Plotly.toImage(sized, { format: "png", width, height, scale });
  }
  await image.decode();
  const enlarged = typeof figure === "string" ? scale : 1;
  const canvas = new OffscreenCanvas(image.width * enlarged, image.height * enlarged);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const reader = new FileReader();
  await new Promise((done) => {
    reader.onload = done;
    reader.readAsDataURL(new Blob([pixels.data]));
  });
  const url = reader.result as string;
  return { pixels: url.slice(url.indexOf(",") + 1), width: canvas.width, height: canvas.height };
}
