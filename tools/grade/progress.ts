/** How far a run is, on stderr: a bar in a terminal, a line now and then elsewhere. */
const WIDTH = 30;

export function progress(total: number, stream: NodeJS.WriteStream = process.stderr) {
  const begun = performance.now();
  let [done, fresh] = [0, 0];
  const left = (): string => {
    const seconds = ((performance.now() - begun) / 1000 / Math.max(1, fresh)) * (total - done);
    return fresh === 0
      ? ""
      : `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")} left`;
  };
  const line = (): string => {
    const full = Math.round((WIDTH * done) / Math.max(1, total));
    return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${done}/${total} ${left()}`;
  };
  return {
    done(what: string, isFresh: boolean): void {
      done += 1;
      if (isFresh) fresh += 1;
      if (stream.isTTY) stream.write(`\r\x1b[K${line()} ${what.slice(0, 40)}`);
      else if (done % Math.ceil(total / 10) === 0 && done < total)
        stream.write(`${done}/${total} ${left()}\n`);
    },
    end(): void {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      if (stream.isTTY) stream.write("\r\x1b[K");
      stream.write(`${total} notebooks in ${seconds} s\n`);
    },
  };
}
