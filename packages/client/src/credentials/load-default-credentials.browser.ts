import type { CredentialsProvider } from "./provider.ts";

/** Loads the provider for a client without credentials. */
export async function loadDefaultCredentials(): Promise<CredentialsProvider> {
  const { browserCredentials } = await import("./browser-credentials.ts");
  return browserCredentials();
}
