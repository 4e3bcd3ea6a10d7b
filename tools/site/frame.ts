/** The frame around each page: head, course's name, foot. Every address in it is relative. */
import { escapeHtml } from "./markdown";

export interface Page {
  title: string;
  description: string;
  /** From the page to the site's first folder: "" or "../". */
  up: string;
  head?: string;
  main: string;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 12c3 0 3-8 6-8s3 8 6 8' " +
  "fill='none' stroke='%230072B2' stroke-width='2.5' stroke-linecap='round'/%3E%3C/svg%3E";

export function framed({ title, description, up, head = "", main }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta property="og:title" content="${escapeHtml(title)}">
<meta property="og:description" content="${escapeHtml(description)}">
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${up}pages/site.css">
${head}</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
${main}
<footer>
<p>Code and text: MIT licence. Each dataset keeps its own licence, named on its card.</p>
</footer>
</body>
</html>
`;
}

/** JupyterLite with one file open. */
export const inLab = (up: string, path: string): string => `${up}lab/index.html?path=${path}`;
