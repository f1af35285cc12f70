import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { findPartition } from "../partition.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link presignCallerIdentity} needs besides a signer. */
export interface CallerIdentityOptions extends Pick<PresignOptions, "date" | "expiresIn"> {
  /** The region whose STS is asked, such as `eu-west-1`. */
  readonly region: string;
  /** Headers to sign. Whoever uses the URL has to send them, with these values. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes a URL whose holder learns who made it: a GetCallerIdentity call, signed in the query.
 *
 * It proves an identity to somebody without giving away a key. Let the verifier choose a value that is signed in a header,
 * so that the proof is good there only. STS takes the URL for 15 minutes at most, whatever `expiresIn` (60 seconds by
 * default) says.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { presignCallerIdentity } from "@org/sts-signer/caller-identity";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const url = await presignCallerIdentity(signer, { region: "eu-west-1", headers: { "x-server-id": "vault.example.com" } });
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
  const address = `https://sts.${region}.${findPartition(region).dnsSuffix}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const [url] = await signer.presign(
    address,
    { headers: { ...headers } },
    { region, service: "sts", expiresIn, date },
  );
  return url;
}

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
