/** Calls a export function once, and keeps what it returned. If it failed, it is called again the next time. */
export function once<T>(get: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () =>
    (value ??= get().catch((error: unknown) => {
      value = undefined; // a chunk that could not be loaded may load the next time
      throw error;
    }));
}
