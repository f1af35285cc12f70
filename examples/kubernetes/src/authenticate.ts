import { redeemCallerIdentity, type RedeemOptions } from "@org/sts-client/redeem";
import { checkEksToken } from "@org/sts-signer/eks";

/** Who somebody is in the cluster. */
export interface ClusterUser {
  readonly username: string;
  readonly groups: readonly string[];
}

/** What tokens are checked against. */
export interface AuthenticateOptions {
  readonly clusterName: string;
  /** Groups of the roles that may log in, by the role's ARN without its path. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Sends the request to STS. Default: the runtime's `fetch`. */
  readonly fetch?: RedeemOptions["fetch"];
  /** The current time. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Finds out whose token it is, or why it is refused. The token is checked first: only a GetCallerIdentity that was signed for this
 * cluster is sent, and to STS alone. kubectl sends the same token many times, so it is not used up.
 */
export async function authenticate(
  token: string | undefined,
  { clusterName, roles, fetch, clock }: AuthenticateOptions,
): Promise<ClusterUser | { readonly refused: string }> {
  const claim = checkEksToken(token, { clusterName, clock });
  if (!claim.ok) return { refused: claim.reason };
  try {
    const { Account, Arn, principal, partition } = await redeemCallerIdentity(claim, { fetch, clock });
    if (principal.kind !== "role-session") return { refused: `no role: ${Arn}` };
    const groups = roles[`arn:${partition}:iam::${Account}:role/${principal.roleName}`];
    return groups === undefined ? { refused: `no access: ${Arn}` } : { username: Arn, groups };
  } catch (error) {
    return { refused: error instanceof Error ? error.name : "unknown" };
  }
}
