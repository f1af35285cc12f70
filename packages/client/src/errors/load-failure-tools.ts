/**
 * Loads what only a failed attempt needs. `undefined` if it cannot be loaded, such as in a page that is offline: that must
 * not hide the failure, so each caller has its own fallback.
 */
export async function loadFailureTools(): Promise<typeof import("./failure-tools.ts") | undefined> {
  try {
    return await import("./failure-tools.ts");
  } catch {
    return undefined;
  }
}
