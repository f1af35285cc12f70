/**
 * Create and check MongoDB logins with MONGODB-AWS.
 *
 * @module @org/sts-signer/mongodb
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readObject, readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { checkText } from "./text-input.ts";

/** What {@link createMongoDbParts} needs besides a signer: the contents of the server's first message. */
export interface MongoDbPartsOptions extends Pick<SignOptions, "date"> {
  /** The STS host that the server sent as `h`. */
  readonly host: string;
  /** The 64 bytes that the server sent as `s`, in base64: the client's nonce and the server's. */
  readonly serverNonce: string;
}

/** What goes into the payload of the second SASL message. */
export interface MongoDbParts {
  /** The `Authorization` header. */
  readonly a: string;
  /** The `X-Amz-Date` header. */
  readonly d: string;
  /** The session token, when the credentials are temporary. */
  readonly t?: string;
}

/**
 * Creates the parts of the second message of the SASL mechanism `MONGODB-AWS`: the headers of a signed GetCallerIdentity request, whose
 * other headers the server knows. Write the parts as a BSON document. Before that, check that the nonce begins with the client's
 * own.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createMongoDbParts } from "@org/sts-signer/mongodb";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const serverNonce = btoa("n".repeat(64));
 * const { a, d, t } = await createMongoDbParts(signer, { host: "sts.eu-west-1.amazonaws.com", serverNonce });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host or nonce are invalid.
 * @see {@link https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#mongodb-aws MongoDB authentication: MONGODB-AWS}
 */
export async function createMongoDbParts(
  signer: Pick<Signer, "sign">,
  options: MongoDbPartsOptions,
): Promise<MongoDbParts> {
  const { host, serverNonce, date } = options;
  checkText(host, "host", STS_HOST);
  checkText(serverNonce, "serverNonce", NONCE);
  const request = { method: "POST", hostname: host, path: "/", headers: headersOf(serverNonce), body: BODY };
  const region = regionOf(host);
  const { headers } = await signer.sign(request, { region, service: "sts", date, applyChecksum: false });
  const added: Record<string, string> = headers;
  const token = added["x-amz-security-token"];
  return {
    a: added["authorization"] ?? "",
    d: added["x-amz-date"] ?? "",
    ...(token !== undefined && { t: token }),
  };
}

/** Finds the region as MongoDB's specification says: the second part of the host name. */
function regionOf(host: string): string {
  const [, second] = host.split(".");
  return second === undefined || second === "amazonaws" ? "us-east-1" : second;
}

function headersOf(serverNonce: string): Record<string, string> {
  return {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(BODY.length),
    "x-mongodb-server-nonce": serverNonce,
    "x-mongodb-gs2-cb-flag": "n",
  };
}

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";

/** 64 bytes in base64. */
const NONCE = /^[A-Za-z\d+/]{86}==$/;

/** As in the specification: up to 255 characters, no empty part. */
const STS_HOST = /^(?=.{1,255}$)[a-z\d-]+(?:\.[a-z\d-]+)*$/i;

/** What a server requires of the parts, from its own first message. */
export interface CheckMongoDbPartsOptions extends CallerIdentityCheckOptions {
  /** The STS host that the server sent. */
  readonly host: string;
  /** The nonce that the server sent, in base64. */
  readonly serverNonce: string;
}

/**
 * Checks the parts of the second message as a MongoDB server does, and assembles the request that goes to STS. The server's nonce
 * binds it. Never throws, whatever it is given.
 *
 * @example
 * import { checkMongoDbParts } from "@org/sts-signer/mongodb";
 *
 * const serverNonce = btoa("n".repeat(64));
 * const check = checkMongoDbParts({ a: "", d: "" }, { host: "sts.amazonaws.com", serverNonce });
 * if (!check.ok) console.log(check.reason); // header-not-signed
 */
export function checkMongoDbParts(
  parts: unknown,
  options: CheckMongoDbPartsOptions,
): CallerIdentityClaim | ProofFailure {
  return runCheck(() => {
    const { host, serverNonce } = options;
    if (!STS_HOST.test(host)) refuse("wrong-host", "host: expected a name");
    if (!NONCE.test(serverNonce)) refuse("wrong-audience", "serverNonce: expected 64 bytes in base64");
    const fields = readObject(parts, "parts");
    checkMembers(fields, ["a", "d"], ["t"]);
    const headers: [string, unknown][] = [
      ...Object.entries(headersOf(serverNonce)),
      ["authorization", readText(fields["a"], "a", 4096)],
      ["x-amz-date", readText(fields["d"], "d", 64)],
    ];
    if (fields["t"] !== undefined) headers.push(["x-amz-security-token", fields["t"]]);
    const listed = /SignedHeaders=([^,\s]*)/.exec(String(fields["a"]))?.[1] ?? "";
    const missing = SIGNED.find((name) => !listed.split(";").includes(name));
    if (missing !== undefined) refuse("header-not-signed", `${missing} is not among the signed headers`);
    return checkCallerIdentityRequest(
      { method: "POST", url: `https://${host}/`, headers, body: BODY },
      {
        ...options,
        audience: { header: "x-mongodb-server-nonce", value: serverNonce },
        moreHeaders: ["x-mongodb-gs2-cb-flag"],
      },
    );
  });
}

const SIGNED = [
  "content-length",
  "content-type",
  "host",
  "x-amz-date",
  "x-mongodb-gs2-cb-flag",
  "x-mongodb-server-nonce",
];

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
