/** The answer to `kernel_info_request`, read without loading TypeScript: both threads give it at once. */
import type { Content } from "./message";

const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

export function kernelInfo(): Content {
  const typescript = version("@tslab/typescript-for-tslab");
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "unrolled",
    implementation_version: version("tslab"),
    // JupyterLab copies this into the notebook that it opens: more than the course's notebooks hold, or a version,
    // which changes, would leave them changed.
    language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
    banner: `TypeScript ${typescript} on Node ${process.version} (Unrolled, on tslab ${version("tslab")})`,
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    ],
  };
}
