import type { HttpRequest } from "@org/sts-protocol";

import type { Caller } from "./authenticate.ts";
import { type ConditionContext, evaluatePolicy, type OneOrMany, type PolicyEffect } from "./policy.ts";
import { notAuthorized } from "./service-errors.ts";

/**
 * Checks the caller's identity policies and session policies.
 *
 * @throws STSServiceException `AccessDenied` in the words of a missing permission.
 */
export function requirePermission(
  caller: Caller,
  action: string,
  context: ConditionContext,
  resource?: string,
): void {
  if (identityEffect(caller, action, context, resource) !== "allow") {
    throw notAuthorized(caller.identity.arn, action, resource);
  }
}

/** What the caller's own policies say. Without identity policies everything is permitted. */
export function identityEffect(
  { principal, session }: Caller,
  action: string,
  context: ConditionContext,
  resource = "*",
): PolicyEffect {
  const effects = (principal?.policies ?? []).map((policy) =>
    evaluatePolicy(policy, { action, resource, context }),
  );
  const limits = (session?.policies ?? []).map((policy) =>
    evaluatePolicy(policy, { action, resource, context }),
  );
  if ([...effects, ...limits].includes("deny")) return "deny";
  const isAllowed = principal?.policies === undefined || effects.includes("allow");
  return isAllowed && limits.every((effect) => effect === "allow") ? "allow" : "none";
}

/** Values of the condition keys that follow from who calls and when. */
export function callerContext(
  caller: Caller,
  facts: { readonly request: HttpRequest; readonly now: number; readonly mfaNow?: boolean },
): Record<string, OneOrMany | undefined> {
  const { identity, principal, session } = caller;
  const { request, now, mfaNow = false } = facts;
  const mfaAt = mfaNow ? now : session?.mfaAt;
  // With long-term credentials and no code the key does not exist, which is what BoolIfExists is about.
  const mfa = mfaAt !== undefined ? "true" : session === undefined ? undefined : "false";
  return {
    "aws:principalarn": identity.principalArn,
    "aws:principalaccount": identity.account,
    "aws:userid": identity.userId,
    "aws:username": principal?.kind === "user" ? principal.name : undefined,
    "aws:multifactorauthpresent": mfa,
    "aws:multifactorauthage": mfaAt === undefined ? undefined : String(Math.floor((now - mfaAt) / 1000)),
    "aws:sourceidentity": session?.sourceIdentity,
    "aws:currenttime": new Date(now).toISOString(),
    "aws:epochtime": String(Math.floor(now / 1000)),
    "aws:requestedregion": caller.region,
    "aws:sourceip": "127.0.0.1",
    "aws:securetransport": String(request.protocol === "https:"),
    ...tagContext("aws:principaltag/", { ...principal?.tags, ...session?.tags }),
  };
}

/** Condition keys of tags. */
export function tagContext(
  prefix: string,
  tags: Readonly<Record<string, string>>,
): Record<string, OneOrMany> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key.toLowerCase(), value]));
}
