/** The lessons' Markdown as HTML: JupyterLab's own parser, marked, and KaTeX for what stands between dollars. */
import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { renderToString } from "katex";
import type { Marked } from "marked";

hljs.registerLanguage("ts", typescript);

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char]!);

/** Code, then display math, then inline math: whatever begins first is taken whole, so a dollar in code stays one. */
const PARTS =
  /(```[\s\S]*?```|(`+)(?!`)[\s\S]*?[^`]\2(?!`))|\$\$([\s\S]+?)\$\$|\$(?!\s)((?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)([.,;:]?)/g;
/** Stands for a formula while Markdown is read, which would take its _ and | for its own. */
const PLACE = /\uE000(\d+)\uE001/g;

/** The formulas of a text in KaTeX's HTML, with MathML for screen readers. @throws for one that KaTeX cannot read */
function takeMath(text: string): { rest: string; formulas: string[] } {
  const formulas: string[] = [];
  const rest = text.replace(PARTS, (whole, code, _ticks, display, inline, mark) => {
    if (code !== undefined) return whole;
    // A mark that follows a formula would begin the next line: it goes into the formula.
    const tex = display ?? (mark ? `${inline}\\text{${mark}}` : inline);
    const html = renderToString(tex, { displayMode: display !== undefined, strict: false });
    return `\uE000${formulas.push(html) - 1}\uE001`;
  });
  return { rest, formulas };
}

export const highlight = (code: string, language: string): string =>
  hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escapeHtml(code);

export type ToHtml = (text: string) => string;

/** `address` says where a link of the notebook leads from the page. */
export async function markdown(address: (href: string) => string): Promise<ToHtml> {
  const { Marked } = await import("marked"); // an ES module, which Node 20 loads only like this
  const marked: Marked = new Marked({
    walkTokens(token) {
      if (token.type === "link") token.href = address(token.href);
    },
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchor(text.replace(PLACE, ""))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      code({ text, lang = "" }) {
        return `<pre><code>${highlight(text, lang)}</code></pre>\n`;
      },
    },
  });
  return (text) => {
    const { rest, formulas } = takeMath(text);
    const html = marked.parse(rest, { async: false });
    return html.replace(PLACE, (_, index) => formulas[Number(index)]!);
  };
}

/** "The idea in plain words" as the end of an address. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");

/** Markdown without its signs, for titles and descriptions. */
export const plainText = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\*\*|\*|`|\$/g, "")
    .replace(/\s+/g, " ")
    .trim();
