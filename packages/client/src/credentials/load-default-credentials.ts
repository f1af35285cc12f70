import type { CredentialsProvider } from "./provider.ts";

/** Loads the provider of a client that was given no credentials. */
export async function loadDefaultCredentials(profile: string | undefined): Promise<CredentialsProvider> {
  const { defaultCredentials } = await import("./default-credentials.ts");
  return defaultCredentials({ profile });
}
