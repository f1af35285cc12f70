import type { AwsCredentials, StsCredentials } from "./credentials.ts";
import type { VerifyKey } from "./verify-options.ts";

/** Reads a key in either form; without a secret it is not a key. */
export function readKey(found: VerifyKey | AwsCredentials | StsCredentials | undefined): Partial<VerifyKey> {
  // A value with none of the STS API's names has those of the AWS SDK, or is not a key.
  if (!found || !("SecretAccessKey" in found)) return (found as VerifyKey | undefined) ?? {};
  const { SecretAccessKey, SessionToken } = found;
  return { ...(SecretAccessKey && { secretAccessKey: SecretAccessKey }), sessionToken: SessionToken };
}
