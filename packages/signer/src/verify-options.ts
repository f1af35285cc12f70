import type { AwsCredentials, StsCredentials } from "./credentials.ts";
import type { MaybePromise } from "./hash.ts";
import type { RequestInput } from "./request.ts";
import type { Difference, SignedTexts } from "./signature-difference.ts";

/** The key that belongs to an access key id. */
export interface VerifyKey {
  /** The secret half. */
  readonly secretAccessKey: string;
  /** The token that must come with it; without one, a request that brings a token is refused. */
  readonly sessionToken?: string | undefined;
}

/** What a request claims about itself, before it is believed. */
export interface SignatureClaim {
  /** The region in its scope. */
  readonly region: string;
  /** The service in its scope. */
  readonly service: string;
  /** When it says it was signed. */
  readonly date: Date;
  /** The session token it brings. */
  readonly sessionToken: string | undefined;
}

/**
 * Finds the key of an access key id, in the words of the AWS SDK or of the STS API; undefined when there is none. What it throws,
 * `verify` throws.
 */
export type FindKey = (
  accessKeyId: string,
  claim: SignatureClaim,
) => MaybePromise<VerifyKey | AwsCredentials | StsCredentials | undefined>;

/** What a server demands of a signature. */
export interface VerifyOptions {
  /** Finds the key of an access key id; undefined when there is none. What it throws, `verify` throws. */
  readonly findKey: FindKey;
  /** The region or regions to accept; any by default. */
  readonly region?: string | readonly string[] | undefined;
  /** The service or services to accept; any by default. */
  readonly service?: string | readonly string[] | undefined;
  /** What time it is; the `clock` by default. */
  readonly now?: Date | undefined;
  /** Says what time it is when there is no `now`; the system clock by default. */
  readonly clock?: (() => Date) | undefined;
  /** How far the signing date may lie from now, in seconds; 300 by default. For a presigned URL only into the future. */
  readonly maxSkewSeconds?: number | undefined;
  /** The longest life of a presigned URL to accept, in seconds; 604,800 (seven days) by default. */
  readonly maxExpiresSeconds?: number | undefined;
  /**
   * The life of a presigned URL that does not say it, in seconds; 900 by default. STS, and AWS IoT for connections, take such
   * URLs; those of other services are refused.
   */
  readonly defaultExpiresSeconds?: number | undefined;
  /** Lower-case names of headers that must be signed, besides `host` and every `x-amz-` header in the request. */
  readonly requiredSignedHeaders?: readonly string[] | undefined;
  /**
   * Lower-case names of `x-amz-` headers that need not be signed because something in front of the server adds them, such as
   * `x-amz-cf-id` of CloudFront. Never believe what they say. Names that a signature must cover are refused with a SignerError.
   */
  readonly unsignedHeaders?: readonly string[] | undefined;
  /** `"allow"` by default; `"refuse"` wants the body's hash to be signed, so no `UNSIGNED-PAYLOAD` and no `STREAMING-`. */
  readonly unsignedPayload?: "allow" | "refuse" | undefined;
  /** The longest body to hash, in bytes; 16 MiB by default. */
  readonly maxBodyBytes?: number | undefined;
  /** As in signing; by default true, and false for S3. */
  readonly uriEscapePath?: boolean | undefined;
  /** As in signing; by default the value of `uriEscapePath`. */
  readonly normalizePath?: boolean | undefined;
  /** What the client says it signed; with it a failure tells the line that differs. */
  readonly client?: SignedTexts | undefined;
}

/**
 * Why a request was refused.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `unsigned` | no signature at all |
 * | `malformed` | a part of the signature or the request has no readable form |
 * | `unsupported-algorithm` | not `AWS4-HMAC-SHA256` |
 * | `wrong-region`, `wrong-service` | the scope is not one that is accepted here |
 * | `wrong-day` | the day in the scope is not the day of the signing date |
 * | `not-yet-valid`, `expired` | the signing date is outside the window, or the URL's life is over |
 * | `expires-too-long` | `X-Amz-Expires` is 0 or above `maxExpiresSeconds` |
 * | `header-not-signed` | a header that must be signed is not |
 * | `header-missing` | a header that was signed is not in the request |
 * | `unknown-key` | `findKey` found nothing |
 * | `wrong-session-token` | the token is missing, superfluous or another |
 * | `payload-mismatch` | the body is not the one whose hash was sent |
 * | `payload-unsigned` | the body is not signed, and `unsignedPayload` is `"refuse"` |
 * | `payload-unreadable` | the body is a stream that the verifier cannot read, or was read before |
 * | `too-large` | the body, the query or the headers are longer than the limits |
 * | `wrong-signature` | everything is in place and the signature is another |
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

/** The signature is good. */
export interface VerifySuccess {
  /** True: the signature is good. */
  readonly ok: true;
  /** Whose signature it is. */
  readonly accessKeyId: string;
  /** Where it stood. */
  readonly signedIn: "header" | "query";
  /** The region in the scope. */
  readonly region: string;
  /** The service in the scope. */
  readonly service: string;
  /** When it was made. */
  readonly date: Date;
  /** When it ends: for a presigned URL as it says, otherwise `maxSkewSeconds` after the signing date. */
  readonly expires: Date;
  /** The headers it covers; only these can be believed. */
  readonly signedHeaders: readonly string[];
  /** Whether it covers the body. `"unsigned"` for `UNSIGNED-PAYLOAD` and for the chunks of the `STREAMING-` forms. */
  readonly payload: "signed" | "unsigned";
}

/** The request is refused. */
export interface VerifyFailure {
  /** False: do not believe the request. */
  readonly ok: false;
  /** Why, as a stable string. */
  readonly reason: VerifyFailureReason;
  /** Why, in one line for a log. Holds no token, no header value and no body. */
  readonly message: string;
  /** Who the request says it is from. Not proven. */
  readonly accessKeyId?: string;
  /** The canonical request as the verifier sees it, session tokens replaced; present from the comparison on. */
  readonly canonicalRequest?: string;
  /** The string to sign as the verifier sees it. */
  readonly stringToSign?: string;
  /** The first line that differs, when `client` was given. */
  readonly difference?: Difference;
}

/** What {@link VerifyOptions} came to. */
export type VerifyResult = VerifySuccess | VerifyFailure;

/**
 * Checks the signature of a request as a server does, in its headers or in its query.
 *
 * Never throws on what a request holds, however hostile: the result says why it was refused and, when `client` tells what the
 * client signed, which line differs. The work grows with the length of the request, which the limits on target, headers and
 * body bound. Signatures and tokens are compared in constant time. Whether a request was seen before is not checked. The
 * signing key is derived anew each time: use {@link CreateVerifier} for more than one request.
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
 * @throws what `findKey` throws, and a {@link SignerError} with code `ERR_OPTION_INVALID` for options that it does not know.
 */
export type Verify = (request: RequestInput, options: VerifyOptions) => Promise<VerifyResult>;

/** What a verifier is created with: what it demands of every signature, and what it keeps. */
export interface VerifierOptions extends VerifyOptions {
  /** How many signing keys are kept; 1,000 by default, 0 keeps none. */
  readonly maxSigningKeys?: number | undefined;
}

/** Checks signatures with the options it was created with, and keeps the signing keys that proved right. */
export interface Verifier {
  /** Checks the signature of a request, see {@link Verify}. Options override the verifier's own. */
  verify(request: RequestInput, options?: Partial<VerifyOptions>): Promise<VerifyResult>;
  /** Checks an upload in signed chunks, see {@link VerifyChunks}. Options override the verifier's own. */
  verifyChunks(request: RequestInput, options?: Partial<VerifyChunksOptions>): Promise<VerifyChunksResult>;
}

/**
 * Creates a verifier: what a server demands of every signature, and a store of the signing keys it derived.
 *
 * A key is kept once a signature made with it was good, found by access key id, scope and a fingerprint of the secret; the store
 * never holds a secret. `findKey` is asked for each request, so a key that was revoked or changed counts at once.
 *
 * @example
 * import { createVerifier } from "@org/sts-signer";
 *
 * const secrets = new Map([["AKIDEXAMPLE", { secretAccessKey: "example" }]]);
 * const verifier = createVerifier({ findKey: (accessKeyId) => secrets.get(accessKeyId), service: "orders" });
 * const result = await verifier.verify(new Request("https://api.example.com/"));
 *
 * @throws a {@link SignerError} with code `ERR_OPTION_INVALID` for options that it does not know.
 */
export type CreateVerifier = (options: VerifierOptions) => Verifier;

/** What a server demands of an upload in chunks. */
export interface VerifyChunksOptions extends VerifyOptions {
  /** The longest chunk to accept, in bytes; 16 MiB by default. One chunk is held in memory at a time. */
  readonly maxChunkBytes?: number | undefined;
}

/** The signature of the head of an upload is good; the chunks are checked as they are read. */
export interface VerifyChunksSuccess extends VerifySuccess {
  /**
   * What was uploaded, without the framing. A chunk comes out once its signature is good. Where one is not, or a length is
   * wrong or a limit is passed, reading fails with a {@link SignerError} of code `ERR_CHUNK_INVALID`; what came before is to be
   * thrown away then.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The headers after the last chunk by lower-case name, once `body` was read to its end; empty when there are none. */
  readonly trailers: Promise<Readonly<Record<string, string>>>;
}

/** What {@link VerifyChunksOptions} came to. */
export type VerifyChunksResult = VerifyChunksSuccess | VerifyFailure;

/**
 * Checks an upload in signed chunks, `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` and its form with trailers: the head at once as
 * {@link Verify} does, the chunks while they are read. Other requests are refused with `payload-unsigned`.
 *
 * The body may be a `ReadableStream`, a stream of Node.js or anything else that can be iterated, bytes or text.
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
