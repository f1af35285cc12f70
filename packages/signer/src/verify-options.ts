import type { AwsCredentials, StsCredentials } from "./credentials.ts";
import type { MaybePromise } from "./hash.ts";
import type { RequestInput } from "./request.ts";
import type { Difference, SignedTexts } from "./signature-difference.ts";

/** The key for an access key id. */
export interface VerifyKey {
  /** The secret half. */
  readonly secretAccessKey: string;
  /** The token that must come with it; if there is none, a request with a token is refused. */
  readonly sessionToken?: string | undefined;
}

/** What a request claims about itself, before it is trusted. */
export interface SignatureClaim {
  /** The region in its scope. */
  readonly region: string;
  /** The service in its scope. */
  readonly service: string;
  /** When it says it was signed. */
  readonly date: Date;
  /** The session token in the request. */
  readonly sessionToken: string | undefined;
}

/**
 * Finds the key for an access key id, with the names of the AWS SDK or of the STS API; `undefined` when there is none. `verify`
 * rethrows what it throws.
 */
export type FindKey = (
  accessKeyId: string,
  claim: SignatureClaim,
) => MaybePromise<VerifyKey | AwsCredentials | StsCredentials | undefined>;

/** What a server requires of a signature. */
export interface VerifyOptions {
  /** Finds the key for an access key id; `undefined` when there is none. `verify` rethrows what it throws. */
  readonly findKey: FindKey;
  /** The region or regions to accept. Default: any. */
  readonly region?: string | readonly string[] | undefined;
  /** The service or services to accept. Default: any. */
  readonly service?: string | readonly string[] | undefined;
  /** The current time. Default: the `clock`. */
  readonly now?: Date | undefined;
  /** Returns the current time if there is no `now`. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
  /** How far the signing date may be from now, in seconds. Default: 300. For a presigned URL this limits only the future. */
  readonly maxSkewSeconds?: number | undefined;
  /** The longest lifetime of a presigned URL to accept, in seconds. Default: 604,800 (seven days). */
  readonly maxExpiresSeconds?: number | undefined;
  /**
   * The lifetime, in seconds, of a presigned URL that does not state one. Default: 900. STS, and AWS IoT for connections, accept such
   * URLs; those of other services are refused.
   */
  readonly defaultExpiresSeconds?: number | undefined;
  /** Lower-case names of headers that must be signed, besides `host` and every `x-amz-` header in the request. */
  readonly requiredSignedHeaders?: readonly string[] | undefined;
  /**
   * Lower-case names of `x-amz-` headers that need not be signed because something in front of the server adds them, such as
   * CloudFront's `x-amz-cf-id`. Never trust their values. Names that a signature must cover are refused with a SignerError.
   */
  readonly unsignedHeaders?: readonly string[] | undefined;
  /** Default: `"allow"`; `"refuse"` requires the body's hash to be signed, so neither `UNSIGNED-PAYLOAD` nor `STREAMING-` is accepted. */
  readonly unsignedPayload?: "allow" | "refuse" | undefined;
  /** The longest body to hash, in bytes. Default: 16 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** As in signing. Default: true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** As in signing. Default: the value of `uriEscapePath`. */
  readonly normalizePath?: boolean | undefined;
  /** What the client says it signed; with it, a failure names the line that differs. */
  readonly client?: SignedTexts | undefined;
}

/**
 * Why a request was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `unsigned` | there is no signature |
 * | `malformed` | a part of the signature or the request cannot be read |
 * | `unsupported-algorithm` | not `AWS4-HMAC-SHA256` |
 * | `wrong-region`, `wrong-service` | the scope is not one that is accepted here |
 * | `wrong-day` | the day in the scope is not the day of the signing date |
 * | `not-yet-valid`, `expired` | the signing date is outside the window, or the URL has expired |
 * | `expires-too-long` | `X-Amz-Expires` is 0 or above `maxExpiresSeconds` |
 * | `header-not-signed` | a header that must be signed is not |
 * | `header-missing` | a header that was signed is not in the request |
 * | `unknown-key` | `findKey` found nothing |
 * | `wrong-session-token` | the token is missing, unexpected or different |
 * | `payload-mismatch` | the body is not the one whose hash was sent |
 * | `payload-unsigned` | the body is not signed, and `unsignedPayload` is `"refuse"` |
 * | `payload-unreadable` | the body is a stream that the verifier cannot read, or was read before |
 * | `too-large` | the body, the query or the headers are longer than the limits |
 * | `wrong-signature` | everything else is right, but the signature differs |
 */
export type VerifyFailureReason =
  | "unsigned"
  | "malformed"
  | "unsupported-algorithm"
  | "wrong-region"
  | "wrong-service"
  | "wrong-day"
  | "not-yet-valid"
  | "expired"
  | "expires-too-long"
  | "header-not-signed"
  | "header-missing"
  | "unknown-key"
  | "wrong-session-token"
  | "payload-mismatch"
  | "payload-unsigned"
  | "payload-unreadable"
  | "too-large"
  | "wrong-signature";

/** The signature is valid. */
export interface VerifySuccess {
  /** True: the signature is valid. */
  readonly ok: true;
  /** Who signed it. */
  readonly accessKeyId: string;
  /** Where it was found. */
  readonly signedIn: "header" | "query";
  /** The region in the scope. */
  readonly region: string;
  /** The service in the scope. */
  readonly service: string;
  /** When it was made. */
  readonly date: Date;
  /** When it expires: for a presigned URL as stated, otherwise `maxSkewSeconds` after the signing date. */
  readonly expires: Date;
  /** The headers it covers; trust only these. */
  readonly signedHeaders: readonly string[];
  /** Whether it covers the body. `"unsigned"` for `UNSIGNED-PAYLOAD` and for the chunks of the `STREAMING-` forms. */
  readonly payload: "signed" | "unsigned";
}

/** The request is refused. */
export interface VerifyFailure {
  /** False: do not trust the request. */
  readonly ok: false;
  /** Why, as a stable string. */
  readonly reason: VerifyFailureReason;
  /** Why, in one line for a log. Contains no token, no header value and no body. */
  readonly message: string;
  /** Who the request claims to be from. Not proven. */
  readonly accessKeyId?: string;
  /** The canonical request as the verifier sees it, with session tokens redacted; present if the signatures were compared. */
  readonly canonicalRequest?: string;
  /** The string to sign as the verifier sees it. */
  readonly stringToSign?: string;
  /** The first line that differs, when `client` was given. */
  readonly difference?: Difference;
}

/** The result of {@link Verify}. */
export type VerifyResult = VerifySuccess | VerifyFailure;

/**
 * Checks the signature of a request as a server does, in its headers or in its query.
 *
 * Never throws because of a request's contents, however hostile: the result says why it was refused and, if `client` says what the
 * client signed, which line differs. The work grows with the length of the request, which the limits on target, headers and
 * body bound. Signatures and tokens are compared in constant time. It does not check whether a request was seen before. The
 * signing key is derived each time: use {@link CreateVerifier} for more than one request.
 *
 * @example
 * import { verify } from "@org/sts-signer";
 *
 * const secrets = new Map([["AKIDEXAMPLE", { secretAccessKey: "example" }]]);
 * const result = await verify(new Request("https://sts.eu-west-1.amazonaws.com/"), {
 *   findKey: async (accessKeyId) => secrets.get(accessKeyId),
 *   region: "eu-west-1",
 *   service: "sts",
 * });
 * if (!result.ok) console.log(result.reason); // unsigned
 *
 * @throws what `findKey` throws, and a {@link SignerError} with code `ERR_OPTION_INVALID` for unknown options.
 */
export type Verify = (request: RequestInput, options: VerifyOptions) => Promise<VerifyResult>;

/** Options for creating a verifier: what it requires of every signature, and what it keeps. */
export interface VerifierOptions extends VerifyOptions {
  /** How many signing keys are kept. Default: 1,000; 0 keeps none. */
  readonly maxSigningKeys?: number | undefined;
}

/** Verifies signatures with the options it was created with, and keeps the signing keys that proved right. */
export interface Verifier {
  /** Verifies the signature of a request, see {@link Verify}. Options override the verifier's own. */
  verify(request: RequestInput, options?: Partial<VerifyOptions>): Promise<VerifyResult>;
  /** Verifies an upload in signed chunks, see {@link VerifyChunks}. Options override the verifier's own. */
  verifyChunks(request: RequestInput, options?: Partial<VerifyChunksOptions>): Promise<VerifyChunksResult>;
}

/**
 * Creates a verifier: what a server requires of every signature, and a cache of the signing keys it derived.
 *
 * A key is kept once a signature made with it was valid, under the access key id, the scope and a fingerprint of the secret; the cache
 * never contains a secret. `findKey` is called for each request, so revoking or changing a key takes effect immediately.
 *
 * @example
 * import { createVerifier } from "@org/sts-signer";
 *
 * const secrets = new Map([["AKIDEXAMPLE", { secretAccessKey: "example" }]]);
 * const verifier = createVerifier({ findKey: (accessKeyId) => secrets.get(accessKeyId), service: "orders" });
 * const result = await verifier.verify(new Request("https://api.example.com/"));
 *
 * @throws a {@link SignerError} with code `ERR_OPTION_INVALID` for unknown options.
 */
export type CreateVerifier = (options: VerifierOptions) => Verifier;

/** What a server requires of an upload in chunks. */
export interface VerifyChunksOptions extends VerifyOptions {
  /** The longest chunk to accept, in bytes. Default: 16 MiB. One chunk is held in memory at a time. */
  readonly maxChunkBytes?: number | undefined;
}

/** The signature of the head of an upload is valid; the chunks are checked as they are read. */
export interface VerifyChunksSuccess extends VerifySuccess {
  /**
   * What was uploaded, without the framing. Each chunk is delivered once its signature has been verified. If a signature or a length is
   * wrong, or a limit is exceeded, reading fails with a {@link SignerError} of code `ERR_CHUNK_INVALID`; discard what came before in
   * that case.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The headers after the last chunk by lower-case name, once `body` has been read to its end; empty when there are none. */
  readonly trailers: Promise<Readonly<Record<string, string>>>;
}

/** The result of {@link VerifyChunks}. */
export type VerifyChunksResult = VerifyChunksSuccess | VerifyFailure;

/**
 * Verifies an upload in signed chunks, `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` and its form with trailers: the head immediately, as
 * {@link Verify} does, and the chunks while they are read. Other requests are refused with `payload-unsigned`.
 *
 * The body can be a `ReadableStream`, a Node.js stream or anything else that can be iterated, bytes or text.
 *
 * @example
 * import { verifyChunks } from "@org/sts-signer";
 *
 * const findKey = () => ({ secretAccessKey: "example" });
 * const result = await verifyChunks(new Request("https://storage.example.com/key", { method: "PUT" }), { findKey });
 * if (result.ok) console.log(await new Response(result.body).text());
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html Transferring payload in multiple chunks}
 */
export type VerifyChunks = (
  request: RequestInput,
  options: VerifyChunksOptions,
) => Promise<VerifyChunksResult>;
