import type { CredentialsProvider } from "./provider.ts";

/** Loads the provider for a client without credentials. */
export async function loadDefaultCredentials(): Promise<CredentialsProvider> {
  const { noCredentials } = await import("./no-credentials.ts");
  return noCredentials;
}
