import type { CredentialsSource } from "./credentials.ts";
import type { HashConstructor, HashFunction } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** What a signature needs besides the request. */
export interface SignOptions {
  /** Who signs: credentials, or a function that is called before each signature. */
  readonly credentials: CredentialsSource;
  /**
   * The region in the scope, such as `eu-west-1`. The credentials' `credentialScope` overrides it. Default: the region in
   * the name of an AWS host.
   */
  readonly region?: string | undefined;
  /** The service's signing name, such as `sts`, `s3` or `execute-api`. Default: the service of an AWS host. */
  readonly service?: string | undefined;
  /** The signing date, from 1970 on. Default: the `clock`. */
  readonly date?: Date | undefined;
  /** Returns the current time if no `date` is given. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
  /**
   * The body's SHA-256 in lower-case hexadecimal, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-` values, if the signer
   * should not hash the body. It is sent as `x-amz-content-sha256`. Default: the body is hashed; a stream, which
   * cannot be, is `UNSIGNED-PAYLOAD`; and a request that has an `x-amz-content-sha256` header keeps its value.
   */
  readonly payloadHash?: string | undefined;
  /**
   * `"append"` adds the session token after signing, at the very end. Default: `"sign"`, and `"append"` for AWS IoT
   * (`iotdevicegateway`).
   */
  readonly sessionToken?: "sign" | "append" | undefined;
  /** Percent-encodes the path once more before signing. Default: true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** Removes dot segments and empty segments from the signed path. Default: the value of `uriEscapePath`. */
  readonly normalizePath?: boolean | undefined;
  /**
   * Sends and signs the hash of the body as `x-amz-content-sha256`. Default: true for S3, S3 Glacier, OpenSearch
   * Serverless, VPC Lattice and STS, and false for others.
   */
  readonly applyChecksum?: boolean | undefined;
  /** Lower-case names of headers to sign although they usually are not, such as `user-agent`. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of further headers to leave unsigned. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
  /** Also signs with credentials that expired before the signing date. Default: false. */
  readonly allowExpired?: boolean | undefined;
}

/** What a signature in the query needs besides the request. */
export interface PresignOptions extends SignOptions {
  /**
   * For how many seconds the URL is valid, 1 to 604,800 (seven days), rounded down. Default: 3,600. `"unstated"` leaves the lifetime to
   * the service, which AWS IoT requires and STS accepts.
   */
  readonly expiresIn?: number | "unstated" | undefined;
  /** Lower-case names of headers that begin with `x-amz-` but stay headers. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of headers that become parameters although they do not begin with `x-amz-`. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/** Options for creating a signer: defaults for every signature, and what it keeps. */
export interface SignerOptions extends Partial<PresignOptions> {
  /**
   * SHA-256 as a class in the AWS form or as a function from bytes to 32 bytes. Default: depends on the entry point,
   * `@aws-crypto/sha256-universal`, WebCrypto or `node:crypto`.
   */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** How many signing keys are kept. Default: 100; 0 keeps none. */
  readonly maxSigningKeys?: number | undefined;
}

const NAMES =
  /^(credentials|region|service|date|clock|payloadHash|sessionToken|uriEscapePath|normalizePath|applyChecksum|(un)?(sign|hoist)ableHeaders|allowExpired|expiresIn|sha256|maxSigningKeys)$/;

/**
 * Refuses an unknown option: a misspelled one would be ignored silently.
 *
 * @throws {@link SignerError} with code `ERR_OPTION_INVALID`.
 */
export function checkOptionNames(options: object | undefined, names: RegExp = NAMES): void {
  for (const name in options)
    if (!names.test(name)) throw new SignerError("ERR_OPTION_INVALID", `unknown option ${name}`);
}
