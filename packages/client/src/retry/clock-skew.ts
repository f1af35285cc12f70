/**
 * Learns the local clock's offset from a response's `Date` header.
 *
 * The header counts whole seconds and the response took time, so a measurement within that uncertainty leaves
 * the offset unchanged: a correct clock is never touched. Cached responses, and responses that took
 * longer than 15 minutes (a frozen process), are ignored.
 *
 * @param offsetMs - what has been added to the local clock so far
 * @param headers - the response's headers, names in lower case
 * @param sentAtMs - local clock when the request was sent
 * @param receivedAtMs - local clock when the response arrived
 * @returns The offset to add from now on.
 */
export function learnClockOffset(
  offsetMs: number,
  headers: Readonly<Record<string, string>>,
  sentAtMs: number,
  receivedAtMs: number,
): number {
  const tookMs = receivedAtMs - sentAtMs;
  const serverMs = Date.parse(headers["date"] ?? "");
  const isDate = serverMs >= 0 && serverMs < LATEST_MS;
  if (!isDate || headers["age"] !== undefined || tookMs > 900_000) return offsetMs;
  const measured = Math.round(serverMs + 500 - (sentAtMs + receivedAtMs) / 2);
  return Math.abs(measured - offsetMs) > 1500 + tookMs / 2 ? measured : offsetMs;
}

/** The year 10000: later dates do not fit into a signature, and a client that believed one could not sign again. */
const LATEST_MS: number = Date.UTC(10_000, 0);

/** An offset that changed by more than this explains a refused signature: the service allows five minutes. */
export const SIGNIFICANT_SKEW_MS = 240_000;
