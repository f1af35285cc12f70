import { CredentialsProviderError } from "../errors/credentials-provider-error.ts";
import type { CredentialsProvider } from "./provider.ts";
import { fromEnv } from "./sources/from-env.ts";

/**
 * Creates the provider for a client without credentials. Workers have no files and no metadata services, only
 * environment variables.
 */
export function workerCredentials(): CredentialsProvider {
  const environment = fromEnv();
  return async () => {
    try {
      return await environment();
    } catch (error) {
      // A variable that is set but cannot be used is a separate error.
      if (!(error instanceof CredentialsProviderError) || !error.tryNextLink) throw error;
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_FOUND",
        `no credentials found. environment: ${error.message}. Pass \`credentials\` to the client`,
        { cause: error, tried: [{ source: "environment", error }] },
      );
    }
  };
}
