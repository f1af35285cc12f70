/**
 * Reads how long the service wants the client to wait: `x-amz-retry-after` in milliseconds, else `retry-after` in seconds
 * or as an HTTP date.
 *
 * @param headers - the response's headers, names in lower case
 * @param nowMs - the clock in milliseconds since 1970
 * @returns `undefined` when there is no header, or it cannot be read.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#name-retry-after RFC 9110, Retry-After}
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, nowMs: number): Date | undefined {
  const milliseconds = headers["x-amz-retry-after"];
  if (milliseconds !== undefined && isNumber(milliseconds)) return dateOf(nowMs + Number(milliseconds));
  const value = headers["retry-after"];
  if (value === undefined) return undefined;
  return dateOf(isNumber(value) ? nowMs + Number(value) * 1000 : Date.parse(value));
}

/** `undefined` for an invalid time, or one out of range. */
function dateOf(time: number): Date | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function isNumber(text: string): boolean {
  return /^\s*\d+(\.\d+)?\s*$/.test(text);
}
