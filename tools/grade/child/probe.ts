/** Says what can be seen from behind the walls of a sandbox. */
import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";

const course = join(__dirname, "../../../..");
const network = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ internal }) => !internal),
);
process.stdout.write(JSON.stringify({ solutions: existsSync(join(course, "solutions")), network }));
