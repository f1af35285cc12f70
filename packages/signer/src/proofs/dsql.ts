/**
 * Create and check Aurora DSQL tokens.
 *
 * @module @org/sts-signer/dsql
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { checkPresigned, claimOf, presignText } from "./check-presigned.ts";
import { readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { checkText, HOST, REGION } from "./text-input.ts";

/** What {@link createDsqlToken} needs besides a signer. */
export interface DsqlTokenOptions extends Pick<PresignOptions, "date"> {
  /** The cluster's endpoint, as clients connect to it. */
  readonly hostname: string;
  /** The cluster's region. */
  readonly region: string;
  /** `"admin"` creates the password of the user `admin` (`DbConnectAdmin`); the default `"user"` creates that of any other (`DbConnect`). */
  readonly role?: "user" | "admin" | undefined;
  /** For how many seconds the token is valid, up to 604,800 (a week). Default: 900. */
  readonly expiresIn?: number | undefined;
}

/**
 * Creates the password with which an IAM identity logs in to a cluster of Aurora DSQL. A connection made with it stays open.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createDsqlToken } from "@org/sts-signer/dsql";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const hostname = "abcdefghijklmnopqrst123456.dsql.eu-west-1.on.aws";
 * const password = await createDsqlToken(signer, { hostname, region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host or region are invalid, and
 * `ERR_EXPIRES_IN_INVALID` when `expiresIn` is out of range.
 * @see {@link https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html Authentication tokens}
 */
export async function createDsqlToken(
  signer: Pick<Signer, "presign">,
  options: DsqlTokenOptions,
): Promise<string> {
  const { hostname, region, role = "user", expiresIn = 900, date } = options;
  checkText(hostname, "hostname", HOST);
  checkText(region, "region", REGION);
  return await presignText(signer, {
    host: hostname,
    query: { Action: role === "admin" ? "DbConnectAdmin" : "DbConnect" },
    region,
    service: "dsql",
    expiresIn,
    date,
    order: "sorted",
  });
}

/** What a cluster requires of a token. */
export interface CheckDsqlTokenOptions extends ProofCheckOptions {
  /** The endpoint that the token must be for. Default: any. Case-sensitive. */
  readonly hostname?: string | undefined;
  /** Which of the two the token must be: `"user"` or `"admin"`. Default: any. */
  readonly role?: "user" | "admin" | undefined;
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/** An accepted token of Aurora DSQL. */
export interface DsqlTokenClaim extends ProofClaim {
  /** The endpoint it is for. */
  readonly hostname: string;
  /** Whether it is for the user `admin` or for another. */
  readonly role: "user" | "admin";
}

/**
 * Checks a token as a cluster does, except for its signature: pass the claim's `request` to `verify` with the secret. Never throws,
 * whatever it is given.
 *
 * @example
 * import { checkDsqlToken } from "@org/sts-signer/dsql";
 *
 * const check = checkDsqlToken("cluster.dsql.eu-west-1.on.aws/?Action=DbConnect", { role: "user" });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkDsqlToken(
  token: unknown,
  options: CheckDsqlTokenOptions = {},
): DsqlTokenClaim | ProofFailure {
  return runCheck(() => {
    const presigned = checkPresigned(readText(token, "token"), {
      ...options,
      services: ["dsql"],
      parameters: { Action: undefined },
      life: { limit: 604_800 },
    });
    const { hostname, port } = presigned.request;
    if (port !== undefined) refuse("wrong-host", "expected no port");
    const role =
      ROLES.get(presigned.find("Action")) ?? refuse("wrong-action", "expected DbConnect or DbConnectAdmin");
    if (options.hostname !== undefined && options.hostname !== hostname)
      refuse("wrong-host", "the token is for another host");
    if (options.role !== undefined && options.role !== role)
      refuse("wrong-user", `the token is not for the role ${options.role}`);
    return { ...claimOf(presigned), hostname, role };
  });
}

const ROLES: ReadonlyMap<string, "user" | "admin"> = new Map([
  ["DbConnect", "user"],
  ["DbConnectAdmin", "admin"],
]);

export type {
  ProofCheckOptions,
  ProofClaim,
  ProofFailure,
  ProofFailureReason,
  ProofRequest,
} from "./proof.ts";
export { SignerError, type SignerErrorCode } from "../signer-error.ts";
