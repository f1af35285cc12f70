/**
 * Create and check Akeyless cloud identities.
 *
 * @module @org/sts-signer/akeyless
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readBase64, readJson, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";

/** What {@link createAkeylessCloudId} may be told besides a signer. */
export type AkeylessCloudIdOptions = Pick<SignOptions, "date">;

/**
 * Creates the cloud id with which an IAM identity logs in to Akeyless (`access-type` `aws_iam`): base64 of JSON of a signed
 * GetCallerIdentity request to the global endpoint.
 *
 * The format has no header that binds it to one server: anyone who receives it can use it elsewhere for as long as STS accepts it.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createAkeylessCloudId } from "@org/sts-signer/akeyless";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const cloudId = await createAkeylessCloudId(signer);
 *
 * @throws {@link SignerError} when the credentials cannot sign.
 * @see {@link https://docs.akeyless.io/docs/auth-with-aws AWS IAM authentication}
 */
export async function createAkeylessCloudId(
  signer: Pick<Signer, "sign">,
  options: AkeylessCloudIdOptions = {},
): Promise<string> {
  const hostname = "sts.amazonaws.com";
  const headers: Record<string, string> = {
    "content-length": String(BODY.length),
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
  };
  const request = { method: "POST", hostname, path: "/", headers, body: BODY };
  const signed = await signer.sign(request, {
    region: "us-east-1",
    service: "sts",
    date: options.date,
    applyChecksum: false,
  });
  const lists = NAMES.flatMap((name) => {
    const value = signed.headers[name.toLowerCase()];
    return value === undefined ? [] : [[name, [value]]];
  });
  return encodeBase64(
    JSON.stringify({
      sts_request_method: "POST",
      sts_request_url: encodeBase64(`https://${hostname}/`),
      sts_request_body: encodeBase64(BODY),
      sts_request_headers: encodeBase64(JSON.stringify(Object.fromEntries(lists))),
    }),
  );
}

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";

/** In the order used by Akeyless's package. */
const NAMES = [
  "Authorization",
  "Content-Length",
  "Host",
  "Content-Type",
  "X-Amz-Date",
  "X-Amz-Security-Token",
];

/**
 * Checks a cloud id as Akeyless does, before its request goes to STS. Nothing in it says who it is for: `isBound` is false. Never
 * throws, whatever it is given.
 *
 * @example
 * import { checkAkeylessCloudId } from "@org/sts-signer/akeyless";
 *
 * const check = checkAkeylessCloudId("e30=");
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkAkeylessCloudId(
  cloudId: unknown,
  options: CallerIdentityCheckOptions = {},
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const fields = readJson(readBase64(cloudId, "cloud id"), "cloud id");
    const [method, url, body, headers] = MEMBERS;
    checkMembers(fields, MEMBERS);
    const lists = Object.entries(readJson(readBase64(fields[headers], headers), headers));
    return checkCallerIdentityRequest(
      {
        method: fields[method],
        url: readBase64(fields[url], url),
        body: readBase64(fields[body], body),
        headers: lists.map(([name, values]) => [name, readOnly(values)]),
      },
      options,
    );
  });
}

const MEMBERS = ["sts_request_method", "sts_request_url", "sts_request_body", "sts_request_headers"] as const;

function readOnly(values: unknown): unknown {
  return Array.isArray(values) && values.length === 1
    ? values[0]
    : refuse("header-not-allowed", "a header without its list of one value");
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
