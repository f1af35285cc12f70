/** Environment variables as a plain table. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the running process; empty where there is no process, as in a browser. */
export function processEnvironment(): Environment {
  // The global is absent in browsers and some Workers, which the Node types do not say.
  const { process } = globalThis as { process?: { env?: Environment } };
  return new Proxy(process?.env ?? {}, { get: readVariable });
}

// Deno without --allow-env throws; a variable that may not be read is one that is not set.
function readVariable(env: Environment, name: string): string | undefined {
  try {
    return env[name];
  } catch {
    return undefined;
  }
}
