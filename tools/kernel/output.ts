/** Joins what a cell prints into few messages: 100,000 small ones overrun every client. */
const EVERY = 50; // ms
const LIMIT = 64 * 1024; // characters

const { setTimeout } = globalThis; // a cell's interrupt must not drop ours

export class StreamBatch {
  private name = "stdout";
  private chunks: string[] = [];
  private size = 0;
  private since = 0;

  constructor(private readonly send: (name: string, text: string) => void) {}

  write(name: string, text: string): void {
    if (name !== this.name) this.flush();
    if (this.chunks.length === 0) {
      this.name = name;
      this.since = performance.now();
      setTimeout(() => this.flush(), EVERY);
    }
    this.chunks.push(text);
    this.size += text.length;
    // Code that never pauses lets no timer fire.
    if (this.size > LIMIT || performance.now() - this.since > EVERY) this.flush();
  }

  flush(): void {
    if (this.chunks.length === 0) return;
    const text = this.chunks.join("");
    this.chunks = [];
    this.size = 0;
    this.send(this.name, text);
  }
}
