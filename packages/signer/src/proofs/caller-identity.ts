/**
 * Create and check proofs of identity: signed GetCallerIdentity requests.
 *
 * @module @org/sts-signer/caller-identity
 */

import type { PresignOptions, SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { readObject, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { stsHost } from "./sts-host.ts";
import { checkText, HEADER, REGION } from "./text-input.ts";

/** What {@link presignCallerIdentity} needs besides a signer. */
export interface CallerIdentityOptions extends Pick<PresignOptions, "date" | "expiresIn"> {
  /** The region whose STS is used, such as `eu-west-1`. */
  readonly region: string;
  /** Headers to sign. Anyone who uses the URL must send them, with these values. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Creates a URL that tells its holder who made it: a GetCallerIdentity call, signed in the query.
 *
 * It proves an identity to somebody without giving away a key. Let the verifier choose a value that is signed in a header,
 * so that the proof is valid only there. STS accepts the URL for at most 15 minutes, whatever `expiresIn` (default: 60 seconds)
 * says.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { presignCallerIdentity } from "@org/sts-signer/caller-identity";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const url = await presignCallerIdentity(signer, { region: "eu-west-1", headers: { "x-server-id": "api.example.com" } });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when the region cannot be part of a host.
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html GetCallerIdentity}
 */
export async function presignCallerIdentity(
  signer: Pick<Signer, "presign">,
  options: CallerIdentityOptions,
): Promise<string> {
  const { region, headers = {}, expiresIn = 60, date } = options;
  checkText(region, "region", REGION);
  const address = `https://${stsHost(region)}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const [url] = await signer.presign(
    address,
    { headers: { ...headers } },
    { region, service: "sts", expiresIn, date },
  );
  return url;
}

/** What {@link signCallerIdentity} needs besides a signer. */
export interface SignCallerIdentityOptions extends Pick<SignOptions, "date"> {
  /** The region whose STS is used, such as `eu-west-1`. */
  readonly region: string;
  /** The header that binds the proof to one service, and the value that this service expects. */
  readonly audience: Audience;
}

/** A header that says who a proof is for. */
export interface Audience {
  /** The header's name, such as `x-server-id`. */
  readonly header: string;
  /** The value that the service expects, such as its own host; no other service may use it. */
  readonly value: string;
}

/** A GetCallerIdentity request as data, which can be sent as JSON. */
export interface CallerIdentityProof {
  /** `POST`, or `GET` for a presigned URL. */
  readonly method: string;
  /** The address at STS. */
  readonly url: string;
  /** The headers, including the signature. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly body: string;
}

/**
 * Creates a proof of identity for your own service: a GetCallerIdentity request, signed in its headers and bound to the service
 * by one of them. The service checks it with {@link checkCallerIdentity} and asks STS whose it is.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { signCallerIdentity } from "@org/sts-signer/caller-identity";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const audience = { header: "x-server-id", value: "api.example.com" };
 * const proof = await signCallerIdentity(signer, { region: "eu-west-1", audience });
 * const body = JSON.stringify(proof);
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when region, header or value are invalid.
 */
export async function signCallerIdentity(
  signer: Pick<Signer, "sign">,
  options: SignCallerIdentityOptions,
): Promise<CallerIdentityProof> {
  const { region, audience, date } = options;
  checkText(region, "region", REGION);
  checkText(audience.header, "audience.header", HEADER_NAME);
  checkText(audience.value, "audience.value", HEADER);
  const hostname = stsHost(region);
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    [audience.header.toLowerCase()]: audience.value,
  };
  const request = { method: "POST", hostname, path: "/", headers, body };
  const signed = await signer.sign(request, { region, service: "sts", date });
  return { method: "POST", url: `https://${hostname}/`, headers: signed.headers, body };
}

const HEADER_NAME = /^x-[\w-]{1,60}$/i;

/** What {@link checkCallerIdentity} requires. */
export interface CheckCallerIdentityOptions extends CallerIdentityCheckOptions {
  /**
   * The header that must be signed and the value it must have. Without it, a proof is accepted even though any other service may have
   * received it too, and the result says `isBound: false`.
   */
  readonly audience?: Audience | undefined;
}

/**
 * Checks a GetCallerIdentity request that somebody sent as proof of identity, before it goes to STS: that it goes there and nowhere
 * else, does nothing else, is recent, and is bound to the audience.
 *
 * Takes a presigned URL as text, or an object with `url`, `method`, `headers` and `body`, as {@link signCallerIdentity} creates it.
 * A URL without a lifetime is accepted too, as the AWS SDK for Go makes them. The signature is not checked here, since only STS knows
 * the key. Never throws, whatever it is given.
 *
 * @example
 * import { checkCallerIdentity } from "@org/sts-signer/caller-identity";
 *
 * const audience = { header: "x-server-id", value: "api.example.com" };
 * const check = checkCallerIdentity("https://example.com/", { audience });
 * if (!check.ok) console.log(check.reason); // wrong-host
 */
export function checkCallerIdentity(
  proof: unknown,
  options: CheckCallerIdentityOptions = {},
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const given = typeof proof === "string" ? { url: proof } : readObject(proof, "proof");
    if (!Object.hasOwn(given, "url")) refuse("malformed", "url: missing");
    const { url, headers = {}, body = "" }: Record<string, unknown> = given;
    const method = "method" in given ? given["method"] : "GET";
    const pairs = Object.entries(readObject(headers, "headers"));
    return checkCallerIdentityRequest({ method, url, headers: pairs, body }, options);
  });
}

export { parseStsHost, type StsHost, type StsHostOptions } from "./sts-host.ts";
export type { CallerIdentityCheckOptions, CallerIdentityClaim } from "./check-caller-identity.ts";
export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
