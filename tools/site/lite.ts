/** JupyterLite with the course in it: its own builder makes the pages, this puts the kernel and the pictures in. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { readCourse } from "../exercises/course";
import { examination } from "../exercises/examination";
import { readNotebook } from "../notebook/format";

const root = resolve(__dirname, "../../..");
const temporary = join(root, ".unrolled", "tmp");
const extensions = join(root, "tools", "labextension");
const PLOTLY = join(root, "node_modules", "plotly.js-dist-min", "plotly.min.js");
const { venvPython } = require(join(root, "tools", "bootstrap", "paths.js")) as { venvPython: string };

const EXTENSIONS = ["unrolled-kernel", "unrolled-plotly", "unrolled-work"];

/** What learners open, and what lessons read. */
const CONTENTS = ["notebooks", "exercises", "datasets"];

/** Writes the pages into `out`, with the scripts of `scripts` (see build.ts). */
export async function buildLite(out: string, scripts: string): Promise<void> {
  mkdirSync(temporary, { recursive: true });
  const work = mkdtempSync(join(temporary, "lite-"));
  try {
    await buildIn(work, out, scripts);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function buildIn(work: string, out: string, scripts: string): Promise<void> {
  for (const name of CONTENTS) cpSync(join(root, name), join(work, "files", name), { recursive: true });
  const versions = Object.assign(
    {},
    ...["notebooks", "exercises"].map((name) => placeNotebooks(work, name)),
  ) as object;
  const build = {
    contents: ["files"],
    output_dir: out,
    apps: ["lab"],
    no_sourcemaps: true,
    no_unused_shared_packages: true,
  };
  writeFileSync(join(work, "jupyter_lite_config.json"), JSON.stringify({ LiteBuildConfig: build }));
  await promisify(execFile)(venvPython, ["-m", "jupyterlite_core", "build"], { cwd: work });

  const places = EXTENSIONS.map((name) => {
    const place = join(out, "extensions", name);
    cpSync(join(extensions, name), place, { recursive: true });
    return join(place, "static");
  });
  const [kernel, plotly] = places as [string, string];
  for (const name of readdirSync(scripts).filter(isServed)) cpSync(join(scripts, name), join(kernel, name));
  cpSync(PLOTLY, join(plotly, "plotly.min.js"));
  configure(join(out, "jupyter-lite.json"));
  writeFileSync(join(out, "unrolled-versions.json"), JSON.stringify(versions));
  mkdirSync(join(out, "examinations"));
  for (const lesson of readCourse(root).lessons)
    writeFileSync(join(out, "examinations", `${lesson.name}.ipynb`), JSON.stringify(examination(lesson)));
  const worker = join(out, "service-worker.js");
  const own = readFileSync(join(root, "tools", "site", "service-worker.js"), "utf8");
  writeFileSync(worker, own + readFileSync(worker, "utf8"));
}

/**
 * A Jupyter server hands out each text of a notebook as one string; JupyterLite hands out the file. Each notebook gets
 * its version into its metadata, so that a learner's copy says what it was made of. Returns the versions by path.
 */
function placeNotebooks(work: string, name: string): Record<string, string> {
  const folder = join(work, "files", name);
  const versions: Record<string, string> = {};
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".ipynb"))) {
    const notebook = readNotebook(join(folder, file));
    const version = createHash("sha256").update(JSON.stringify(notebook)).digest("hex").slice(0, 12);
    versions[`${name}/${file}`] = version;
    const metadata = { ...notebook.metadata, unrolled: { version } };
    writeFileSync(join(folder, file), JSON.stringify({ ...notebook, metadata }));
  }
  return versions;
}

/** Of the source maps only the library's: a learner's error names its lines. */
const isServed = (name: string): boolean => !name.endsWith(".map") || name === "unrolled.js.map";

function configure(file: string): void {
  const config = JSON.parse(readFileSync(file, "utf8")) as { "jupyter-config-data": Record<string, unknown> };
  const data = config["jupyter-config-data"];
  const named = (name: string): object => ({
    name,
    ...(
      JSON.parse(readFileSync(join(extensions, name, "package.json"), "utf8")) as {
        jupyterlab: { _build: object };
      }
    ).jupyterlab._build,
  });
  Object.assign(data, {
    appName: "Unrolled",
    defaultKernelName: "tslab",
    federated_extensions: [...(data.federated_extensions as object[]), ...EXTENSIONS.map(named)],
    disabledExtensions: ["@jupyterlab/debugger-extension", "@jupyterlab/apputils-extension:announcements"],
  });
  writeFileSync(file, JSON.stringify(config, null, 2));
}
