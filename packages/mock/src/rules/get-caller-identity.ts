import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@org/sts-protocol";

import type { SignedRule } from "./rule.ts";

/** For every caller; no policy can deny it. */
export const getCallerIdentity: SignedRule<GetCallerIdentityRequest, GetCallerIdentityResponse> = (
  _input,
  { caller },
) => ({ UserId: caller.identity.userId, Account: caller.identity.account, Arn: caller.identity.arn });
