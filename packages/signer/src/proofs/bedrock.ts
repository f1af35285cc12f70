/**
 * Create and check Amazon Bedrock API keys.
 *
 * @module @org/sts-signer/bedrock
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import { checkPresigned, claimOf, presignText } from "./check-presigned.ts";
import { readBase64, readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { SignerError } from "../signer-error.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link createBedrockToken} needs besides a signer. */
export interface BedrockTokenOptions extends Pick<PresignOptions, "date"> {
  /** The region whose models are called. */
  readonly region: string;
  /** For how many seconds the key is valid, up to 43,200 (12 hours), which is the default. It expires with the credentials at the latest. */
  readonly expiresIn?: number | undefined;
}

/**
 * Creates a short-term API key of Amazon Bedrock: a bearer token for clients that cannot sign requests.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createBedrockToken } from "@org/sts-signer/bedrock";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const key = await createBedrockToken(signer, { region: "eu-west-1", expiresIn: 3600 });
 * const headers = { authorization: `Bearer ${key}` };
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when the region is invalid, and `ERR_EXPIRES_IN_INVALID`
 * when `expiresIn` is out of range.
 * @see {@link https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html API keys}
 */
export async function createBedrockToken(
  signer: Pick<Signer, "presign">,
  options: BedrockTokenOptions,
): Promise<string> {
  const { region, expiresIn = MAX_LIFE, date } = options;
  checkText(region, "region", REGION);
  if (!(expiresIn <= MAX_LIFE))
    throw new SignerError("ERR_EXPIRES_IN_INVALID", `expiresIn: expected 1 to ${MAX_LIFE} seconds`);
  const text = await presignText(signer, {
    method: "POST",
    host: HOST,
    query: { Action: "CallWithBearerToken" },
    region,
    service: "bedrock",
    expiresIn,
    date,
    order: "sorted",
  });
  return `${PREFIX}${encodeBase64(`${text}&Version=1`)}`;
}

const PREFIX = "bedrock-api-key-";
const HOST = "bedrock.amazonaws.com";
const MAX_LIFE = 43_200;

/** What a server requires of a key. */
export interface CheckBedrockTokenOptions extends ProofCheckOptions {
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/**
 * Checks a short-term API key as Bedrock does, except for its signature: pass the claim's `request` to `verify` with the secret. Never
 * throws, whatever it is given.
 *
 * @example
 * import { checkBedrockToken } from "@org/sts-signer/bedrock";
 *
 * const check = checkBedrockToken("bedrock-api-key-");
 * if (!check.ok) console.log(check.reason); // malformed
 */
export function checkBedrockToken(
  token: unknown,
  options: CheckBedrockTokenOptions = {},
): ProofClaim | ProofFailure {
  return runCheck(() => {
    const text = readText(token, "token");
    if (!text.startsWith(PREFIX)) refuse("malformed", `token: expected ${PREFIX}`);
    const presigned = checkPresigned(readBase64(text.slice(PREFIX.length), "token"), {
      ...options,
      method: "POST",
      services: ["bedrock"],
      parameters: { Action: "CallWithBearerToken", Version: "1" },
      unsigned: ["Version"],
      life: { limit: MAX_LIFE },
    });
    if (presigned.host !== HOST) refuse("wrong-host", `expected the host ${HOST}`);
    return claimOf(presigned);
  });
}

export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
