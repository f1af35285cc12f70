import { CredentialsProviderError } from "../errors/credentials-provider-error.ts";

/** The provider for a client without credentials in a browser, which has no place to find any. */
export async function noCredentials(): Promise<never> {
  throw new CredentialsProviderError(
    "ERR_CREDENTIALS_NOT_FOUND",
    "no credentials found: a browser has no source of credentials. Pass `credentials` to the client",
    { tried: [] },
  );
}
