/**
 * Loads what only a failed attempt needs. `undefined` where that cannot be loaded, such as in a page that is offline: it must
 * not hide the failure, so each caller has an answer of its own for that.
 */
export async function loadFailureTools(): Promise<typeof import("./failure-tools.ts") | undefined> {
  try {
    return await import("./failure-tools.ts");
  } catch {
    return undefined;
  }
}
