import {
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  InvalidContextAssertionException,
  type ProvidedContext,
} from "@org/sts-protocol";

import { refuseUnknownRole, requireTrustOfCaller } from "../fake/authorize.ts";
import { checkMfaCode } from "../fake/mfa.ts";
import type { ConditionContext } from "../fake/policy-variables.ts";
import { callerContext, roleContext, sessionTagContext } from "../fake/request-context.ts";
import { accessDenied, notAuthorized } from "../fake/service-errors.ts";
import { findRole, issueRoleSession, stickySourceIdentity } from "./role-session.ts";
import type { SignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

/** Trust policy, conditions, MFA, tags, source identity and the limits of duration. */
export const assumeRole: SignedRule<AssumeRoleRequest, AssumeRoleResponse> = async (input, context) => {
  const { caller, world } = context;
  const { identity, session } = caller;
  if (identity.kind === "root") throw accessDenied("Roles may not be assumed by root accounts.");
  const role = findRole(context, input.RoleArn);
  const parameters = checkSessionParameters(context, input, session);
  const sourceIdentity = stickySourceIdentity(input.SourceIdentity, session);
  const contexts = input.ProvidedContexts ?? [];
  for (const provided of contexts) checkContext(provided);
  if (role === undefined) {
    throw refuseUnknownRole(context, notAuthorized(identity.arn, "sts:AssumeRole", input.RoleArn), {
      principal: identity.arn,
      action: "sts:AssumeRole",
      resource: input.RoleArn,
    });
  }

  const checking = checkMfaCode(input, context);
  const mfaNow = typeof checking === "boolean" ? checking : await checking;
  const conditions: ConditionContext = {
    ...callerContext({ ...context, mfaNow }),
    ...roleContext(role, world),
    ...sessionTagContext(parameters.requestTags, input.TransitiveTagKeys),
    "sts:externalid": input.ExternalId,
    "sts:rolesessionname": input.RoleSessionName,
    // A chained session already has a source identity, which is set again.
    "sts:sourceidentity": sourceIdentity,
    "sts:requestcontextproviders": contexts.flatMap(({ ProviderArn = [] }) => ProviderArn),
  };
  const actions = [
    "sts:AssumeRole",
    ...(parameters.isTagged ? ["sts:TagSession"] : []),
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
    ...(contexts.length === 0 ? [] : ["sts:SetContext"]),
  ];
  const accountArn = `arn:${world.partition(identity.account)}:iam::${identity.account}:root`;
  for (const action of actions) {
    requireTrustOfCaller({ ...context, accountArn }, role, { action, conditions });
  }
  return await issueRoleSession(context, {
    role,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    parameters,
    sourceIdentity,
    minimumTokenBytes: input.MinimumSessionTokenSize,
    above: session,
  });
};

function checkContext({ ProviderArn, ContextAssertion }: ProvidedContext): void {
  // What is missing has neither form.
  const isProvider = /:contextProvider\/./.test(String(ProviderArn));
  if (isProvider && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(String(ContextAssertion))) return;
  throw new InvalidContextAssertionException({
    message: "The context assertion is not a signed token of a context provider",
  });
}
