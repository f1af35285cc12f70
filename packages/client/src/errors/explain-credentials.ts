import { STSClientError } from "./client-error.ts";

/**
 * Says what is wrong with credentials that have the names of a response of STS, which many programs pass on as they are.
 *
 * @throws {@link STSClientError} `ERR_CONFIG`; nothing for other credentials, about which the signer says more.
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
