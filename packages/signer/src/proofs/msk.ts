/**
 * Create and check Amazon MSK tokens.
 *
 * @module @org/sts-signer/msk
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64.ts";
import { checkPresigned, claimOf, presignText } from "./check-presigned.ts";
import { checkMembers, readJson, readText, refuse, runCheck } from "./check-proof.ts";
import { encodeUriComponent } from "../encoding.ts";
import type { QueryBag } from "../entry.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { checkText, HOST, REGION } from "./text-input.ts";

/** What {@link createMskToken} needs besides a signer. */
export interface MskTokenOptions extends Pick<PresignOptions, "date"> {
  /** The cluster's region. */
  readonly region: string;
  /** When the signer's credentials expire: the token expires no later. */
  readonly credentialsExpiration?: Date | undefined;
  /** Identifies the program to the broker; sent unsigned. */
  readonly userAgent?: string | undefined;
}

/** A token for the SASL mechanism OAUTHBEARER. */
export interface MskToken {
  /** What the mechanism's callback returns as its value. */
  readonly token: string;
  /** When it expires: 15 minutes after signing, or when the credentials expire. */
  readonly expiration: Date;
}

/**
 * Creates the token with which an IAM identity connects to a Kafka cluster of Amazon MSK.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createMskToken } from "@org/sts-signer/msk";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const { token, expiration } = await createMskToken(signer, { region: "eu-west-1" });
 * const oauthBearer = { value: token, lifetime: +expiration };
 *
 * @throws {@link SignerError} with code `ERR_EXPIRES_IN_INVALID` when the credentials have ended.
 * @see {@link https://github.com/aws/aws-msk-iam-auth#details Format of the token}
 */
export async function createMskToken(
  signer: Pick<Signer, "presign">,
  options: MskTokenOptions,
): Promise<MskToken> {
  const { region, credentialsExpiration, userAgent = "sts-signer", date = new Date() } = options;
  checkText(region, "region", REGION);
  const remaining = credentialsExpiration ? Math.floor((+credentialsExpiration - +date) / 1000) : 900;
  const expiresIn = Math.min(900, remaining);
  const text = await presignText(signer, {
    host: hostOf(region),
    query: ACTION,
    region,
    service: SERVICE,
    expiresIn,
    date,
    order: "sorted",
    unsigned: { "User-Agent": userAgent },
  });
  const token = encodeBase64Url(`https://${text}`);
  // Signatures have whole seconds only.
  return { token, expiration: new Date(Math.floor(+date / 1000) * 1000 + expiresIn * 1000) };
}

const SERVICE = "kafka-cluster";
const ACTION = { Action: "kafka-cluster:Connect" };

/** In every partition, as in AWS's libraries. */
function hostOf(region: string): string {
  return `kafka.${region}.amazonaws.com`;
}

/** What {@link createMskIamPayload} needs besides a signer. */
export interface MskIamPayloadOptions extends Pick<PresignOptions, "date"> {
  /** The host of the broker that the client connects to, without its port. */
  readonly host: string;
  /** The cluster's region. */
  readonly region: string;
  /** Identifies the program to the broker; sent unsigned. */
  readonly userAgent?: string | undefined;
}

/**
 * Creates the first message of the SASL mechanism `AWS_MSK_IAM`: JSON that is valid at one broker for 15 minutes.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createMskIamPayload } from "@org/sts-signer/msk";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const host = "b-1.cluster.abcdef.c1.kafka.eu-west-1.amazonaws.com";
 * const payload = await createMskIamPayload(signer, { host, region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host or region are invalid.
 * @see {@link https://github.com/aws/aws-msk-iam-auth#uriencode-algorithm Format of the payload}
 */
export async function createMskIamPayload(
  signer: Pick<Signer, "presign">,
  options: MskIamPayloadOptions,
): Promise<string> {
  const { host, region, userAgent = "sts-signer", date } = options;
  checkText(host, "host", HOST);
  checkText(region, "region", REGION);
  const request = { method: "GET", hostname: host, path: "/", query: ACTION, headers: { host } };
  const signed = await signer.presign(request, { region, service: SERVICE, expiresIn: 900, date });
  // Presigning adds what the request lacked.
  const query: QueryBag = signed.query;
  const find = (name: string) => query[name];
  // In the order of the specification; JSON omits a token that is undefined.
  return JSON.stringify({
    version: VERSION,
    host,
    "user-agent": userAgent,
    action: ACTION.Action,
    "x-amz-algorithm": find("X-Amz-Algorithm"),
    "x-amz-credential": find("X-Amz-Credential"),
    "x-amz-date": find("X-Amz-Date"),
    "x-amz-security-token": find("X-Amz-Security-Token"),
    "x-amz-signedheaders": find("X-Amz-SignedHeaders"),
    "x-amz-expires": find("X-Amz-Expires"),
    "x-amz-signature": find("X-Amz-Signature"),
  });
}

const VERSION = "2020_10_22";

/** What a broker requires of a proof. */
export interface CheckMskOptions extends ProofCheckOptions {
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/** An accepted proof of MSK. */
export interface MskClaim extends ProofClaim {
  /** How the program identifies itself; not signed. Empty if it does not. */
  readonly userAgent: string;
}

/**
 * Checks a token of the mechanism OAUTHBEARER as a broker does, except for its signature: pass the claim's `request` to `verify` with
 * the secret. Never throws, whatever it is given.
 *
 * @example
 * import { checkMskToken } from "@org/sts-signer/msk";
 *
 * const check = checkMskToken("aHR0cHM6Ly8");
 * if (!check.ok) console.log(check.reason); // malformed
 */
export function checkMskToken(token: unknown, options: CheckMskOptions = {}): MskClaim | ProofFailure {
  return runCheck(() => {
    const text = decodeBase64Url(readText(token, "token"));
    if (text === undefined) refuse("malformed", "token: expected base64url of an address");
    const presigned = checkPresigned(text, {
      ...options,
      scheme: "https://",
      services: [SERVICE],
      parameters: ACTION,
      unsigned: ["User-Agent"],
      life: { limit: 900 },
    });
    if (presigned.host !== hostOf(presigned.region))
      refuse("wrong-host", "not the host of Kafka in the scope's region");
    return { ...claimOf(presigned), userAgent: presigned.find("User-Agent") };
  });
}

/** What a broker requires of a payload. */
export interface CheckMskIamPayloadOptions extends CheckMskOptions {
  /** The broker's own host. */
  readonly host: string;
}

/**
 * Checks a message of the mechanism `AWS_MSK_IAM` as a broker does, except for its signature: pass the claim's `request` to `verify` with
 * the secret. Never throws, whatever it is given.
 *
 * @example
 * import { checkMskIamPayload } from "@org/sts-signer/msk";
 *
 * const check = checkMskIamPayload("{}", { host: "b-1.example.com" });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkMskIamPayload(
  payload: unknown,
  options: CheckMskIamPayloadOptions,
): MskClaim | ProofFailure {
  return runCheck(() => {
    const fields = readJson(readText(payload, "payload"), "payload");
    checkMembers(fields, REQUIRED, ["x-amz-security-token"]);
    const texts = Object.entries(fields).map(([name, value]): [string, string] => [
      name,
      readText(value, name),
    ]);
    if (fields["version"] !== VERSION) refuse("wrong-parameters", `version: expected ${VERSION}`);
    if (fields["host"] !== options.host) refuse("wrong-host", "the payload is for another broker");
    const query = texts
      .filter(([name]) => !(name === "version" || name === "host"))
      .map((pair) => pair.map(encodeUriComponent).join("="));
    const presigned = checkPresigned(`${options.host}/?${query.join("&")}`, {
      ...options,
      services: [SERVICE],
      parameters: ACTION,
      unsigned: ["user-agent"],
      life: { limit: 900 },
    });
    return { ...claimOf(presigned), userAgent: presigned.find("user-agent") };
  });
}

const REQUIRED = [
  "version",
  "host",
  "user-agent",
  "action",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-signedheaders",
  "x-amz-expires",
  "x-amz-signature",
];

export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
