import type { ProofClaim } from "@org/sts-signer/caller-identity";
import type { VerifyFailureReason } from "@org/sts-signer";

import { verify } from "#verify-signature";

import { createKeyFinder } from "./authenticate.ts";
import type { Sessions } from "./sessions.ts";
import type { World } from "./world.ts";

/** Who made a proof, or why it is refused. */
export type ProofVerdict =
  | {
      /** True: the signature and the credentials are valid. */
      readonly ok: true;
      /** The account id. */
      readonly Account: string;
      /** The ARN, as GetCallerIdentity returns it. */
      readonly Arn: string;
      /** The unique id, as GetCallerIdentity returns it. */
      readonly UserId: string;
    }
  | {
      /** False: do not trust the proof. */
      readonly ok: false;
      /** Why: one of `verify`'s reasons, or `expired-credentials`. */
      readonly reason: VerifyFailureReason | "expired-credentials";
      /** Why, in one line for a log. */
      readonly message: string;
    };

/** What {@link checkProof} needs. */
interface CheckProofParts {
  readonly world: World;
  readonly sessions: Sessions;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Verifies the signature of a proof whose form was checked, with the keys of the fake's users and sessions. */
export async function checkProof(
  { request, expires }: Pick<ProofClaim, "request" | "expires">,
  { world, sessions, now }: CheckProofParts,
): Promise<ProofVerdict> {
  const { findKey, found } = createKeyFinder(world, sessions);
  const result = await verify(request, { findKey, now: new Date(now), maxSkewSeconds: 900 });
  if (!result.ok) return { ok: false, reason: result.reason, message: result.message };
  const caller = found();
  if (caller === undefined || !(now <= +expires))
    return { ok: false, reason: "expired", message: "the proof has expired" };
  if (caller.session !== undefined && caller.session.expiration <= now)
    return { ok: false, reason: "expired-credentials", message: "the session has expired" };
  const { account, arn, userId } = caller.identity;
  return { ok: true, Account: account, Arn: arn, UserId: userId };
}
