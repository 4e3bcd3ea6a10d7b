import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser";

const WIDTH = 700;
const HEIGHT = 420;
const SCALE = 1.5;

/** Draws figures as PNG. The browser starts with the first one. */
export interface Painter {
  /** The picture in base64, as notebooks hold it. */
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
      const url = await (await page).evaluate(
        async ({ figure, width, height, scale }) => {
          const { data, layout = {} } = figure as {
            data: unknown[];
            layout?: { width?: number; height?: number };
          };
          const size = { width: layout.width ?? width, height: layout.height ?? height };
          const plotly = (
            globalThis as unknown as { Plotly: { toImage(f: object, o: object): Promise<string> } }
          ).Plotly;
          return plotly.toImage({ data, layout: { ...layout, ...size } }, { format: "png", ...size, scale });
        },
        { figure, width: WIDTH, height: HEIGHT, scale: SCALE },
      );
      return url.slice(url.indexOf(",") + 1);
    },
    async close() {
      await page?.catch(() => {});
      await browser?.close();
    },
  };
}
