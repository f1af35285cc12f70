import { STSClientError } from "./client-error.ts";

/**
 * Explains what is wrong with credentials whose members are named as in an STS response, which many programs pass on unchanged.
 *
 * @throws {@link STSClientError} `ERR_CONFIG`. It does not throw for other credentials, which the signer explains better.
 */
export function explainCredentials(credentials: unknown): void {
  const found = Object.keys(Object(credentials) as object);
  const names = found.filter((name) => /^(AccessKeyId|SecretAccessKey|SessionToken|Expiration)$/.test(name));
  if (names.length === 0) return;
  throw new STSClientError(
    "ERR_CONFIG",
    `credentials: found ${names.join(", ")}, the names of a response; a client takes { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken, expiration: Credentials.Expiration }`,
  );
}
