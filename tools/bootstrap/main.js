// The entry of every npm script: makes sure that what the verb needs is installed, then runs the verb.
// This file keeps to the JavaScript of old Node versions, so that they too can say what is wrong.

const OLDEST = 20;
const NEWEST = 26;
const major = Number(process.versions.node.split(".")[0]);

if (major < OLDEST || major > NEWEST) {
  const wrong = major < OLDEST ? "too old" : "too new, and not yet tried";
  console.error(`
✗ Node ${process.version} cannot run the course.
  Why: it is ${wrong}; the course runs on Node ${OLDEST} to ${NEWEST}.
  What to do: install Node 24 from nodejs.org, or with a version manager (nvm install 24), then run the command again.
`);
  process.exit(1);
} else {
  require("./verbs.js").runVerb(process.argv[2], process.argv.slice(3));
}
