import type { AwsCredentials, StsCredentials } from "./credentials.ts";
import { SignerError } from "./signer-error.ts";
import type { VerifyKey } from "./verify-options.ts";

/**
 * Reads a key in either form; without a secret it is not a key.
 *
 * @throws {@link SignerError} with code `ERR_OPTION_INVALID` for anything but an object, such as the secret alone.
 */
export function readKey(found: VerifyKey | AwsCredentials | StsCredentials | undefined): Partial<VerifyKey> {
  if (found && typeof found !== "object")
    throw new SignerError(
      "ERR_OPTION_INVALID",
      "findKey: expected an object with secretAccessKey, or undefined",
    );
  // A value with none of the STS API's names has those of the AWS SDK, or is not a key.
  if (!found || !("SecretAccessKey" in found)) return (found as VerifyKey | undefined) ?? {};
  const { SecretAccessKey, SessionToken } = found;
  return { ...(SecretAccessKey && { secretAccessKey: SecretAccessKey }), sessionToken: SessionToken };
}
