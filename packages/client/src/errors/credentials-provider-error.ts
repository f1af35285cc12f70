/** Why a provider has no credentials. Part of the public interface: branch on it, not on the message. */
export type CredentialsProviderErrorCode =
  /** The source is not set up: no variables, no profile selected, no metadata address. */
  | "ERR_CREDENTIALS_NOT_CONFIGURED"
  /** No source of a chain had credentials; `tried` lists each with its reason. */
  | "ERR_CREDENTIALS_NOT_FOUND"
  /** The source responded, but not with usable credentials. */
  | "ERR_CREDENTIALS_MALFORMED"
  /** The source responded with credentials that have already expired. */
  | "ERR_CREDENTIALS_EXPIRED"
  /** A configuration file exists but cannot be read. */
  | "ERR_CONFIG_UNREADABLE"
  /** A line of a configuration file is neither a section, a property nor a comment; see `file` and `line`. */
  | "ERR_CONFIG_MALFORMED"
  /** No configuration file has the profile. */
  | "ERR_PROFILE_NOT_FOUND"
  /** The profile lacks a key it needs, or has keys that exclude each other. */
  | "ERR_PROFILE_INVALID"
  /** Profiles name each other as `source_profile` in a circle. */
  | "ERR_PROFILE_CYCLE"
  /** Nobody is signed in, or the sign-in has expired: run the command that the message names. */
  | "ERR_SIGN_IN_REQUIRED"
  /** The sign-in is valid, but the service refuses the request: the role, the account or a permission. */
  | "ERR_SIGN_IN_REFUSED"
  /** The sign-in service did not respond usefully, or a renewed sign-in cannot be stored. */
  | "ERR_SIGN_IN_UNAVAILABLE"
  /** The credential process could not start or failed. */
  | "ERR_PROCESS_FAILED"
  /** The credential process did not exit within its time limit. */
  | "ERR_PROCESS_TIMEOUT"
  /** A metadata address is not one of the hosts to which a token may be sent over http. */
  | "ERR_METADATA_HOST_FORBIDDEN"
  /** A metadata service did not respond, or responded with an error status. */
  | "ERR_METADATA_UNAVAILABLE"
  /** An identity token or assertion is not available: the file is missing or empty, a callback failed, or the issuer refused. */
  | "ERR_TOKEN_UNAVAILABLE"
  /** No way to get an MFA code was given, and there is no terminal to ask on. */
  | "ERR_MFA_CODE_REQUIRED"
  /** The MFA code is not six digits, or has already been used. */
  | "ERR_MFA_CODE_INVALID"
  /** STS refused the MFA code. */
  | "ERR_MFA_CODE_REJECTED"
  /** No MFA device was named. */
  | "ERR_MFA_SERIAL_REQUIRED"
  /** The MFA device's name is invalid. */
  | "ERR_MFA_SERIAL_INVALID"
  /** STS does not know the MFA device for this user. */
  | "ERR_MFA_SERIAL_REJECTED"
  /** A role session obtained from another role was requested for longer than an hour. */
  | "ERR_ROLE_CHAIN_DURATION"
  /** An option has an invalid value. */
  | "ERR_OPTION_INVALID"
  /** An optional package the chosen feature needs is not installed. */
  | "ERR_PACKAGE_MISSING"
  /** Another process held the lock for too long. */
  | "ERR_LOCK_TIMEOUT";

/** One source of a chain, and why it has no credentials. */
export interface TriedSource {
  /** Name of the source, such as `environment` or `profile "dev"`. */
  readonly source: string;
  /** Its error. */
  readonly error: unknown;
}

/** Details of a {@link CredentialsProviderError}; all are optional. */
export interface CredentialsProviderErrorDetails {
  /** What made the provider fail. */
  readonly cause?: unknown;
  /**
   * Whether a chain may continue with its next source. Default `true` for `ERR_CREDENTIALS_NOT_CONFIGURED`, else
   * `false`.
   */
  readonly tryNextLink?: boolean;
  /** Sources of a chain, in the order they were asked. */
  readonly tried?: readonly TriedSource[];
  /** File the problem is in. */
  readonly file?: string;
  /** Line of the file, counted from 1. */
  readonly line?: number;
  /** Profile the problem is in. */
  readonly profile?: string;
}

/**
 * A provider has no credentials.
 *
 * The message says what was expected, what was found and how to fix it. It never contains a key, a token or a
 * code. `tryNextLink` has the same meaning as in the AWS SDK, so our providers work inside its chains. `instanceof`
 * also accepts errors thrown by another copy of this package or by the AWS SDK's class of the same name.
 */
export class CredentialsProviderError extends Error {
  /** Compares by what an error is, not by which copy of a package created it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "CredentialsProviderError";
  }

  /** Always `CredentialsProviderError`. */
  override readonly name = "CredentialsProviderError";
  /** Why there are no credentials. */
  readonly code: CredentialsProviderErrorCode;
  /** Whether a chain may continue with its next source. */
  readonly tryNextLink: boolean;
  /** Sources of a chain, in the order they were asked. */
  declare readonly tried?: readonly TriedSource[];
  /** File the problem is in. */
  declare readonly file?: string;
  /** Line of the file, counted from 1. */
  declare readonly line?: number;
  /** Profile the problem is in. */
  declare readonly profile?: string;

  constructor(
    code: CredentialsProviderErrorCode,
    message: string,
    details: CredentialsProviderErrorDetails = {},
  ) {
    const { cause, tryNextLink = code === "ERR_CREDENTIALS_NOT_CONFIGURED", ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.tryNextLink = tryNextLink;
    Object.assign(this, rest);
  }
}
