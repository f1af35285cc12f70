import type { STSClientConfig } from "./config.ts";
import type { Environment } from "./environment.ts";
import { type ConfigurationWithSource, SETTINGS_SOURCE } from "./settings-source.ts";

/** Creates the reader of variables and profiles, where there is anything to read; it is loaded on demand. */
export async function loadEnvironment({
  profile,
  logger,
  [SETTINGS_SOURCE]: source,
}: STSClientConfig & ConfigurationWithSource): Promise<Environment | undefined> {
  // Some runtimes have no `process`, which the Node.js type does not say.
  const { process } = globalThis as { process?: { env?: object } };
  if (!process?.env) return undefined;
  const { createEnvironment } = await import("./environment.ts");
  return createEnvironment({ ...source, profile: profile ?? source?.profile }, logger ?? console);
}
