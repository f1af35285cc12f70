import type { GetSessionTokenRequest, GetSessionTokenResponse } from "@org/sts-protocol";

import { checkMfaCode } from "../fake/mfa.ts";
import { issueFor, type SignedRule } from "./rule.ts";

/** For long-term credentials only; a root user silently gets at most an hour. */
export const getSessionToken: SignedRule<GetSessionTokenRequest, GetSessionTokenResponse> = async (
  input,
  context,
) => {
  const { caller, now } = context;
  const checking = checkMfaCode(input, context);
  const mfa = typeof checking === "boolean" ? checking : await checking;
  const isRoot = caller.identity.kind === "root";
  const wanted = input.DurationSeconds ?? (isRoot ? 3600 : 43_200);
  return await issueFor(
    context,
    isRoot ? Math.min(wanted, 3600) : wanted,
    { identity: caller.identity, mfaAt: mfa ? now : undefined },
    input.MinimumSessionTokenSize,
  );
};
