/**
 * Create and check HashiCorp Vault logins.
 *
 * @module @org/sts-signer/vault
 */

import type { SignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { encodeBase64 } from "./base64.ts";
import {
  checkCallerIdentityRequest,
  type CallerIdentityCheckOptions,
  type CallerIdentityClaim,
} from "./check-caller-identity.ts";
import { checkMembers, readBase64, readJson, readObject, readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofFailure } from "./proof.ts";
import { stsHost } from "./sts-host.ts";
import { checkText, HEADER, REGION } from "./text-input.ts";

/** What {@link createVaultLogin} needs besides a signer. */
export interface VaultLoginOptions extends Pick<SignOptions, "date"> {
  /** The Vault role to log in as. Default: Vault uses the IAM name. */
  readonly role?: string | undefined;
  /** The region whose STS Vault uses. Default: the global endpoint, which is Vault's own default. */
  readonly region?: string | undefined;
  /** The value that Vault's `iam_server_id_header_value` requires, so that the login is valid only for that server. */
  readonly serverId?: string | undefined;
}

/** The body of `POST /v1/auth/aws/login`. */
export interface VaultLogin {
  /** The role to log in as. */
  readonly role?: string;
  /** Always `POST`. */
  readonly iam_http_request_method: "POST";
  /** The STS URL in base64. */
  readonly iam_request_url: string;
  /** The body of the request to STS in base64. */
  readonly iam_request_body: string;
  /** Its headers, including the signature, as JSON in base64. */
  readonly iam_request_headers: string;
}

/**
 * Creates the body that logs in to HashiCorp Vault's AWS auth method with an IAM identity: a signed GetCallerIdentity
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
  const hostname = stsHost(region);
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

/** What a server requires of a {@link VaultLogin}. */
export interface CheckVaultLoginOptions extends CallerIdentityCheckOptions {
  /**
   * The required value of the signed header `x-vault-aws-iam-server-id`. Without it, a login that is valid for every
   * server is accepted too, and the result says `isBound: false` unless the header is signed.
   */
  readonly serverId?: string | undefined;
}

/** An accepted Vault login. */
export interface VaultLoginClaim extends CallerIdentityClaim {
  /** The role to log in as; `undefined` when the server should find it by the IAM name. */
  readonly role: string | undefined;
}

/**
 * Checks the body of a login before its request goes to STS, as Vault and OpenBao do: that it goes there and nowhere else, does
 * nothing but GetCallerIdentity, and is bound to this server.
 *
 * Header values can be text or lists with one text. At the global endpoint a scope of any region is accepted, because some clients
 * change only the region and leave the host to the server. Never throws, whatever it is given.
 *
 * @example
 * import { checkVaultLogin } from "@org/sts-signer/vault";
 *
 * const check = checkVaultLogin({ iam_http_request_method: "POST" }, { serverId: "vault.example.com" });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 *
 * @see {@link https://developer.hashicorp.com/vault/api-docs/auth/aws#login Vault: login}
 */
export function checkVaultLogin(
  login: unknown,
  options: CheckVaultLoginOptions = {},
): VaultLoginClaim | ProofFailure {
  return runCheck(() => {
    const fields = readObject(login, "login");
    const [method, url, body, headers] = MEMBERS;
    checkMembers(fields, MEMBERS, ["role"]);
    const role = fields["role"] === undefined ? undefined : readText(fields["role"], "role", 512);
    const given = fields[headers];
    // Vault accepts the headers as an object or as base64 of one.
    const bag =
      typeof given === "string" ? readJson(readBase64(given, headers), headers) : readObject(given, headers);
    const claim = checkCallerIdentityRequest(
      {
        method: fields[method],
        url: readBase64(fields[url], url),
        body: readBase64(fields[body], body),
        headers: Object.entries(bag).map(([name, value]) => [name, readOnly(value)]),
      },
      {
        ...options,
        audience: { header: "x-vault-aws-iam-server-id", value: options.serverId },
        binding: options.serverId === undefined ? "optional" : undefined,
        globalScope: "any",
      },
    );
    return { ...claim, role };
  });
}

function readOnly(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : refuse("header-not-allowed", "a header with several values");
}

const MEMBERS = [
  "iam_http_request_method",
  "iam_request_url",
  "iam_request_body",
  "iam_request_headers",
] as const;

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
