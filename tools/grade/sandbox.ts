/**
 * The walls around a submission. bubblewrap where it works: a file system that holds the course without its
 * solutions and nothing else, no network, no other process, and (seccomp.ts) no way to start one. Plain namespaces,
 * Docker or nothing where it does not; the report says which.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { WATCHED } from "./child/watched";
import { writeFilter } from "./seccomp";

export type Kind = "bubblewrap" | "namespaces" | "docker" | "none";
export const KINDS: readonly Kind[] = ["bubblewrap", "namespaces", "docker", "none"];

export interface Command {
  program: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  /** What ends it where killing the program does not. */
  stop?: string[];
}

export interface Sandbox {
  kind: Kind;
  /** In words, for the report. */
  walls: string;
  /** Node on a program of tools/dist, behind the walls. */
  command(program: string, flags: string[]): Command;
  close(): void;
}

/** What of the course a submission sees. Never solutions/. */
const SEEN = [
  "lib",
  "node_modules",
  "tools/dist",
  "tools/package.json",
  "tools/node_modules",
  "datasets",
  "notebooks/models",
  "package.json",
];
const SCRATCH = 32 * 2 ** 20; // bytes of files
const INSIDE = "/course";
const IMAGE = `node:${process.versions.node.split(".")[0]}-slim`;
const SYSTEM = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"];

const limits = (): string[] =>
  existsSync("/usr/bin/prlimit")
    ? ["/usr/bin/prlimit", "--core=0", "--cpu=3600", "--nofile=256", `--fsize=${SCRATCH}`, "--"]
    : [];

/** @throws if the machine has none of the kind that was asked for */
export function openSandbox(root: string, wanted: Kind | "auto", required = false): Sandbox {
  const makers: Record<Kind, ((root: string) => Sandbox)[]> = {
    bubblewrap: [(at) => bubblewrapped(at, true), (at) => bubblewrapped(at, false)],
    namespaces: [namespaced],
    docker: [dockered],
    none: [unprotected],
  };
  const kinds = wanted === "auto" ? KINDS : [wanted];
  for (const kind of kinds)
    for (const make of makers[kind]) {
      const sandbox = make(root);
      const safe = kind !== "none" || !required;
      if (safe && holds(sandbox)) return sandbox;
      sandbox.close();
    }
  throw new Error(
    `no sandbox of this machine works (${kinds.join(", ")} tried): install bubblewrap (apt install bubblewrap), ` +
      "or grade with --sandbox none on a machine that has nothing to lose; npm run grade -- doctor says more",
  );
}

/** Does a program start in it, and is what should be out of sight out of sight? */
export function holds(sandbox: Sandbox): boolean {
  const { program, args, env, cwd } = sandbox.command("grade/child/probe.js", []);
  const { status, stdout } = spawnSync(program, args, { env, cwd, encoding: "utf8", timeout: 60_000 });
  if (status !== 0) return false;
  const seen = JSON.parse(stdout) as { solutions: boolean; network: boolean };
  return sandbox.kind === "none" || (!seen.solutions && !seen.network);
}

const plainEnv = (): Record<string, string> => ({ PATH: "/usr/bin:/bin", HOME: "/tmp", LANG: "C.UTF-8" });

/** `proc`: with a /proc of its own, which within a container (Kubernetes) the kernel refuses; Node can do without. */
function bubblewrapped(root: string, proc: boolean): Sandbox {
  const filter = writeFilter();
  const seen = SEEN.filter((path) => existsSync(join(root, path))).flatMap((path) => [
    "--ro-bind",
    join(root, path),
    `${INSIDE}/${path}`,
  ]);
  const cache = join(root, ".unrolled/cache");
  const system = SYSTEM.flatMap((path) => ["--ro-bind-try", path, path]);
  const size = ["--size", String(SCRATCH), "--tmpfs"];
  const walls = [
    ...["--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--hostname", "course"],
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"],
    ...Object.entries(plainEnv()).flatMap(([name, value]) => ["--setenv", name, value]),
    ...[...system, "--ro-bind-try", dirname(process.execPath), dirname(process.execPath)],
    ...(proc ? ["--proc", "/proc"] : []),
    ...["--dev", "/dev", ...size, "/tmp", ...seen],
    ...[
      "--ro-bind-try",
      cache,
      `${INSIDE}/.unrolled/cache`,
      ...size,
      `${INSIDE}/exercises`,
      "--remount-ro",
      "/",
    ],
    ...["--chdir", `${INSIDE}/exercises`],
  ];
  // bwrap reads the filter from a file descriptor: a shell opens it, and is replaced by bwrap.
  const open = filter ? ['exec 9<"$0"; exec "$@"', filter.file] : ['exec "$@"', "sh"];
  return {
    kind: "bubblewrap",
    walls: `files, processes, network, users${filter ? ", no new processes" : ""}`,
    command: (program, flags) => ({
      program: "/bin/sh",
      args: [
        "-c",
        ...open,
        ...limits(),
        "bwrap",
        ...walls,
        ...(filter ? ["--seccomp", "9"] : []),
        ...["--", process.execPath, ...flags, `${INSIDE}/tools/dist/${program}`],
      ],
      env: plainEnv(),
    }),
    close: () => filter?.close(),
  };
}

/** A root of its own with the same folders, made with mount: what bubblewrap does, without bubblewrap. */
function namespaced(root: string): Sandbox {
  const home = mkdtempSync(join(tmpdir(), "grade-"));
  const seen = SEEN.filter((path) => existsSync(join(root, path)));
  const system = [...SYSTEM, dirname(process.execPath)].filter((path) => existsSync(path));
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  const bind = (from: string, to: string) => {
    const place = quoted(`${home}${to}`);
    const make = isFile(from)
      ? `mkdir -p ${quoted(dirname(`${home}${to}`))}; : > ${place}`
      : `mkdir -p ${place}`;
    return `${make}; mount --rbind ${quoted(from)} ${place}; mount -o remount,bind,ro ${place} || true`;
  };
  const script = [
    "set -e",
    `mount -t tmpfs -o size=${SCRATCH} tmpfs ${quoted(home)}`,
    ...system.map((path) => bind(path, path)),
    ...seen.map((path) => bind(join(root, path), `${INSIDE}/${path}`)),
    `mkdir -p ${["tmp", "proc", "dev", "course/exercises"].map((name) => quoted(join(home, name))).join(" ")}`,
    ...["null", "urandom", "random", "zero"].map(
      (name) =>
        `: > ${quoted(`${home}/dev/${name}`)}; mount --bind /dev/${name} ${quoted(`${home}/dev/${name}`)}`,
    ),
    `mount -t proc proc ${quoted(`${home}/proc`)}`,
    // This shell stays, as process 1: whatever is process 1 does not hear the signals that it sends itself.
    `chroot ${quoted(home)} /bin/sh -c 'cd ${INSIDE}/exercises; exec "$@"' sh "$@"`,
    "exit $?",
  ].join("\n");
  return {
    kind: "namespaces",
    walls: "files, processes, network",
    command: (program, flags) => ({
      program: "unshare",
      args: [
        ...[
          "--user",
          "--map-root-user",
          "--mount",
          "--net",
          "--pid",
          "--ipc",
          "--uts",
          "--fork",
          "--kill-child",
        ],
        ...["/bin/sh", "-c", script, "sh", ...limits().slice(0, -1), "--nproc=64", "--"],
        // Without its capabilities root in here is nobody: it can neither mount nor leave this root again.
        ...["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"],
        ...[process.execPath, ...flags, `${INSIDE}/tools/dist/${program}`],
      ],
      env: { ...plainEnv(), PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    }),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

function dockered(root: string): Sandbox {
  const seen = SEEN.filter((path) => existsSync(join(root, path)));
  const scratch = `size=${SCRATCH},uid=65534,gid=65534`;
  const client = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"];
  const given = client.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const env = { ...plainEnv(), ...Object.fromEntries(given) } as Record<string, string>;
  return {
    kind: "docker",
    walls: "files, processes, network",
    command: (program, flags) => {
      const name = `grade-${randomUUID()}`;
      return {
        program: "docker",
        args: [
          ...["run", "--rm", "--init", "--interactive", "--name", name, "--network", "none", "--read-only"],
          ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "64"],
          ...["--ulimit", "cpu=3600", "--user", "65534:65534"],
          ...["--tmpfs", `/tmp:${scratch}`, "--tmpfs", `${INSIDE}/exercises:${scratch}`],
          ...seen.flatMap((path) => ["--volume", `${join(root, path)}:${INSIDE}/${path}:ro`]),
          ...["--workdir", `${INSIDE}/exercises`, IMAGE],
          ...["node", ...flags, `${INSIDE}/tools/dist/${program}`, WATCHED],
        ],
        env,
        stop: ["docker", "kill", name],
      };
    },
    close() {},
  };
}

function unprotected(root: string): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "grade-"));
  const cwd = join(folder, "exercises");
  mkdirSync(cwd);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return {
    kind: "none",
    walls: "none",
    command: (program, flags) => ({
      program: process.execPath,
      args: [...flags, join(root, "tools/dist", program), WATCHED],
      env: { ...plainEnv(), PATH: process.env.PATH ?? "" },
      cwd,
    }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function isFile(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
