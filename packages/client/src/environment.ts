/** Reads an environment variable; `undefined` when it is empty, not set, not allowed to be read, or there is no environment. */
export function readVariable(name: string): string | undefined {
  // Browsers have no `process`, which its Node type does not say.
  const { process } = globalThis as Partial<Pick<typeof globalThis, "process">>;
  try {
    return process?.env[name] || undefined;
  } catch {
    return undefined; // Deno without --allow-env
  }
}
