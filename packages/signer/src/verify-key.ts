import type { AwsCredentials, StsCredentials } from "./credentials.ts";
import type { VerifyKey } from "./verify-options.ts";

/** Reads a key in either shape; without a secret it is none. */
export function readKey(found: VerifyKey | AwsCredentials | StsCredentials | undefined): Partial<VerifyKey> {
  // What has none of the names of the STS API has those of the AWS SDK, or is no key.
  if (!found || !("SecretAccessKey" in found)) return (found as VerifyKey | undefined) ?? {};
  const { SecretAccessKey, SessionToken } = found;
  return { ...(SecretAccessKey && { secretAccessKey: SecretAccessKey }), sessionToken: SessionToken };
}
