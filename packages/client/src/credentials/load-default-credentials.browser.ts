import { CredentialsProviderError } from "../errors/credentials-provider-error.ts";
import type { CredentialsProvider } from "./provider.ts";
import { fromEnv } from "./sources/from-env.ts";

/**
 * Loads the provider of a client that was given no credentials. Browsers and Workers have no files and no metadata
 * services: there are the environment variables that Workers may have, and nothing else.
 */
export async function loadDefaultCredentials(): Promise<CredentialsProvider> {
  const environment = fromEnv();
  return async () => {
    try {
      return await environment();
    } catch (error) {
      // What is set and cannot be used is an error of its own.
      if (!(error instanceof CredentialsProviderError) || !error.tryNextLink) throw error;
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_FOUND",
        `no credentials found. environment: ${error.message}. Pass \`credentials\` to the client`,
        { cause: error, tried: [{ source: "environment", error }] },
      );
    }
  };
}
