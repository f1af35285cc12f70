/**
 * Create and check Amazon Keyspaces logins.
 *
 * @module @org/sts-signer/keyspaces
 */

import { isEqual } from "../constant-time.ts";
import { checkCredentials, type AwsCredentials, type CredentialsSource } from "../credentials.ts";
import { encodeUriComponent } from "../encoding.ts";
import { hashHex } from "../hash.ts";
import { webcryptoHash } from "../hash.webcrypto.ts";
import { importSigningKey } from "../signing-key.ts";
import { checkTime, readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofCheckOptions, ProofFailure } from "./proof.ts";
import { checkText, REGION } from "./text-input.ts";
import type { FindKey } from "../verify-options.ts";
import { readKey } from "../verify-key.ts";

/** Options of {@link createKeyspacesResponse}. */
export interface KeyspacesResponseOptions {
  /** Who signs. There is no signer here, because this format has its own date format. */
  readonly credentials: CredentialsSource;
  /** The region of the keyspace. */
  readonly region: string;
  /** The nonce of the server's challenge: see {@link readKeyspacesChallenge}. */
  readonly nonce: string;
  /** The signing date. Default: now. */
  readonly date?: Date | undefined;
}

/** The first message that the client sends, before there is a challenge. */
export const KEYSPACES_INITIAL_RESPONSE = "SigV4\0\0";

/**
 * Finds the nonce in the challenge of a server: `nonce=…`, which ends at a comma or the end. Undefined when there is none.
 *
 * @example
 * import { readKeyspacesChallenge } from "@org/sts-signer/keyspaces";
 *
 * console.log(readKeyspacesChallenge("nonce=91703fdc2ef562e19fbdab0f58e42fe5")); // 91703fdc2ef562e19fbdab0f58e42fe5
 */
export function readKeyspacesChallenge(challenge: string | Uint8Array): string | undefined {
  const text = typeof challenge === "string" ? challenge : new TextDecoder().decode(challenge);
  return NONCE.exec(text.slice(0, 4096))?.[1];
}

const NONCE = /(?:^|,)nonce=([^,]{1,512})/;

/**
 * Creates the response to the challenge of a server of Amazon Keyspaces (for Apache Cassandra), with WebCrypto.
 *
 * @example
 * import { createKeyspacesResponse, readKeyspacesChallenge } from "@org/sts-signer/keyspaces";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const nonce = readKeyspacesChallenge("nonce=91703fdc2ef562e19fbdab0f58e42fe5") ?? "";
 * const response = await createKeyspacesResponse({ credentials, region: "eu-west-1", nonce });
 *
 * @throws {@link SignerError} with code `ERR_CREDENTIALS_INVALID`, or `ERR_RECIPE_INPUT_INVALID` when region or nonce are
 * invalid.
 * @see {@link https://docs.aws.amazon.com/keyspaces/latest/devguide/programmatic.credentials.SigV4_MCS.html Authentication plugins}
 */
export async function createKeyspacesResponse(options: KeyspacesResponseOptions): Promise<string> {
  const { credentials: source, region, nonce, date = new Date() } = options;
  checkText(region, "region", REGION);
  checkText(nonce, "nonce", /^[^,]{1,512}$/);
  const credentials = checkCredentials(typeof source === "function" ? await source() : source);
  const time = date.toISOString();
  const signature = await signResponse({ credentials, region, nonce, time });
  const token = credentials.sessionToken === undefined ? "" : `,session_token=${credentials.sessionToken}`;
  return `signature=${signature},access_key=${credentials.accessKeyId},amzdate=${time}${token}`;
}

interface Signing {
  readonly credentials: Pick<AwsCredentials, "accessKeyId" | "secretAccessKey">;
  readonly region: string;
  readonly nonce: string;
  /** `2020-06-09T22:41:51.000Z`. */
  readonly time: string;
}

async function signResponse({ credentials, region, nonce, time }: Signing): Promise<string> {
  const scope = `${time.slice(0, 10).replaceAll("-", "")}/${region}/cassandra/aws4_request`;
  const query = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=${encodeUriComponent(`${credentials.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${encodeUriComponent(time)}`,
    "X-Amz-Expires=900",
  ];
  const hash = webcryptoHash;
  const body = await hashHex(hash, nonce);
  const canonicalRequest = `PUT\n/authenticate\n${query.join("&")}\nhost:cassandra\n\nhost\n${body}`;
  const digest = await hashHex(hash, canonicalRequest);
  const key = await importSigningKey({ hash, credentials, scope });
  return await hashHex(hash, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`, key);
}

/** What a server requires of a response. */
export interface CheckKeyspacesResponseOptions extends ProofCheckOptions {
  /** The nonce of its own challenge. */
  readonly nonce: string;
  /** The region of the keyspace. */
  readonly region: string;
  /** Finds the key for an access key id; `undefined` when there is none. */
  readonly findKey: FindKey;
}

/** An accepted response: its signer is proven. */
export interface KeyspacesClaim {
  /** True: the signature is valid. */
  readonly ok: true;
  /** Who signed it. */
  readonly accessKeyId: string;
  /** When it was signed. */
  readonly date: Date;
  /** When it expires: 15 minutes later. */
  readonly expires: Date;
}

/** Why a response was refused: its form, its time, or its signature. */
export type KeyspacesFailure =
  | ProofFailure
  | {
      /** False: do not let the client in. */
      readonly ok: false;
      /** Why, as a stable string, with `verify`'s reasons. */
      readonly reason: "unknown-key" | "wrong-session-token" | "wrong-signature";
      /** Why, in one line for a log. */
      readonly message: string;
    };

/**
 * Checks a response as a server of Keyspaces does, including the signature: this is the only format whose checker needs the secret, because
 * the response cannot be turned into a Signature Version 4 request. Never throws because of the response's contents.
 *
 * @example
 * import { checkKeyspacesResponse } from "@org/sts-signer/keyspaces";
 *
 * const options = { nonce: "91703fdc2ef562e19fbdab0f58e42fe5", region: "eu-west-1", findKey: () => undefined };
 * const check = await checkKeyspacesResponse("signature=0", options);
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 *
 * @throws what `findKey` throws.
 */
export async function checkKeyspacesResponse(
  response: unknown,
  options: CheckKeyspacesResponseOptions,
): Promise<KeyspacesClaim | KeyspacesFailure> {
  const fields = runCheck(() => readResponse(response, options));
  if ("ok" in fields) return fields;
  const { accessKeyId, time, date, expires, sessionToken, signature } = fields;
  const claim = { region: options.region, service: "cassandra", date, sessionToken };
  const found = readKey(await options.findKey(accessKeyId, claim));
  if (!found.secretAccessKey)
    return { ok: false, reason: "unknown-key", message: "there is no such access key id" };
  if (!isEqual(sessionToken ?? "", found.sessionToken ?? ""))
    return { ok: false, reason: "wrong-session-token", message: "the session token is not the key's" };
  const credentials = { accessKeyId, secretAccessKey: found.secretAccessKey };
  const expected = await signResponse({ credentials, region: options.region, nonce: options.nonce, time });
  return isEqual(signature, expected)
    ? { ok: true, accessKeyId, date, expires }
    : { ok: false, reason: "wrong-signature", message: "the signature is not the one of this challenge" };
}

function readResponse(response: unknown, options: CheckKeyspacesResponseOptions) {
  const text = readText(response, "response");
  if (!/^[!-~]*$/.test(text)) refuse("malformed", "expected visible ASCII");
  const fields = new Map<string, string>();
  // Three fields, and the token; a token of base64 has no comma.
  for (const part of text.split(",", 6)) {
    const [, name, value] = /^([a-z_]{1,32})=(.+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) refuse("malformed", "expected fields of name and value");
    if (!NAMES.has(name) || fields.has(name))
      refuse("wrong-parameters", "a field that the format does not have, or one twice");
    fields.set(name, value);
  }
  const find = (name: string) => fields.get(name) ?? refuse("wrong-parameters", `${name}: missing`);
  const signature = find("signature");
  const accessKeyId = find("access_key");
  const time = find("amzdate");
  if (!/^[\da-f]{64}$/.test(signature)) refuse("malformed", "signature: expected 64 hexadecimal digits");
  if (!/^[\w]{1,128}$/.test(accessKeyId)) refuse("malformed", "access_key: expected an access key id");
  const date = new Date(time);
  if (!TIME.test(time) || Number.isNaN(+date) || date.toISOString() !== time)
    refuse("malformed", "amzdate: expected a form such as 2020-06-09T22:41:51.000Z");
  const expires = checkTime(+date, 900_000, options);
  return { signature, accessKeyId, time, date, expires, sessionToken: fields.get("session_token") };
}

const NAMES: ReadonlySet<string> = new Set(["signature", "access_key", "amzdate", "session_token"]);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export type { FindKey, SignatureClaim, VerifyKey } from "../verify-options.ts";
export type { AwsCredentials, CredentialsSource, StsCredentials } from "../credentials.ts";
export type { MaybePromise } from "../hash.ts";
export type { ProofCheckOptions, ProofFailure, ProofFailureReason } from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
