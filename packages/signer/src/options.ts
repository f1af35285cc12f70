import type { CredentialsSource } from "./credentials.ts";
import type { HashConstructor, HashFunction } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** What a signature needs besides the request. */
export interface SignOptions {
  /** Whose signature it is: credentials, or a function that is asked before each signature. */
  readonly credentials: CredentialsSource;
  /**
   * The region in the scope, such as `eu-west-1`. The credentials' `credentialScope` overrides it. By default the region in
   * the name of an AWS host.
   */
  readonly region?: string | undefined;
  /** The service's signing name, such as `sts`, `s3` or `execute-api`. By default the service of an AWS host. */
  readonly service?: string | undefined;
  /** The signing date, from 1970 on; the `clock` by default. */
  readonly date?: Date | undefined;
  /** Says what time it is when no `date` is given; the system clock by default. */
  readonly clock?: (() => Date) | undefined;
  /**
   * The body's SHA-256 in lower-case hexadecimal, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-` values, when the body
   * is not to be hashed here. It is sent as `x-amz-content-sha256`. By default the body is hashed, and a stream, which
   * cannot be, is `UNSIGNED-PAYLOAD`; a request that has an `x-amz-content-sha256` header keeps its value.
   */
  readonly payloadHash?: string | undefined;
  /**
   * `"append"` adds the session token after signing, at the very end. By default `"sign"`, and `"append"` for AWS IoT
   * (`iotdevicegateway`).
   */
  readonly sessionToken?: "sign" | "append" | undefined;
  /** Percent-encodes the path once more before signing. By default true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** Removes dot segments and empty segments from the signed path. By default the value of `uriEscapePath`. */
  readonly normalizePath?: boolean | undefined;
  /**
   * Sends and signs the hash of the body as `x-amz-content-sha256`. By default true for S3, S3 Glacier, OpenSearch
   * Serverless, VPC Lattice and STS, and false for others.
   */
  readonly applyChecksum?: boolean | undefined;
  /** Lower-case names of headers to sign although they usually are not, such as `user-agent`. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of more headers to leave unsigned. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
  /** Signs with credentials that ended before the signing date, too. False by default. */
  readonly allowExpired?: boolean | undefined;
}

/** What a signature in the query needs besides the request. */
export interface PresignOptions extends SignOptions {
  /**
   * For how many seconds the URL is good, 1 to 604,800 (seven days), rounded down; 3,600 by default. `"unstated"` leaves it to the
   * service, which AWS IoT wants and STS takes.
   */
  readonly expiresIn?: number | "unstated" | undefined;
  /** Lower-case names of headers that begin with `x-amz-` and yet stay headers. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of headers that become parameters although they do not begin with `x-amz-`. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/** What a signer is created with: defaults for every signature, and what it keeps. */
export interface SignerOptions extends Partial<PresignOptions> {
  /**
   * SHA-256 as a class in the AWS form or as a function from bytes to 32 bytes. By default what the entry point brings:
   * `@aws-crypto/sha256-universal`, WebCrypto or `node:crypto`.
   */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** How many signing keys are kept; 100 by default, 0 keeps none. */
  readonly maxSigningKeys?: number | undefined;
}

const NAMES =
  /^(credentials|region|service|date|clock|payloadHash|sessionToken|uriEscapePath|normalizePath|applyChecksum|(un)?(sign|hoist)ableHeaders|allowExpired|expiresIn|sha256|maxSigningKeys)$/;

/**
 * Refuses an option that nobody knows: a misspelled one would be ignored without a word.
 *
 * @throws {@link SignerError} with code `ERR_OPTION_INVALID`.
 */
export function checkOptionNames(options: object | undefined, names: RegExp = NAMES): void {
  for (const name in options)
    if (!names.test(name)) throw new SignerError("ERR_OPTION_INVALID", `unknown option ${name}`);
}
