/** What a page or a style sheet would fetch from other hosts; links that a reader may follow are not among it. */
const FETCHED = [
  /<[^>]*?\s(?:src|srcset|poster|data)=["']?\s*((?:https?:)?\/\/[^"'\s>]+)/g,
  /<link\b[^>]*?\shref=["']?\s*((?:https?:)?\/\/[^"'\s>]+)/g,
  /@import\s+["']\s*((?:https?:)?\/\/[^"'\s>]+)/g,
  /url\(["']?\s*((?:https?:)?\/\/[^"')\s]+)/g,
];

export function outsideOf(text: string): string[] {
  const found = FETCHED.flatMap((pattern) => [...text.matchAll(pattern)]);
  return found.sort((a, b) => a.index - b.index).map(([, address]) => address!);
}
