/**
 * Create and check tokens for Snowflake workload identity.
 *
 * @module @org/sts-signer/snowflake
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readBase64, readJson, readObject, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { stsHost } from "./sts-host.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link createSnowflakeToken} needs besides a signer. */
export interface SnowflakeTokenOptions extends Pick<SignOptions, "date"> {
  /** The region whose STS Snowflake uses. */
  readonly region: string;
}

/**
 * Creates the token with which a workload on AWS logs in to Snowflake (authenticator `WORKLOAD_IDENTITY`, provider `AWS`): a signed
 * GetCallerIdentity request as base64 of JSON, bound to Snowflake.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createSnowflakeToken } from "@org/sts-signer/snowflake";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const token = await createSnowflakeToken(signer, { region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when the region cannot be part of a host.
 * @see {@link https://docs.snowflake.com/en/user-guide/workload-identity-federation Workload identity federation}
 */
export async function createSnowflakeToken(
  signer: Pick<Signer, "sign">,
  options: SnowflakeTokenOptions,
): Promise<string> {
  const { region, date } = options;
  checkText(region, "region", REGION);
  const host = stsHost(region);
  const request = {
    method: "POST",
    hostname: host,
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host, [HEADER_NAME]: AUDIENCE },
  };
  const { headers } = await signer.sign(request, { region, service: "sts", date, applyChecksum: false });
  const url = `https://${host}/?Action=GetCallerIdentity&Version=2011-06-15`;
  return encodeBase64(JSON.stringify({ url, method: "POST", headers }));
}

const HEADER_NAME = "x-snowflake-audience";
const AUDIENCE = "snowflakecomputing.com";

/** What a server requires of a token. */
export interface CheckSnowflakeTokenOptions extends CallerIdentityCheckOptions {
  /** The required value of the signed header `x-snowflake-audience`. Default: `snowflakecomputing.com`. */
  readonly audience?: string | undefined;
}

/**
 * Checks a token as Snowflake does, before its request goes to STS. Never throws, whatever it is given.
 *
 * @example
 * import { checkSnowflakeToken } from "@org/sts-signer/snowflake";
 *
 * const check = checkSnowflakeToken("e30=");
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkSnowflakeToken(
  token: unknown,
  options: CheckSnowflakeTokenOptions = {},
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const fields = readJson(readBase64(token, "token"), "token");
    checkMembers(fields, ["url", "method", "headers"]);
    const { url, method } = fields;
    const headers = Object.entries(readObject(fields["headers"], "headers"));
    return checkCallerIdentityRequest(
      { method, url, headers, body: "" },
      { ...options, audience: { header: HEADER_NAME, value: options.audience ?? AUDIENCE } },
    );
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
