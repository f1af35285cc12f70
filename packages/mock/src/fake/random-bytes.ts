/**
 * Creates a source of secure random bytes that asks the system for 4 KiB at a time, because asking for a few bytes costs just as
 * much. No byte is used twice.
 */
export function createRandomBytes(): (length: number) => Uint8Array {
  let pool = new Uint8Array(0);
  let at = 0;
  return (length) => {
    if (at + length > pool.length) {
      pool = crypto.getRandomValues(new Uint8Array(Math.max(POOL_BYTES, length)));
      at = 0;
    }
    at += length;
    return pool.slice(at - length, at);
  };
}

const POOL_BYTES = 4096;
