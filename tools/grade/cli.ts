import { readCommand, usageOf } from "../command";
import { projectRoot, readCourse } from "../exercises/course";
import { collectInto, doctor, exportReport, grade, handOut, merge, remake } from "./verbs";

const verbs = {
  handout: handOut,
  collect: collectInto,
  report: remake,
  export: exportReport,
  merge,
  doctor,
  regrade: grade,
} as const;

/** Runs one verb; returns the exit code. Throws an Error whose message is for the user. */
export async function main(args: readonly string[], root: string = projectRoot): Promise<number> {
  const { flags, words } = readCommand("grade", args);
  const [first, ...rest] = words;
  if (first === undefined) throw new Error(usageOf("grade"));
  const known = Object.hasOwn(verbs, first);
  const verb = known ? verbs[first as keyof typeof verbs] : grade;
  return verb({ course: readCourse(root), words: known ? rest : words, flags, again: first === "regrade" });
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => process.stdout.write("", () => process.exit(code)),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    },
  );
}
