import {
  type GetScopedCredentialsRequest,
  type GetScopedCredentialsResponse,
  InsufficientSessionLifetimeException,
  InvalidSubjectCredentialsException,
  PackedPolicyTooLargeException,
} from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { callerContext } from "../fake/request-context.ts";
import { validationError } from "../fake/service-errors.ts";
import { SESSION_TOKEN_LIMIT } from "../fake/sessions.ts";
import { issueFor, type SignedRule } from "./rule.ts";
import { readSessionPolicy } from "./session-parameters.ts";

const MAX_SCOPES = 3;
const MAX_SECONDS = 129_600;

/** For temporary credentials only: narrows them by a policy, shortens them, or both; three times at most. */
export const getScopedCredentials: SignedRule<
  GetScopedCredentialsRequest,
  GetScopedCredentialsResponse
> = async (input, context) => {
  const { caller, now } = context;
  const { session, identity } = caller;
  const { Policy, DurationSeconds, MinimumSessionTokenSize = 0, ScopedSessionDescription } = input;
  if (session === undefined) {
    throw new InvalidSubjectCredentialsException({
      message: "GetScopedCredentials must be called with temporary credentials",
    });
  }
  if (Policy === undefined && DurationSeconds === undefined) {
    throw validationError("At least one of Policy and DurationSeconds must be specified");
  }
  if (DurationSeconds !== undefined && (DurationSeconds < 1 || DurationSeconds > MAX_SECONDS)) {
    throw validationError(`DurationSeconds must be between 1 and ${MAX_SECONDS}`);
  }
  // The model has no limit for this operation; for all others, it is the size of the largest token.
  if (MinimumSessionTokenSize < 0 || MinimumSessionTokenSize > SESSION_TOKEN_LIMIT) {
    throw validationError(`MinimumSessionTokenSize must be between 0 and ${SESSION_TOKEN_LIMIT}`);
  }
  if ((ScopedSessionDescription?.length ?? 0) > 256) {
    throw validationError("ScopedSessionDescription must have at most 256 characters");
  }
  if ((Policy?.length ?? 0) > 2048) {
    throw new PackedPolicyTooLargeException({
      message: "The scoping policy must have at most 2048 characters",
    });
  }
  requirePermission(context, { action: "sts:GetScopedCredentials", conditions: callerContext(context) });
  const left = Math.floor((session.expiration - Math.floor(now / 1000) * 1000) / 1000);
  if (DurationSeconds !== undefined && DurationSeconds > left) {
    throw new InsufficientSessionLifetimeException({
      message: `The session of the caller ends in ${left} seconds, before the ${DurationSeconds} seconds asked for`,
    });
  }
  const scopes = (session.scopes ?? 0) + 1;
  if (scopes > MAX_SCOPES) {
    throw new InvalidSubjectCredentialsException({
      message: `Credentials can be scoped ${MAX_SCOPES} times at most`,
    });
  }
  const {
    identity: _identity,
    accessKeyId: _id,
    secretAccessKey: _secret,
    expiration: _end,
    issuedAt: _begin,
    ...rest
  } = session;
  const issued = await issueFor(
    context,
    DurationSeconds ?? left,
    {
      ...rest,
      identity,
      scopes,
      policies: [...(session.policies ?? []), ...(Policy === undefined ? [] : [readSessionPolicy(Policy)])],
    },
    MinimumSessionTokenSize,
  );
  return {
    ...issued,
    SessionInfo: { ScopedSessionId: identity.userId, Arn: identity.arn },
    ScopedPoliciesCount: scopes,
    SourceIdentity: session.sourceIdentity,
  };
};
