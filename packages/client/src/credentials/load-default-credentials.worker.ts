import type { CredentialsProvider } from "./provider.ts";

/** Loads the provider for a client without credentials. */
export async function loadDefaultCredentials(): Promise<CredentialsProvider> {
  const { workerCredentials } = await import("./worker-credentials.ts");
  return workerCredentials();
}
