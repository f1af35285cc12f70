import createSpinner from "yocto-spinner";

/** A line on the terminal that says what the program waits for. */
export interface Progress {
  /** Shows the line, with the seconds that have passed. Without a terminal, or if the wait is short, nothing is shown. */
  readonly start: (text: string) => void;
  /** Removes the line. */
  readonly stop: () => void;
}

/** Creates a {@link Progress} on the error output. */
export function createProgress(): Progress {
  const spinner = createSpinner({ stream: process.stderr });
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    if (spinner.isSpinning) spinner.stop();
  };
  const start = (text: string): void => {
    stop();
    if (!process.stderr.isTTY) return;
    const started = Date.now();
    timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - started) / 1000);
      spinner.text = seconds > 0 ? `${text} (${seconds} s)` : text;
      if (!spinner.isSpinning) spinner.start();
    }, 250);
  };
  return { start, stop };
}
