// @ts-check
// One line a step, on stderr: stdout belongs to the verb (`--json`).

const terminal = process.stderr.isTTY === true;
const QUIET_SECONDS = 10;

/**
 * The steps at work, drawn in one row.
 * @type {Set<Line>}
 */
const drawn = new Set();
/** @type {NodeJS.Timeout | undefined} */
let timer;

function draw() {
  const [first] = drawn;
  if (first === undefined) return;
  const row = [...drawn].map(({ title, text }) => `${title}${text && `: ${text}`}`).join(" · ");
  const line = `… ${row} (${first.seconds()})`;
  process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

/** @param {string} text a line of its own, above the row */
function say(text) {
  if (drawn.size > 0) process.stderr.write("\r\x1b[2K");
  console.error(text);
  draw();
}

/** One step's line. On a terminal it is redrawn in place; elsewhere (CI) a long step prints a line now and then. */
class Line {
  /** @param {string} title @param {{ quiet?: boolean, onUpdate?: (text: string) => void }} [options] quiet: tell the end only */
  constructor(title, { quiet = false, onUpdate } = {}) {
    this.title = title;
    this.quiet = quiet;
    this.onUpdate = onUpdate;
    this.started = Date.now();
    this.printed = this.started;
    this.text = "";
    if (!terminal || quiet) return;
    drawn.add(this);
    timer ??= setInterval(draw, 200);
    draw();
  }

  /** @param {string} text what is going on now */
  update(text) {
    this.text = text;
    this.onUpdate?.(`${this.title}: ${text}`);
    if (terminal || this.quiet || Date.now() - this.printed < QUIET_SECONDS * 1000) return;
    this.printed = Date.now();
    say(`  ${this.title}: ${text} (${this.seconds()})`);
  }

  /** @param {number} part @param {number} whole @param {string} label */
  bar(part, whole, label) {
    const share = Math.min(1, whole > 0 ? part / whole : 0);
    const full = Math.round(share * 12);
    this.update(
      `${"█".repeat(full)}${"░".repeat(12 - full)} ${String(Math.floor(share * 100)).padStart(3)} % ${label}`,
    );
  }

  /** @param {string} detail */
  done(detail) {
    this.end(`✓ ${this.title.padEnd(16)} ${detail} (${this.seconds()})`);
  }

  failed() {
    this.end(`✗ ${this.title}`);
  }

  /**
   * A line above this one.
   * @param {string} text
   */
  note(text) {
    say(`  ${text}`);
  }

  /** @private @param {string} text */
  end(text) {
    drawn.delete(this);
    if (terminal && !this.quiet) process.stderr.write("\r\x1b[2K");
    say(text);
    if (drawn.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  seconds() {
    return `${((Date.now() - this.started) / 1000).toFixed(1)} s`;
  }
}

/** @typedef {Line} StepLine */

module.exports = { Line };
