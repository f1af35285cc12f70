/**
 * Create and check ElastiCache and MemoryDB tokens.
 *
 * @module @org/sts-signer/elasticache
 */

import type { PresignOptions } from "../options.ts";
import type { Signer } from "../signer.ts";
import { checkPresigned, claimOf, presignText } from "./check-presigned.ts";
import { readText, refuse, runCheck } from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim, ProofFailure } from "./proof.ts";
import { checkText, REGION } from "./text-input.ts";

/** What {@link createElastiCacheToken} needs besides a signer. */
export interface ElastiCacheTokenOptions extends Pick<PresignOptions, "date"> {
  /** The name of the replication group, the serverless cache or the MemoryDB cluster; not the host that clients connect to. */
  readonly cacheName: string;
  /** The id of the user, who must use IAM authentication; user name and id must be the same. */
  readonly userId: string;
  /** The cache's region. */
  readonly region: string;
  /** The service, `"elasticache"` or `"memorydb"`. Default: `"elasticache"`. */
  readonly service?: "elasticache" | "memorydb" | undefined;
  /** True for a serverless ElastiCache cache. Default: false. */
  readonly isServerless?: boolean | undefined;
}

/**
 * Creates the password with which an IAM identity logs in to a cache of ElastiCache or a cluster of MemoryDB. It is valid for 15 minutes;
 * the connection ends after 12 hours unless a new one is sent by `AUTH`.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 * import { createElastiCacheToken } from "@org/sts-signer/elasticache";
 *
 * const signer = createSigner({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
 * const options = { cacheName: "sessions", userId: "app", region: "eu-west-1" };
 * const password = await createElastiCacheToken(signer, options);
 *
 * @throws {@link SignerError} with code `ERR_RECIPE_INPUT_INVALID` when name, user or region are invalid.
 * @see {@link https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html Authenticating with IAM}
 */
export async function createElastiCacheToken(
  signer: Pick<Signer, "presign">,
  options: ElastiCacheTokenOptions,
): Promise<string> {
  const { cacheName, userId, region, service = "elasticache", isServerless = false, date } = options;
  checkText(cacheName, "cacheName", NAME);
  checkText(userId, "userId", NAME);
  checkText(region, "region", REGION);
  return await presignText(signer, {
    host: cacheName,
    query: { Action: "connect", User: userId, ...(isServerless && SERVERLESS) },
    region,
    service,
    expiresIn: 900,
    date,
    order: "token-last",
  });
}

const NAME = /^[a-z][a-z\d-]{0,62}$/i;
const SERVERLESS = { ResourceType: "ServerlessCache" };

/** What a cache requires of a token. */
export interface CheckElastiCacheTokenOptions extends ProofCheckOptions {
  /** The name that the token must be for. Default: any. Case-sensitive. */
  readonly cacheName?: string | undefined;
  /** The user who logs in. Default: any. */
  readonly userId?: string | undefined;
  /** The service that the token must be for; either by default. */
  readonly service?: "elasticache" | "memorydb" | undefined;
  /** The regions to accept. Default: any. */
  readonly regions?: readonly string[] | undefined;
}

/** An accepted token of ElastiCache or MemoryDB. */
export interface ElastiCacheTokenClaim extends ProofClaim {
  /** The name it is for. */
  readonly cacheName: string;
  /** The user it is for. */
  readonly userId: string;
  /** The service it is for. */
  readonly service: "elasticache" | "memorydb";
  /** Whether it is for a serverless cache. */
  readonly isServerless: boolean;
}

/**
 * Checks a token as a cache does, except for its signature: pass the claim's `request` to `verify` with the secret. Never throws, whatever
 * it is given.
 *
 * @example
 * import { checkElastiCacheToken } from "@org/sts-signer/elasticache";
 *
 * const check = checkElastiCacheToken("sessions/?Action=connect&User=app", { userId: "app" });
 * if (!check.ok) console.log(check.reason); // wrong-parameters
 */
export function checkElastiCacheToken(
  token: unknown,
  options: CheckElastiCacheTokenOptions = {},
): ElastiCacheTokenClaim | ProofFailure {
  return runCheck(() => {
    const presigned = checkPresigned(readText(token, "token"), {
      ...options,
      services: options.service === undefined ? ["elasticache", "memorydb"] : [options.service],
      parameters: { Action: "connect", User: undefined },
      optional: SERVERLESS,
      life: { limit: 900 },
    });
    const cacheName = presigned.host;
    if (!NAME.test(cacheName)) refuse("wrong-host", "expected a name without a dot or a port");
    const userId = presigned.find("User");
    if (options.cacheName !== undefined && options.cacheName !== cacheName)
      refuse("wrong-host", "the token is for another cache");
    if (options.userId !== undefined && options.userId !== userId)
      refuse("wrong-user", "the token is for another user");
    const service = presigned.service === "memorydb" ? "memorydb" : "elasticache";
    const isServerless = presigned.has("ResourceType");
    return { ...claimOf(presigned), cacheName, userId, service, isServerless };
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
