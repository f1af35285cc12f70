import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/**
 * Runs a source that a variable, an option or a profile names. Any failure in it ends a chain's search:
 * another identity never takes the place of the one that was named.
 */
export async function onlySource<T>(get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (error) {
    throw endSearch(error);
  }
}

/** The same error, after which a chain does not continue. The AWS SDK's providers, which may be inside, say so the same way. */
function endSearch(error: unknown): unknown {
  const { tryNextLink, code } = Object(error) as {
    readonly tryNextLink?: unknown;
    readonly code?: unknown;
  }; // any value may have been thrown, and one of another form has other values there
  if (tryNextLink !== true) return error;
  const message = error instanceof Error ? error.message : "the source has no credentials";
  if (!(error instanceof CredentialsProviderError) || typeof code !== "string")
    return new CredentialsProviderError("ERR_CREDENTIALS_NOT_CONFIGURED", message, {
      cause: error,
      tryNextLink: false,
    });
  const { cause, tried, file, line, profile } = error;
  return new CredentialsProviderError(error.code, message, {
    tryNextLink: false,
    ...(cause !== undefined && { cause }),
    ...(tried !== undefined && { tried }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(profile !== undefined && { profile }),
  });
}
