import type { CredentialsProvider } from "./provider.ts";

/** Loads the provider for a client without credentials. */
export async function loadDefaultCredentials(profile: string | undefined): Promise<CredentialsProvider> {
  const { defaultCredentials } = await import("./default-credentials.ts");
  return defaultCredentials({ profile });
}
