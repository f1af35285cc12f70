import { SignerError } from "./signer-error.ts";

/** A key pair, and for temporary credentials the token that belongs to it. Has the shape the AWS SDK uses. */
export interface AwsCredentials {
  /** The public half, such as `AKIDEXAMPLE`. */
  readonly accessKeyId: string;
  /** The secret half. */
  readonly secretAccessKey: string;
  /** Present when the credentials are temporary. */
  readonly sessionToken?: string | undefined;
  /** When they end; the signer does not check it. */
  readonly expiration?: Date | undefined;
  /** A region that goes over the `region` option: some credentials are good in one region only. */
  readonly credentialScope?: string | undefined;
  /** The account they belong to; not used in signing. */
  readonly accountId?: string | undefined;
}

/** Credentials, or a function that gets them before each signature. */
export type CredentialsSource = AwsCredentials | (() => Promise<AwsCredentials>);

/**
 * Checks that credentials can sign.
 *
 * @throws {@link SignerError} with code `ERR_CREDENTIALS_INVALID` when a key is missing or empty.
 */
export function checkCredentials(credentials: AwsCredentials | undefined): AwsCredentials {
  for (const name of ["accessKeyId", "secretAccessKey"] as const) {
    const value: unknown = credentials?.[name];
    if (typeof value !== "string" || value === "") {
      throw new SignerError(
        "ERR_CREDENTIALS_INVALID",
        `credentials.${name}: expected a string that is not empty`,
      );
    }
  }
  // The loop has read both keys, so there are credentials.
  return credentials as AwsCredentials;
}
