import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import { findPartition } from "../partition.ts";
import { checkText, HEADER, REGION } from "./text-input.ts";

/** What {@link createVaultLogin} needs besides a signer. */
export interface VaultLoginOptions extends Pick<SignOptions, "date"> {
  /** The role of Vault's to log in as; by default Vault takes the IAM name. */
  readonly role?: string | undefined;
  /** The region whose STS Vault asks; by default the global endpoint, which is Vault's own default. */
  readonly region?: string | undefined;
  /** The value that Vault's `iam_server_id_header_value` demands, so that the login is good for that server only. */
  readonly serverId?: string | undefined;
}

/** The body of `POST /v1/auth/aws/login`. */
export interface VaultLogin {
  /** The role to log in as. */
  readonly role?: string;
  /** Always `POST`. */
  readonly iam_http_request_method: "POST";
  /** The address of STS in base64. */
  readonly iam_request_url: string;
  /** The body of the request to STS in base64. */
  readonly iam_request_body: string;
  /** Its headers, signature and all, as JSON in base64. */
  readonly iam_request_headers: string;
}

/**
 * Makes the body that logs in to HashiCorp Vault's AWS auth method with an IAM identity: a signed GetCallerIdentity
 * request that Vault sends to STS.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createVaultLogin } from "@org/sts-signer/vault";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const body = JSON.stringify(await createVaultLogin(signer, { role: "dev", serverId: "vault.example.com" }));
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when `serverId` cannot be the value of a header.
 * @see {@link https://developer.hashicorp.com/vault/api-docs/auth/aws#login Vault: login}
 */
export async function createVaultLogin(
  signer: Pick<Signer, "sign">,
  options: VaultLoginOptions = {},
): Promise<VaultLogin> {
  const { role, region, serverId, date } = options;
  if (region !== undefined) checkText(region, "region", REGION);
  if (serverId !== undefined) checkText(serverId, "serverId", HEADER);
  const hostname =
    region === undefined ? "sts.amazonaws.com" : `sts.${region}.${findPartition(region).dnsSuffix}`;
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const headers: Record<string, string> = {
    "content-length": String(body.length),
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    ...(serverId !== undefined && { "x-vault-aws-iam-server-id": serverId }),
  };
  const request = { method: "POST", hostname, path: "/", headers, body };
  const signed = await signer.sign(request, { region: region ?? "us-east-1", service: "sts", date });
  // Vault reads a list of values for each name.
  const lists = Object.entries(signed.headers).map(([name, value]) => [name, [value]]);
  return {
    ...(role !== undefined && { role }),
    iam_http_request_method: "POST",
    iam_request_url: encodeBase64(`https://${hostname}/`),
    iam_request_body: encodeBase64(body),
    iam_request_headers: encodeBase64(JSON.stringify(Object.fromEntries(lists))),
  };
}

export { SignerError, type SignerErrorCode } from "../signer-error.ts";
