import type { MaybePromise } from "./hash.ts";
import { requireText, SignerError } from "./signer-error.ts";

/** A key pair and, for temporary credentials, the token that belongs to it. In the AWS SDK's form. */
export interface AwsCredentials {
  /** The public half, such as `AKIDEXAMPLE`. */
  readonly accessKeyId: string;
  /** The secret half. */
  readonly secretAccessKey: string;
  /** Present if the credentials are temporary. */
  readonly sessionToken?: string | undefined;
  /** When they expire. A signature with a later date is refused with `ERR_CREDENTIALS_EXPIRED`. */
  readonly expiration?: Date | undefined;
  /** A region that overrides the `region` option: some credentials are valid in only one region. */
  readonly credentialScope?: string | undefined;
  /** The account they belong to; not used in signing. */
  readonly accountId?: string | undefined;
}

/** Credentials with the STS API's names, as AssumeRole and the other operations return them. */
export interface StsCredentials {
  /** The public half. */
  readonly AccessKeyId?: string | undefined;
  /** The secret half. */
  readonly SecretAccessKey?: string | undefined;
  /** The token that belongs to them. */
  readonly SessionToken?: string | undefined;
  /** When they expire: a date, or text in ISO 8601 format. */
  readonly Expiration?: Date | string | undefined;
}

/** Credentials with the AWS SDK's names or the STS API's, or a function that gets them before each signature. */
export type CredentialsSource =
  | AwsCredentials
  | StsCredentials
  | (() => MaybePromise<AwsCredentials | StsCredentials>);

/**
 * Converts credentials to one form and checks that they can sign.
 *
 * @throws {@link SignerError} with code `ERR_CREDENTIALS_INVALID`.
 */
export function checkCredentials(given: AwsCredentials | StsCredentials | undefined): AwsCredentials {
  const credentials = camelCase(given);
  if (!credentials?.accessKeyId || !credentials.secretAccessKey)
    throw new SignerError("ERR_CREDENTIALS_INVALID", "credentials: accessKeyId or secretAccessKey missing");
  // Both end up in a header, which a line break would end. Tokens are long, and this is the fastest check.
  requireText(credentials.accessKeyId, "accessKeyId", "ERR_CREDENTIALS_INVALID");
  if (credentials.sessionToken?.includes("\n"))
    throw new SignerError("ERR_CREDENTIALS_INVALID", "sessionToken invalid: has a line break");
  return credentials;
}

function camelCase(given: AwsCredentials | StsCredentials | undefined): AwsCredentials | undefined {
  if (!given || typeof given !== "object" || !("AccessKeyId" in given))
    return given as AwsCredentials | undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given;
  return {
    // The check finds what is missing.
    accessKeyId: AccessKeyId ?? "",
    secretAccessKey: SecretAccessKey ?? "",
    sessionToken: SessionToken,
    expiration: Expiration ? new Date(Expiration) : undefined,
  };
}
