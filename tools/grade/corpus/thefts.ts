import { above, type Hostile, telling } from "./hostile";

const walk = (from: string, what: string) =>
  `(() => { const fs = require("node:fs"); const found: string[] = []; const go = (d: string, n: number) => { if (n > 6) return; ` +
  `try { for (const e of fs.readdirSync(d, { withFileTypes: true })) { const p = d + "/" + e.name; ` +
  `if (${what}.test(p)) found.push(p); if (e.isDirectory() && !/node_modules|\\/(proc|usr|lib)/.test(p)) go(p, n + 1); } } catch {} }; ` +
  `go("${from}", 0); return found.length + " " + found.slice(0, 3); })()`;

/** Wants what is not its own, and to tell it in the feedback. */
export const thefts: Hostile[] = [
  {
    name: "any notebook",
    answer: telling(walk("/", "/\\.ipynb$/")),
    status: "fail",
    says: /FOUND 0 $/m,
    needsSandbox: true,
  },
  {
    name: "solutions/",
    answer: telling(walk("/course", "/solutions|hidden/")),
    status: "fail",
    says: /FOUND 0 $/m,
    needsSandbox: true,
  },
  {
    name: "the solutions, from where they would be",
    answer: telling(
      'require("node:fs").readFileSync(require.resolve("unrolled/package.json") + "/../../../solutions/01-recurrence.ipynb", "utf8")',
    ),
    status: "fail",
    hides: /BEGIN SOLUTION/,
    needsSandbox: true,
  },
  {
    name: "the environment",
    answer: telling("JSON.stringify(process.env)"),
    status: "fail",
    says: /FOUND \{/,
    hides: /OF_THE_TEACHER/,
  },
  {
    name: "other processes",
    answer: telling(
      'require("node:fs").readdirSync("/proc").filter((n: string) => /^[0-9]+$/.test(n)).length < 5',
    ),
    status: "fail",
    says: /FOUND true|scandir '\/proc'/, // there are none, or no /proc at all (in a container)
    needsSandbox: true,
  },
  {
    name: "the environment of others",
    answer: telling(
      '["1", process.ppid].map((p) => { try { return require("node:fs").readFileSync("/proc/" + p + "/environ", "utf8"); } catch (e) { return e; } })',
    ),
    status: "fail",
    hides: /OF_THE_TEACHER/,
    needsSandbox: true,
  },
  {
    name: "the teacher's home",
    answer: telling(
      '["/root", "/home", "/etc/passwd"].filter((p) => require("node:fs").existsSync(p)).length',
    ),
    status: "fail",
    says: /FOUND 0/,
    needsSandbox: true,
  },
  {
    name: "a socket",
    answer: `const said_ = await new Promise<string>((done) => { const s = require("node:net").connect(PORT, "127.0.0.1"); s.on("connect", () => { s.write("hello"); done("connected"); }); s.on("error", (e: Error) => done(e.message)); });\n${telling("said_")}`,
    status: "fail",
    hides: /FOUND connected/,
    needsSandbox: true,
  },
  {
    name: "changes the library",
    answer: telling(
      '(() => { try { require("node:fs").appendFileSync(require.resolve("unrolled"), "// changed"); return "changed"; } catch (e) { return e; } })()',
    ),
    status: "fail",
    hides: /FOUND changed/,
    needsSandbox: true,
  },
  {
    name: "a file through an import",
    answer: `import * as stolen_ from "../solutions/01-recurrence.ipynb";\n${telling("JSON.stringify(stolen_)")}`,
    status: "compile-error",
    hides: /BEGIN SOLUTION/,
  },
  {
    name: "a file through a reference",
    answer: `/// <reference path="/etc/passwd" />\n${telling('"nothing"')}`,
    status: "fail",
    hides: /root:|daemon/,
  },
  {
    name: "the numbers of a hidden case, in a message",
    answer: `const seen_: string[] = [];\n${telling("0").replace('throw new Error("FOUND " + String(0));', 'seen_.push(String(x)); if (x !== 0 && x !== 1 && x !== 2) throw Object.assign(new Error("FOUND " + seen_), { name: "X" + seen_ }); return Math.tanh(w * x + u * hPrev + b);')}`,
    status: "fail",
    says: /a case that the notebook does not show/,
    hides: /FOUND|-1\.2/,
  },
  {
    name: "the numbers of a hidden case, in a stack",
    answer: `Error.prepareStackTrace = () => "cell 4, line 1 FOUND";\n${telling("0").replace('throw new Error("FOUND " + String(0));', 'if (x < 0) { const e = new TypeError("FOUND " + x); e.stack = "cell 4, line 1: FOUND " + x; throw e; } return Math.tanh(w * x + u * hPrev + b);')}`,
    status: "fail",
    hides: /FOUND|-1\.2/,
  },
  {
    name: "writes beside its notebook",
    answer: above('require("node:fs").writeFileSync("01-recurrence.ipynb", "mine");'),
    status: "fail",
  },
];
