/**
 * Create and check subject tokens for Google Cloud workload identity federation.
 *
 * @module @org/sts-signer/google
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readJson, readObject, readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { stsHost } from "./sts-host.ts";
import { checkText, HEADER, REGION } from "./text-input.ts";

/** What {@link createGoogleSubjectToken} needs besides a signer. */
export interface GoogleSubjectTokenOptions extends Pick<SignOptions, "date"> {
  /** The region whose STS Google uses. */
  readonly region: string;
  /**
   * The provider in the workload identity pool, such as
   * `//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws`.
   */
  readonly audience: string;
  /**
   * Default: `"signed"`, which Google recommends: the token is valid only for this provider. `"unsigned"` adds the header after
   * signing, as google-auth-library for Node.js does.
   */
  readonly binding?: "signed" | "unsigned" | undefined;
}

/**
 * Creates the subject token that Google Cloud trades for one of its access tokens: a signed GetCallerIdentity request as
 * percent-encoded JSON. It is the `subject_token` of type `urn:ietf:params:aws:token-type:aws4_request`.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createGoogleSubjectToken } from "@org/sts-signer/google";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const audience = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
 * const token = await createGoogleSubjectToken(signer, { region: "eu-west-1", audience });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when region or audience are invalid.
 * @see {@link https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds#rest Federation with other clouds}
 */
export async function createGoogleSubjectToken(
  signer: Pick<Signer, "sign">,
  options: GoogleSubjectTokenOptions,
): Promise<string> {
  const { region, audience, binding = "signed", date } = options;
  checkText(region, "region", REGION);
  checkText(audience, "audience", HEADER);
  const host = stsHost(region);
  const request = {
    method: "POST",
    hostname: host,
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host, ...(binding === "signed" && { [HEADER_NAME]: audience }) },
  };
  const signed = await signer.sign(request, { region, service: "sts", date, applyChecksum: false });
  const headers = Object.entries({ ...signed.headers, [HEADER_NAME]: audience })
    .map(([key, value]) => ({ key, value }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const url = `https://${host}?Action=GetCallerIdentity&Version=2011-06-15`;
  return encodeURIComponent(JSON.stringify({ url, method: "POST", headers }));
}

const HEADER_NAME = "x-goog-cloud-target-resource";

/** What a server requires of a subject token. */
export interface CheckGoogleSubjectTokenOptions extends CallerIdentityCheckOptions {
  /** The provider that the token must name. */
  readonly audience: string;
  /**
   * Default: `"any"`, which also accepts an audience outside the signature; `isBound` says which it is. `"signed"` refuses
   * an unsigned audience.
   */
  readonly binding?: "any" | "signed" | undefined;
}

/**
 * Checks a subject token as Google's token service does, before its request goes to STS. Accepts an audience that is signed or added after
 * signing, and says which: only a signed one keeps others from using the token. Never throws, whatever it is given.
 *
 * @example
 * import { checkGoogleSubjectToken } from "@org/sts-signer/google";
 *
 * const audience = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
 * const check = checkGoogleSubjectToken("%7B%7D", { audience });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkGoogleSubjectToken(
  token: unknown,
  options: CheckGoogleSubjectTokenOptions,
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const { audience, binding = "any" } = options;
    const fields = readJson(decodeURIComponent(readText(token, "token")), "token");
    checkMembers(fields, ["url", "method", "headers"], ["body", "data"]);
    const { url, method, headers, body = fields["data"] ?? "" } = fields;
    if (!Array.isArray(headers)) refuse("malformed", "headers: expected a list");
    const pairs = headers.map((header: unknown): [string, unknown] => {
      const pair = readObject(header, "a header");
      checkMembers(pair, ["key", "value"]);
      return [readText(pair["key"], "key", 128), pair["value"]];
    });
    const claim = checkCallerIdentityRequest(
      { method, url, headers: pairs, body },
      {
        ...options,
        audience: { header: HEADER_NAME, value: audience },
        binding: binding === "any" ? "optional" : undefined,
      },
    );
    // Signed or not, a token without an audience is not for this provider.
    if (claim.audience === undefined) refuse("header-missing", `${HEADER_NAME} is not there`);
    return claim;
  });
}

export type { CallerIdentityCheckOptions, CallerIdentityClaim } from "./check-caller-identity.ts";
export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export type { StsHostOptions } from "./sts-host.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
