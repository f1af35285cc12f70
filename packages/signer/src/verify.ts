import { writeCanonicalRequest } from "./canonical.ts";
import { checkPayload, type PayloadFailure } from "./check-payload.ts";
import { isEqual } from "./constant-time.ts";
import { hashHex, type Hash } from "./hash.ts";
import { checkOptionNames } from "./options.ts";
import { isUnsigned, parseSignedRequest, type SignedRequestParts } from "./parse-signed-request.ts";
import type { RequestInput } from "./request.ts";
import { findDifference, redactTokens, type SignedTexts } from "./signature-difference.ts";
import type { SignatureFields } from "./signature-fields.ts";
import { SignerError } from "./signer-error.ts";
import { importSigningKey, nameKey, type KeyStore, type SigningKeyParts } from "./signing-key.ts";
import { readKey } from "./verify-key.ts";
import type { VerifyFailure, VerifyOptions, VerifySuccess } from "./verify-options.ts";

/** A valid signature, and what it was checked with. */
export interface GoodSignature {
  readonly success: VerifySuccess;
  readonly request: SignedRequestParts;
  /** What signs the chunks of an upload. */
  readonly signingKey: unknown;
}

/** What signatures are checked with. */
export interface CheckSetup {
  readonly hash: Hash;
  /** Keeps the keys that proved right. */
  readonly keys?: KeyStore;
}

/** Checks a signature. */
export async function checkRequest(
  { hash, keys }: CheckSetup,
  input: RequestInput,
  options: VerifyOptions,
): Promise<GoodSignature | VerifyFailure> {
  const request = parseSignedRequest(input, options);
  if ("reason" in request) return { ok: false, ...request };
  const { fields, headers } = request;
  const { accessKeyId, region, service, signedHeaders } = fields;
  const checked =
    checkScope(fields, options) ??
    checkTime(fields, options) ??
    checkHeaders(fields, headers, options) ??
    (await checkSignature({ hash, keys, request, options }));
  if ("reason" in checked) return { ok: false, accessKeyId, ...checked };
  const success: VerifySuccess = {
    ok: true,
    accessKeyId,
    signedIn: fields.signedIn,
    region,
    service,
    date: new Date(fields.time),
    expires: new Date(fields.time + lifeOf(fields, options)),
    signedHeaders,
    payload: isUnsigned(request.declaredPayload) ? "unsigned" : "signed",
  };
  return { success, request, signingKey: checked.signingKey };
}

type Refusal = Omit<VerifyFailure, "ok">;

interface SignatureParts {
  readonly hash: Hash;
  readonly keys: KeyStore | undefined;
  readonly request: SignedRequestParts;
  readonly options: VerifyOptions;
}

async function checkSignature(parts: SignatureParts): Promise<Refusal | { readonly signingKey: unknown }> {
  const { hash, keys, request, options } = parts;
  const { fields } = request;
  const { accessKeyId, region, service, sessionToken, scope } = fields;
  const claim = { region, service, date: new Date(fields.time), sessionToken };
  const pending = options.findKey(accessKeyId, claim);
  // Nothing is awaited without need.
  const found = isPending(pending) ? await pending : pending;
  const { secretAccessKey, sessionToken: expected } = readKey(found);
  if (!secretAccessKey) return { reason: "unknown-key", message: "there is no such access key id" };
  if (!isEqual(sessionToken ?? "", expected ?? "")) {
    return {
      reason: "wrong-session-token",
      message: `expected ${expected ? "the session token of this key" : "no session token"}`,
    };
  }
  const checking = checkPayload(hash, request, options);
  const checked = isPending(checking) ? await checking : checking;
  const mismatch = typeof checked === "string" ? undefined : checked;
  const payload = typeof checked === "string" ? checked : checked.actual;
  if (payload === undefined) return checked as PayloadFailure; // only a failure has no hash

  const keyParts: SigningKeyParts = { hash, credentials: { accessKeyId, secretAccessKey }, scope };
  const name = keys && nameKey(keyParts);
  const signingKey = (name && keys?.get(name)) ?? (await importSigningKey(keyParts));
  let report: Record<keyof SignedTexts, string> | undefined;
  for (const query of request.queries) {
    const canonicalRequest = writeCanonicalRequest({
      method: request.method,
      path: request.path,
      query,
      headers: request.headers,
      signedHeaders: fields.signedHeaders,
      payloadHash: payload,
    });
    const digest = hashHex(hash, canonicalRequest);
    const text = `AWS4-HMAC-SHA256\n${fields.date}\n${scope}\n${isPending(digest) ? await digest : digest}`;
    const signature = hashHex(hash, text, signingKey);
    const isGood = isEqual(fields.signature, isPending(signature) ? await signature : signature);
    if (isGood && !mismatch) {
      // Only now, so that requests without a valid signature cannot push out the keys of those with one.
      if (name) keys?.set(name, signingKey);
      return { signingKey };
    }
    report ??= { canonicalRequest, stringToSign: text };
  }
  const difference = report && findDifference(report, options.client ?? {});
  return {
    reason: mismatch?.reason ?? "wrong-signature",
    message: mismatch?.message ?? "the signature is not the one of this request under this key",
    ...(report && {
      canonicalRequest: redactTokens(report.canonicalRequest),
      stringToSign: report.stringToSign,
    }),
    ...(difference && { difference }),
  };
}

function isPending<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | undefined)?.then === "function";
}

function checkScope(fields: SignatureFields, options: VerifyOptions): Refusal | undefined {
  for (const name of ["region", "service"] as const) {
    const accepted = options[name];
    if (accepted !== undefined && accepted !== fields[name] && ![accepted].flat().includes(fields[name])) {
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
  const { expiresIn, signedIn } = fields;
  // Limits are compared so that one that is no number refuses everything instead of letting everything pass.
  if (expiresIn !== undefined && !(expiresIn >= 1 && expiresIn <= (options.maxExpiresSeconds ?? 604_800))) {
    return { reason: "expires-too-long", message: `X-Amz-Expires is ${expiresIn} seconds` };
  }
  if (signedIn === "query" && expiresIn === undefined && !EXPIRES_OPTIONAL.test(fields.service)) {
    return { reason: "malformed", message: "X-Amz-Expires: expected a number of seconds" };
  }
  // Written so that an invalid `now` refuses everything instead of letting everything pass.
  if (!(fields.time - now <= skewOf(options)))
    return { reason: "not-yet-valid", message: `signed at ${fields.date}, later than now` };
  return now - fields.time <= lifeOf(fields, options)
    ? undefined
    : { reason: "expired", message: `signed at ${fields.date}, too long ago` };
}

/**
 * The services that accept a presigned URL without a lifetime. Their own clients omit it: the AWS SDK for Go for
 * GetCallerIdentity, the AWS IoT libraries for connections. S3 and the API servers of EKS require it.
 */
const EXPIRES_OPTIONAL = /^(?:sts|iotdevicegateway|iotdata)$/;

/** For how long a signature is valid, in milliseconds. */
function lifeOf({ signedIn, expiresIn }: SignatureFields, options: VerifyOptions): number {
  if (signedIn === "header") return skewOf(options);
  return (
    1000 * (expiresIn ?? Math.min(options.defaultExpiresSeconds ?? 900, options.maxExpiresSeconds ?? 900))
  );
}

function skewOf(options: VerifyOptions): number {
  return 1000 * (options.maxSkewSeconds ?? 300);
}

function checkHeaders(
  { signedIn, signedHeaders }: SignatureFields,
  headers: ReadonlyMap<string, string>,
  options: VerifyOptions,
): Refusal | undefined {
  const signed = new Set(signedHeaders);
  const required = [...(options.requiredSignedHeaders ?? [])];
  if (!signed.has(":authority")) required.push("host");
  for (const name of headers.keys()) if (name.startsWith("x-amz-")) required.push(name);
  const unsigned = required.find(
    (name) =>
      !signed.has(name) &&
      // The token is compared with the key's, the hash of the body ends the canonical request, and the date of a signature in
      // headers is part of the string to sign: none of them needs to be signed as a header.
      !(name === "x-amz-security-token" || name === "x-amz-content-sha256") &&
      !(name === "x-amz-date" && signedIn === "header") &&
      !options.unsignedHeaders?.includes(name),
  );
  if (unsigned !== undefined)
    return { reason: "header-not-signed", message: `${unsigned} is not among the signed headers` };
  const missing = signedHeaders.find((name) => !headers.has(name));
  return missing === undefined
    ? undefined
    : { reason: "header-missing", message: `${missing} was signed but is not in the request` };
}

const NAMES =
  /^(?:findKey|region|service|now|clock|maxSkewSeconds|maxExpiresSeconds|defaultExpiresSeconds|requiredSignedHeaders|unsignedHeaders|unsignedPayload|maxBodyBytes|maxChunkBytes|maxSigningKeys|uriEscapePath|normalizePath|client)$/;

/** The headers that say who a request is for, when it was made, and what is in it. */
const ALWAYS_SIGNED =
  /^(?:host|:authority|x-amz-(?:date|security-token|content-sha256)|x-k8s-aws-id|x-vault-aws-iam-server-id)$/i;

/**
 * Refuses options that would be ignored, or that would open a security hole.
 *
 * @param given - those whose names have not been checked before
 * @throws {@link SignerError} with code `ERR_OPTION_INVALID`.
 */
export function checkVerifyOptions(options: Partial<VerifyOptions>, given: object = options): void {
  checkOptionNames(given, NAMES);
  const hole = options.unsignedHeaders?.find(
    (name) => ALWAYS_SIGNED.test(name) || options.requiredSignedHeaders?.includes(name),
  );
  if (hole !== undefined)
    throw new SignerError("ERR_OPTION_INVALID", `unsignedHeaders: ${hole} has to be signed`);
}
