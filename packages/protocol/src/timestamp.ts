const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const EPOCH_SECONDS = /^-?\d+(?:\.\d+)?(?:E\d+)?$/i;

/**
 * Writes a date as AWS Query does: RFC 3339 in UTC, without a fraction when it is zero.
 *
 * @throws RangeError when the date is invalid.
 */
export function formatTimestamp(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}

/** Reads RFC 3339 text with any offset, or epoch seconds as in JSON responses; `undefined` when it is neither. */
export function parseTimestamp(text: string): Date | undefined {
  const date = new Date(
    RFC_3339.test(text) ? text : EPOCH_SECONDS.test(text) ? Math.round(Number(text) * 1000) : Number.NaN,
  );
  return Number.isNaN(date.getTime()) ? undefined : date;
}
