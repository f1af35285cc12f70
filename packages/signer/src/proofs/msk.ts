import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64Url } from "./base64.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link createMskToken} needs besides a signer. */
export interface MskTokenOptions extends Pick<PresignOptions, "date"> {
  /** The cluster's region. */
  readonly region: string;
  /** When the signer's credentials end: the token ends no later. */
  readonly credentialsExpiration?: Date | undefined;
  /** Names the program to the broker; sent unsigned. */
  readonly userAgent?: string | undefined;
}

/** A token for the SASL mechanism OAUTHBEARER. */
export interface MskToken {
  /** What the mechanism's callback returns as its value. */
  readonly token: string;
  /** When it ends: 15 minutes after signing, or when the credentials end. */
  readonly expiration: Date;
}

/**
 * Makes the token with which an IAM identity connects to a Kafka cluster of Amazon MSK.
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
  const address = `https://kafka.${region}.amazonaws.com/?Action=kafka-cluster%3AConnect`;
  const [url] = await signer.presign(address, {}, { region, service: "kafka-cluster", expiresIn, date });
  const token = encodeBase64Url(`${url}&User-Agent=${encodeURIComponent(userAgent)}`);
  // The signature knows whole seconds only.
  return { token, expiration: new Date(Math.floor(+date / 1000) * 1000 + expiresIn * 1000) };
}

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
