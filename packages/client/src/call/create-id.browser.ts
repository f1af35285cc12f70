/** Creates the id of a call. A browser page that was not loaded over https has no `randomUUID`. */
export function createId(): string {
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now()}`;
}
