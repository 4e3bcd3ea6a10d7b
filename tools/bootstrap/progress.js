// @ts-check
// One line a step, on stderr: stdout belongs to the verb (`--json`).

const terminal = process.stderr.isTTY === true;
const QUIET_SECONDS = 10;

/** One step's line. On a terminal it is redrawn in place; elsewhere (CI) a long step prints a line now and then. */
class Line {
  /** @param {string} title */
  constructor(title) {
    this.title = title;
    this.started = Date.now();
    this.printed = this.started;
    this.text = "";
    this.timer = terminal ? setInterval(() => this.draw(), 200) : undefined;
    this.draw();
  }

  /** @param {string} text what is going on now */
  update(text) {
    this.text = text;
    if (terminal || Date.now() - this.printed < QUIET_SECONDS * 1000) return;
    this.printed = Date.now();
    console.error(`  ${this.title}: ${text} (${this.seconds()})`);
  }

  /** @param {number} part @param {number} whole @param {string} label */
  bar(part, whole, label) {
    const share = Math.min(1, whole > 0 ? part / whole : 0);
    const full = Math.round(share * 24);
    this.update(
      `${"█".repeat(full)}${"░".repeat(24 - full)} ${String(Math.floor(share * 100)).padStart(3)} % ${label}`,
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
    if (terminal) process.stderr.write("\r\x1b[2K");
    console.error(`  ${text}`);
  }

  /** @private @param {string} text */
  end(text) {
    clearInterval(this.timer);
    if (terminal) process.stderr.write("\r\x1b[2K");
    console.error(text);
  }

  /** @private */
  draw() {
    if (!terminal) return;
    const line = `… ${this.title.padEnd(16)} ${this.text} (${this.seconds()})`;
    process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  /** @private */
  seconds() {
    return `${((Date.now() - this.started) / 1000).toFixed(1)} s`;
  }
}

/** @typedef {Line} StepLine */

module.exports = { Line };
