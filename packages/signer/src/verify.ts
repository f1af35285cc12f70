import { createCanonicalRequest, createStringToSign } from "./canonical.ts";
import { findDifference, redactTokens, type Difference, type SignedTexts } from "./signature-difference.ts";
import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import { isUnsigned, receive, type ReceivedRequest } from "./parse-signed-request.ts";
import { readPayload } from "./check-payload.ts";
import type { RequestInput } from "./request.ts";
import type { SignatureFields } from "./signature-fields.ts";
import { importSigningKey } from "./signing-key.ts";

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

/** What a server demands of a signature. */
export interface VerifyOptions {
  /** Finds the key of an access key id; undefined when there is none. What it throws, `verify` throws. */
  readonly findKey: (accessKeyId: string, claim: SignatureClaim) => MaybePromise<VerifyKey | undefined>;
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
  /** Lower-case names of headers that must be signed, besides `host` and every `x-amz-` header in the request. */
  readonly requiredSignedHeaders?: readonly string[] | undefined;
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

/** Checks a signature; each entry point binds its own hash. */
export async function verifyWith(
  hash: Hash,
  input: RequestInput,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const received = receive(input, options);
  if ("reason" in received) return { ok: false, ...received };
  const { fields, headers } = received;
  const { accessKeyId, region, service, signedHeaders } = fields;
  const refused =
    checkScope(fields, options) ??
    checkTime(fields, options) ??
    checkHeaders(fields, headers, options) ??
    (await checkSignature(hash, received, options));
  if (refused !== undefined) return { ok: false, accessKeyId, ...refused };
  return {
    ok: true,
    accessKeyId,
    signedIn: fields.signedIn,
    region,
    service,
    date: new Date(fields.time),
    expires: new Date(fields.time + (fields.expiresIn ?? options.maxSkewSeconds ?? DEFAULT_SKEW) * 1000),
    signedHeaders,
    payload: isUnsigned(received.declaredPayload) ? "unsigned" : "signed",
  };
}

type Refusal = Omit<VerifyFailure, "ok">;

async function checkSignature(
  hash: Hash,
  received: ReceivedRequest,
  options: VerifyOptions,
): Promise<Refusal | undefined> {
  const { fields } = received;
  const { accessKeyId, region, service, sessionToken } = fields;
  const key = await options.findKey(accessKeyId, {
    region,
    service,
    date: new Date(fields.time),
    sessionToken,
  });
  if (key === undefined) return { reason: "unknown-key", message: "there is no such access key id" };
  if (!isEqual(sessionToken ?? "", key.sessionToken ?? "")) {
    return {
      reason: "wrong-session-token",
      message: `expected ${key.sessionToken ? "the session token of this key" : "no session token"}`,
    };
  }
  const payload = await readPayload(hash, received, options);
  if (typeof payload !== "string") return payload;

  const signingKey = await importSigningKey(hash, key.secretAccessKey, fields.scope);
  const parts = {
    ...received,
    headers: Object.fromEntries(received.headers),
    signedHeaders: fields.signedHeaders,
    payloadHash: payload,
  };
  let report: Record<keyof SignedTexts, string> | undefined;
  for (const query of received.queries) {
    const canonicalRequest = createCanonicalRequest({ ...parts, query });
    const stringToSign = createStringToSign(fields.date, fields.scope, await hashHex(hash, canonicalRequest));
    if (isEqual(fields.signature, await hashHex(hash, stringToSign, signingKey))) return undefined;
    report ??= { canonicalRequest, stringToSign };
  }
  const difference = report && findDifference(report, options.client ?? {});
  return {
    reason: "wrong-signature",
    message: "the signature is not the one of this request under this key",
    ...(report && {
      canonicalRequest: redactTokens(report.canonicalRequest),
      stringToSign: report.stringToSign,
    }),
    ...(difference && { difference }),
  };
}

function checkScope(fields: SignatureFields, options: VerifyOptions): Refusal | undefined {
  for (const name of ["region", "service"] as const) {
    const accepted = options[name];
    if (accepted !== undefined && ![accepted].flat().includes(fields[name])) {
      return {
        reason: `wrong-${name}`,
        message: `the scope's ${name} is ${fields[name]}, expected ${[accepted].flat().join(" or ")}`,
      };
    }
  }
  return fields.day === fields.date.slice(0, 8)
    ? undefined
    : { reason: "wrong-day", message: `the scope's day is ${fields.day}, the signing date ${fields.date}` };
}

function checkTime(fields: SignatureFields, options: VerifyOptions): Refusal | undefined {
  const now = +(options.now ?? options.clock?.() ?? new Date());
  const skew = (options.maxSkewSeconds ?? DEFAULT_SKEW) * 1000;
  const { expiresIn } = fields;
  if (expiresIn !== undefined && (expiresIn < 1 || expiresIn > (options.maxExpiresSeconds ?? 604_800))) {
    return { reason: "expires-too-long", message: `X-Amz-Expires is ${expiresIn} seconds` };
  }
  // Written so that an invalid `now` refuses instead of letting everything pass.
  if (!(fields.time - now <= skew))
    return { reason: "not-yet-valid", message: `signed at ${fields.date}, later than now` };
  const life = expiresIn === undefined ? skew : expiresIn * 1000;
  return now - fields.time <= life
    ? undefined
    : { reason: "expired", message: `signed at ${fields.date}, too long ago` };
}

function checkHeaders(
  { signedHeaders }: SignatureFields,
  headers: ReadonlyMap<string, string>,
  options: VerifyOptions,
): Refusal | undefined {
  const signed = new Set(signedHeaders);
  // The token is compared with the key's, and the hash of the body ends the canonical request: neither needs a signature.
  const amz = [...headers.keys()].filter((name) => /^x-amz-(?!security-token$|content-sha256$)/.test(name));
  const unsigned = ["host", ...amz, ...(options.requiredSignedHeaders ?? [])].find(
    (name) => !signed.has(name),
  );
  if (unsigned !== undefined)
    return { reason: "header-not-signed", message: `${unsigned} is not among the signed headers` };
  const missing = signedHeaders.find((name) => !headers.has(name));
  return missing === undefined
    ? undefined
    : { reason: "header-missing", message: `${missing} was signed but is not in the request` };
}

const DEFAULT_SKEW = 300;

/** Compares in a time that depends on the received text only. */
function isEqual(received: string, expected: string): boolean {
  let difference = received.length ^ expected.length;
  for (let index = 0; index < received.length; index++) {
    difference |= received.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}
