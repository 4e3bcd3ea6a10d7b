import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { projectRoot } from "../exercises/course";

// What the shipped scripts type, with an npm in their way that repeats it.

const skip = process.platform === "win32" && "shell scripts";
const deploy = join(projectRoot, "tools/grade/deploy");
const folder = mkdtempSync(join(tmpdir(), "deploy-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "npm"), '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
chmodSync(join(folder, "npm"), 0o755);

function typed(args: string[], env: Record<string, string>): string[] {
  const path = [folder, process.env.PATH].join(delimiter);
  const { status, stdout, stderr } = spawnSync("sh", args, {
    env: { ...env, PATH: path },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n");
}

const wordAfter = (words: string[], flag: string): string | undefined => words[words.indexOf(flag) + 1];

test("Slurm: each task of an array grades its part, a task alone the part that it is told", { skip }, () => {
  const slurm = (task: string, count: string, ...more: string[]) =>
    typed([join(deploy, "slurm.sh"), "the class", "report", ...more], {
      SLURM_ARRAY_TASK_ID: task,
      SLURM_ARRAY_TASK_COUNT: count,
      SLURM_CPUS_PER_TASK: "2",
    });
  const words = slurm("3", "10");
  assert.deepEqual(words.slice(0, 4), ["run", "grade", "--", "the class"]);
  assert.equal(wordAfter(words, "--shard"), "3/10");
  assert.equal(wordAfter(words, "--out"), "report/part-3");
  assert.ok(words.includes("--resume") && words.includes("--require-sandbox"));
  assert.equal(wordAfter(slurm("3", "1", "10"), "--shard"), "3/10");
});

test("Kubernetes: as many parts as the job has completions, counted from 1", { skip }, () => {
  const manifest = readFileSync(join(deploy, "kubernetes.yaml"), "utf8");
  const completions = Number(/completions: (\d+)/.exec(manifest)![1]);
  const script = /args:\n\s*- >-\n((?: {14}.*\n)+)/
    .exec(manifest)![1]!
    .trim()
    .replace(/\s*\n\s*/g, " ");
  for (const index of [0, completions - 1]) {
    const words = typed(["-c", script], { JOB_COMPLETION_INDEX: String(index) });
    assert.equal(wordAfter(words, "--shard"), `${index + 1}/${completions}`);
    assert.equal(wordAfter(words, "--out"), `/class/report/part-${index + 1}`);
  }
});
