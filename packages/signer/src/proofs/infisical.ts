/**
 * Create and check Infisical logins.
 *
 * @module @org/sts-signer/infisical
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readBase64, readJson, readObject, readText, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { stsHost } from "./sts-host.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link createInfisicalLogin} needs besides a signer. */
export interface InfisicalLoginOptions extends Pick<SignOptions, "date"> {
  /** The machine identity to log in as. */
  readonly identityId: string;
  /** The region whose STS Infisical uses. */
  readonly region: string;
}

/** The body of `POST /api/v1/auth/aws-auth/login`. */
export interface InfisicalLogin {
  /** Always `POST`. */
  readonly iamHttpRequestMethod: "POST";
  /** The body of the request to STS in base64. */
  readonly iamRequestBody: string;
  /** Its headers, including the signature, as JSON in base64. */
  readonly iamRequestHeaders: string;
  /** The machine identity to log in as. */
  readonly identityId: string;
}

/**
 * Creates the body that logs in to Infisical with an IAM identity: a signed GetCallerIdentity request that Infisical sends to STS.
 *
 * The format has no header that binds the login to one server: anyone who receives it can use it elsewhere for as long as STS accepts it.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createInfisicalLogin } from "@org/sts-signer/infisical";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const login = await createInfisicalLogin(signer, { identityId: "b2a1…", region: "eu-west-1" });
 * const body = JSON.stringify(login);
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when the region cannot be part of a host.
 * @see {@link https://infisical.com/docs/documentation/platform/identities/aws-auth AWS Auth}
 */
export async function createInfisicalLogin(
  signer: Pick<Signer, "sign">,
  options: InfisicalLoginOptions,
): Promise<InfisicalLogin> {
  const { identityId, region, date } = options;
  checkText(region, "region", REGION);
  const hostname = stsHost(region);
  const headers: Record<string, string> = {
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    Host: hostname,
    "Content-Length": String(BODY.length),
  };
  const request = { method: "POST", hostname, path: "/", headers, body: BODY };
  const signed = await signer.sign(request, { region, service: "sts", date });
  // The hash of the body comes after the token, and the signature has a capital, as the SDK has them.
  const { authorization, "x-amz-content-sha256": hash, ...others } = signed.headers;
  const all = { ...others, "x-amz-content-sha256": hash, Authorization: authorization };
  return {
    iamHttpRequestMethod: "POST",
    iamRequestBody: encodeBase64(BODY),
    iamRequestHeaders: encodeBase64(JSON.stringify(all)),
    identityId,
  };
}

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";

/** An accepted Infisical login. Nothing in it says who it is for: `isBound` is false. */
export interface InfisicalLoginClaim extends CallerIdentityClaim {
  /** The machine identity to log in as. */
  readonly identityId: string;
}

/**
 * Checks a login as Infisical does, before its request goes to STS. The host is the one in the signed `Host` header, and must be an
 * STS host. Never throws, whatever it is given.
 *
 * @example
 * import { checkInfisicalLogin } from "@org/sts-signer/infisical";
 *
 * const check = checkInfisicalLogin({});
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkInfisicalLogin(
  login: unknown,
  options: CallerIdentityCheckOptions = {},
): InfisicalLoginClaim | ProofFailure {
  return runCheck(() => {
    const fields = readObject(login, "login");
    checkMembers(fields, ["iamHttpRequestMethod", "iamRequestBody", "iamRequestHeaders", "identityId"]);
    const identityId = readText(fields["identityId"], "identityId", 256);
    const headers = Object.entries(
      readJson(readBase64(fields["iamRequestHeaders"], "iamRequestHeaders"), "iamRequestHeaders"),
    );
    const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
    const claim = checkCallerIdentityRequest(
      {
        method: fields["iamHttpRequestMethod"],
        url: `https://${readText(host, "the host header", 255)}/`,
        headers,
        body: readBase64(fields["iamRequestBody"], "iamRequestBody"),
      },
      options,
    );
    return { ...claim, identityId };
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
