import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";

/** A token or assertion, or a function that gets a current one. */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * Gets a token, without the white space around it.
 *
 * @throws {@link CredentialsProviderError} `ERR_TOKEN_UNAVAILABLE` when the function fails or the token is empty.
 */
export async function resolveToken(source: TokenSource, what: string): Promise<string> {
  let token: unknown;
  try {
    token = typeof source === "function" ? await source() : source;
  } catch (cause) {
    if (cause instanceof CredentialsProviderError) throw cause;
    throw new CredentialsProviderError("ERR_TOKEN_UNAVAILABLE", `the function that gets the ${what} failed`, {
      cause,
    });
  }
  const text = typeof token === "string" ? token.trim() : "";
  if (text !== "") return text;
  throw new CredentialsProviderError("ERR_TOKEN_UNAVAILABLE", `the ${what} is empty`);
}
