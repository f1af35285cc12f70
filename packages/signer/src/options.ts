import type { CredentialsSource } from "./credentials.ts";
import type { HashConstructor, HashFunction } from "./hash.ts";

/** What a signature needs besides the request. */
export interface SignOptions {
  /** Whose signature it is: credentials, or a function that is asked before each signature. */
  readonly credentials: CredentialsSource;
  /** The region in the scope, such as `eu-west-1`. The credentials' `credentialScope` goes over it. */
  readonly region: string;
  /** The service's signing name, such as `sts`, `s3` or `execute-api`. */
  readonly service: string;
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
  /** `"sign"` by default; `"append"` adds the session token after signing, which a few services such as AWS IoT want. */
  readonly sessionToken?: "sign" | "append" | undefined;
  /** Percent-encodes the path once more before signing. By default true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** Removes dot segments and empty segments from the signed path. By default the value of `uriEscapePath`. */
  readonly normalizePath?: boolean | undefined;
  /** Sends and signs the hash of the body as `x-amz-content-sha256`. By default false, and true for S3. */
  readonly applyChecksum?: boolean | undefined;
  /** Lower-case names of headers to sign although they usually are not, such as `user-agent`. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of more headers to leave unsigned. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
}

/** What a signature in the query needs besides the request. */
export interface PresignOptions extends SignOptions {
  /** For how many seconds the URL is good, 1 to 604,800 (seven days); 3,600 by default. */
  readonly expiresIn?: number | undefined;
  /** Lower-case names of headers that begin with `x-amz-` and yet stay headers. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of headers that become parameters although they do not begin with `x-amz-`. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/** What {@link Signer} is created with: defaults for every signature, and what it keeps. */
export interface SignerOptions extends Partial<PresignOptions> {
  /**
   * SHA-256 as a class in the AWS form or as a function from bytes to 32 bytes. By default what the entry point brings:
   * `@aws-crypto/sha256-universal`, WebCrypto or `node:crypto`.
   */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** How many signing keys are kept; 100 by default, 0 keeps none. */
  readonly maxSigningKeys?: number | undefined;
}
