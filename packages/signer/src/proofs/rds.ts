/**
 * Create and check RDS database tokens.
 *
 * @module @org/sts-signer/rds
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { checkPresigned, claimOf, presignText } from "./check-presigned.ts";
import { readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { checkText, HOST } from "./text-input.ts";

/** What {@link createRdsToken} needs besides a signer. */
export interface RdsTokenOptions extends Pick<PresignOptions, "date"> {
  /** The database's host, as clients connect to it; an alias does not work. Its case is kept and signed. */
  readonly hostname: string;
  /** The database's port; 443 is signed like any other. */
  readonly port: number;
  /** The database user, which must be allowed to log in by IAM. */
  readonly username: string;
  /** The database's region. */
  readonly region: string;
}

/**
 * Creates the password with which an IAM identity logs in to an RDS or Aurora database. It is valid for 15 minutes; a
 * connection made with it stays.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createRdsToken } from "@org/sts-signer/rds";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const hostname = "database.abcdefghijkl.eu-west-1.rds.amazonaws.com";
 * const password = await createRdsToken(signer, { hostname, port: 5432, username: "app", region: "eu-west-1" });
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when host or port are invalid.
 * @see {@link https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html Connecting by IAM}
 */
export async function createRdsToken(
  signer: Pick<Signer, "presign">,
  options: RdsTokenOptions,
): Promise<string> {
  const { hostname, port, username, region, date } = options;
  checkText(hostname, "hostname", HOST);
  checkText(String(port), "port", /^\d{1,5}$/);
  return await presignText(signer, {
    host: `${hostname}:${port}`,
    query: { Action: "connect", DBUser: username },
    region,
    service: "rds-db",
    expiresIn: 900,
    date,
    order: "sorted",
  });
}

/** What a database requires of a token. */
export interface CheckRdsTokenOptions extends ProofCheckOptions {
  /** The host that the token must be for, as clients connect to it. Default: any. Case-sensitive. */
  readonly hostname?: string | undefined;
  /** The port that the token must be for. Default: any. */
  readonly port?: number | undefined;
  /** The database user who logs in. Default: any. */
  readonly username?: string | undefined;
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/** An accepted token of RDS. */
export interface RdsTokenClaim extends ProofClaim {
  /** The host it is for. */
  readonly hostname: string;
  /** The port it is for. */
  readonly port: number;
  /** The database user it is for. */
  readonly username: string;
}

/**
 * Checks a token as a database does, except for its signature: pass the claim's `request` to `verify` with the secret. Never throws,
 * whatever it is given.
 *
 * @example
 * import { checkRdsToken } from "@org/sts-signer/rds";
 *
 * const check = checkRdsToken("database.example.com:5432/?Action=connect", { username: "app" });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkRdsToken(
  token: unknown,
  options: CheckRdsTokenOptions = {},
): RdsTokenClaim | ProofFailure {
  return runCheck(() => {
    const presigned = checkPresigned(readText(token, "token"), {
      ...options,
      services: ["rds-db"],
      parameters: { Action: "connect", DBUser: undefined },
      life: { limit: 900 },
    });
    const { hostname, port } = presigned.request;
    if (port === undefined) refuse("wrong-host", "expected a port");
    const username = presigned.find("DBUser");
    if (options.hostname !== undefined && options.hostname !== hostname)
      refuse("wrong-host", "the token is for another host");
    if (options.port !== undefined && options.port !== port)
      refuse("wrong-host", "the token is for another port");
    if (options.username !== undefined && options.username !== username)
      refuse("wrong-user", "the token is for another user");
    return { ...claimOf(presigned), hostname, port, username };
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
