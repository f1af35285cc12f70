import {
  ExpiredTradeInTokenException,
  type GetDelegatedAccessTokenRequest,
  type GetDelegatedAccessTokenResponse,
} from "@org/sts-protocol";

import type { Identity } from "../fake/principals.ts";
import { accessDenied } from "../fake/service-errors.ts";
import type { Sessions } from "../fake/sessions.ts";
import { issueFor, type SignedRule } from "./rule.ts";

/** The contents of a trade-in token. */
export interface TradeIn {
  /** Who the credentials will act as. */
  readonly identity: Identity;
  /** Seconds that the credentials will last. */
  readonly durationSeconds: number;
  /** Expiry of the trade-in token itself, in milliseconds since 1970. */
  readonly expiration: number;
  /** Makes sure that the token works once. */
  readonly id: string;
}

/** Trades a token that the fake issued, once, for credentials of the principal it names. */
export const getDelegatedAccessToken: SignedRule<
  GetDelegatedAccessTokenRequest,
  GetDelegatedAccessTokenResponse
> = async ({ TradeInToken }, context) => {
  const { sessions, now, usedTradeIns } = context;
  const value = await sessions.unseal(TradeInToken);
  if (typeof value !== "object" || value === null || !("tradeIn" in value)) {
    throw accessDenied("The trade-in token is not valid");
  }
  // What can be unsealed was sealed by `issueTradeInToken`.
  const { identity, durationSeconds, expiration, id } = value.tradeIn as TradeIn;
  if (expiration <= now || usedTradeIns.has(id)) {
    throw new ExpiredTradeInTokenException({ message: "The trade-in token has expired or was used before" });
  }
  for (const [used, end] of usedTradeIns) if (end <= now) usedTradeIns.delete(used);
  usedTradeIns.set(id, expiration);
  const { Credentials } = await issueFor(context, durationSeconds, { identity });
  return { Credentials, AssumedPrincipal: identity.arn };
};

/** Seals a trade-in token. */
export async function issueTradeInToken(sessions: Sessions, tradeIn: TradeIn): Promise<string> {
  return await sessions.seal({ tradeIn });
}
