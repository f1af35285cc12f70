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
