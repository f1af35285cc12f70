import type { GetSessionTokenRequest, GetSessionTokenResponse } from "@org/sts-protocol";

import { checkMfaCode } from "../mfa.ts";
import { accessDenied } from "../service-errors.ts";
import { issueFor, type SignedRule } from "./rule.ts";

/** For long-term credentials only; a root user silently gets at most an hour. */
export const getSessionToken: SignedRule<GetSessionTokenRequest, GetSessionTokenResponse> = async (
  input,
  context,
) => {
  const { caller, now } = context;
  if (caller.session !== undefined) {
    throw accessDenied("Cannot call GetSessionToken with session credentials");
  }
  const mfa = await checkMfaCode(caller, input, now);
  const isRoot = caller.identity.kind === "root";
  const wanted = input.DurationSeconds ?? (isRoot ? 3600 : 43_200);
  const seconds = isRoot ? Math.min(wanted, 3600) : wanted;
  return await issueFor(
    context,
    seconds,
    { identity: caller.identity, mfaAt: mfa ? now : undefined },
    input.MinimumSessionTokenSize,
  );
};
