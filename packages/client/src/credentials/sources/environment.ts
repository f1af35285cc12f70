/** Environment variables as a plain table. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the running process; empty where there is no process, as in a browser. */
export function processEnvironment(): Environment {
  // The global is absent in browsers and some Workers, which the Node.js types do not say.
  const { process } = globalThis as { process?: { env?: Environment } };
  const variables = process?.env ?? {};
  // Deno without --allow-env throws; a variable that must not be read counts as not set. With the empty target, the
  // language's own checks on a proxy do not ask Deno as well.
  const get = (_: Environment, name: string): string | undefined => {
    try {
      return variables[name];
    } catch {
      return undefined;
    }
  };
  return new Proxy({}, { get });
}
