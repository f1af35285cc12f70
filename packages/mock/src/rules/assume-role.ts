import {
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  InvalidContextAssertionException,
  type ProvidedContext,
} from "@org/sts-protocol";

import { callerContext, identityEffect, tagContext } from "../fake/authorize.ts";
import type { Caller } from "../fake/authenticate.ts";
import { checkMfaCode } from "../fake/mfa.ts";
import { type ConditionContext, evaluatePolicy } from "../fake/policy.ts";
import type { Principal } from "../fake/principals.ts";
import { accessDenied, notAuthorized } from "../fake/service-errors.ts";
import { findRole, issueRoleSession, stickySourceIdentity } from "./role-session.ts";
import type { SignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

/** Trust policy, conditions, MFA, tags, source identity and the limits of duration. */
export const assumeRole: SignedRule<AssumeRoleRequest, AssumeRoleResponse> = async (input, context) => {
  const { caller, now, world } = context;
  if (caller.identity.kind === "root") throw accessDenied("Roles may not be assumed by root accounts.");
  const role = findRole(context, input.RoleArn);
  const parameters = checkSessionParameters(input, caller.session);
  const sourceIdentity = stickySourceIdentity(input.SourceIdentity, caller.session);
  for (const provided of input.ProvidedContexts ?? []) checkContext(provided);
  if (role === undefined) throw notAuthorized(caller.identity.arn, "sts:AssumeRole", input.RoleArn);

  const mfaNow = await checkMfaCode(caller, input, now);
  const conditions: ConditionContext = {
    ...callerContext(caller, { request: context.request, now, mfaNow }),
    ...tagContext("aws:requesttag/", parameters.requestTags),
    "aws:tagkeys": Object.keys(parameters.requestTags),
    "sts:transitivetagkeys": input.TransitiveTagKeys ?? [],
    "sts:externalid": input.ExternalId,
    "sts:rolesessionname": input.RoleSessionName,
    "sts:sourceidentity": input.SourceIdentity,
    "aws:resourceaccount": role.account,
    ...tagContext("aws:resourcetag/", role.tags),
    ...tagContext("iam:resourcetag/", role.tags),
  };
  const actions = [
    "sts:AssumeRole",
    ...(Object.keys(parameters.requestTags).length > 0 ? ["sts:TagSession"] : []),
    ...(input.SourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  for (const action of actions) {
    if (isPermitted(caller, role, action, conditions, world.partition(caller.identity.account))) continue;
    throw notAuthorized(caller.identity.arn, action, role.arn);
  }
  return await issueRoleSession(context, {
    role,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    parameters,
    sourceIdentity,
    minimumTokenBytes: input.MinimumSessionTokenSize,
    above: caller.session,
    mfaAt: mfaNow ? now : undefined,
  });
};

/**
 * The trust policy must name the caller. Where it names only the caller's account, or another account's principal, the
 * caller's own policies must allow the action too.
 */
function isPermitted(
  caller: Caller,
  role: Principal,
  action: string,
  context: ConditionContext,
  partition: string,
): boolean {
  const { arn, principalArn, account } = caller.identity;
  const own = identityEffect(caller, action, context, role.arn);
  if (own === "deny" || role.trustPolicy === undefined) return false;
  const trust = (names: readonly string[]): string =>
    evaluatePolicy(role.trustPolicy ?? { Statement: [] }, { action, principal: { AWS: names }, context });
  const byName = trust([arn, principalArn]);
  const byAccount = trust([arn, principalArn, account, `arn:${partition}:iam::${account}:root`]);
  if (byAccount !== "allow") return false;
  return own === "allow" || (byName === "allow" && account === role.account);
}

function checkContext({ ProviderArn = "", ContextAssertion = "" }: ProvidedContext): void {
  if (/:contextProvider\/./.test(ProviderArn) && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(ContextAssertion)) return;
  throw new InvalidContextAssertionException({
    message: "The context assertion is not a signed token of a context provider",
  });
}
