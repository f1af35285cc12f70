import type { STSServiceException } from "@org/sts-protocol";

import type { Caller } from "./authenticate.ts";
import { findUnknownKey } from "./condition-keys.ts";
import { type DenialReason, explainDenial, type PolicyReason } from "./denial-reason.ts";
import {
  conditionKeysOf,
  evaluatePolicy,
  explainPolicy,
  type PolicyEffect,
  type PolicyQuestion,
  type PrincipalNames,
} from "./policy.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { ConditionContext } from "./policy-variables.ts";
import type { Principal } from "./principals.ts";
import { accessDenied, notAuthorized } from "./service-errors.ts";

/** Where decisions are explained to the person who runs the fake, not to the client. */
export interface DecisionLog {
  /** Receives the cause of a refusal. */
  readonly explain: (reason: DenialReason) => void;
  /** Adds a line to the log, only once in the fake's lifetime. */
  readonly noteOnce: (text: string) => void;
}

/** What somebody wants to do. */
export interface Permission {
  /** Action such as `sts:AssumeRole`. */
  readonly action: string;
  /** Values of the condition keys. */
  readonly conditions: ConditionContext;
  /** ARN of the target. Default: the action has no resource. */
  readonly resource?: string | undefined;
}

/**
 * Checks the caller's identity policies and session policies.
 *
 * @throws STSServiceException `AccessDenied` in the words of a missing permission.
 */
export function requirePermission(
  parts: DecisionLog & { readonly caller: Caller },
  permission: Permission,
): void {
  const { caller } = parts;
  const own = ownPolicies(caller, permission);
  noteUnknownKeys([...own.identity, ...own.session], parts);
  const refusal = findOwnRefusal(own);
  if (refusal === undefined) return;
  const { action, resource } = permission;
  throw refuse(parts, notAuthorized(caller.identity.arn, action, resource), {
    ...refusal,
    principal: caller.identity.arn,
    action,
    resource,
  });
}

/**
 * Checks that a role's trust policy admits a caller from AWS, and that the caller's own policies allow it where
 * they must.
 *
 * @throws STSServiceException `AccessDenied` in the words of a missing permission.
 */
export function requireTrustOfCaller(
  parts: DecisionLog & { readonly caller: Caller; readonly accountArn: string },
  role: Principal,
  permission: Permission,
): void {
  const { caller, accountArn } = parts;
  const { kind, arn, principalArn, account } = caller.identity;
  const isService = kind === "service";
  const trust = trustPolicy(role, permission, {
    kind: isService ? "Service" : "AWS",
    names: isService ? [arn] : [arn, principalArn, account, accountArn],
    isAnybody: true,
  });
  const own = ownPolicies(caller, { ...permission, resource: role.arn });
  noteUnknownKeys([...own.identity, ...own.session, trust], parts);
  const refusal =
    findDenial([...own.identity, ...own.session, trust]) ??
    findTrustRefusal(trust) ??
    (isTrustEnough(caller, role, trust, own) ? undefined : findOwnRefusal(own));
  if (refusal === undefined) return;
  const { action } = permission;
  throw refuse(parts, notAuthorized(arn, action, role.arn), {
    ...refusal,
    principal: arn,
    action,
    resource: role.arn,
  });
}

/**
 * Checks that a role's trust policy admits an identity from another provider.
 *
 * @throws STSServiceException `AccessDenied`, without a name, because the service has none for such a caller.
 */
export function requireTrustOfProvider(
  log: DecisionLog,
  role: Principal,
  permission: Permission & { readonly providerNames: readonly [string, ...string[]] },
): void {
  const { action, providerNames } = permission;
  const trust = trustPolicy(role, permission, { kind: "Federated", names: providerNames, isAnybody: true });
  noteUnknownKeys([trust], log);
  const refusal = findDenial([trust]) ?? findTrustRefusal(trust);
  if (refusal === undefined) return;
  throw refuse(log, accessDenied(`Not authorized to perform ${action}`), {
    ...refusal,
    principal: `an identity of ${providerNames[0]}`,
    action,
    resource: role.arn,
  });
}

/** Tells the log, but not the client, which rule of the service refuses. */
export function refuseByRule(
  { explain }: DecisionLog,
  error: STSServiceException,
  message: string,
): STSServiceException {
  explain({ kind: "rule", message, policies: [] });
  return error;
}

/** Tells the log, but not the client, that a role does not exist. */
export function refuseUnknownRole(
  log: DecisionLog,
  error: STSServiceException,
  facts: { readonly principal?: string; readonly action: string; readonly resource: string },
): STSServiceException {
  return refuse(log, error, { kind: "no-such-role", policies: [], ...facts });
}

/** A policy, with its question and its result. */
interface Asked {
  readonly name: string;
  readonly policy: PolicyDocument;
  readonly question: PolicyQuestion;
  readonly effect: PolicyEffect;
}

interface OwnPolicies {
  readonly identity: readonly Asked[];
  readonly session: readonly Asked[];
  /** Whether everything that no policy denies is allowed, because the principal has no list of policies. */
  readonly isUnrestricted: boolean;
}

type Refusal = Pick<Parameters<typeof explainDenial>[0], "kind" | "policies">;

function ask(name: string, policy: PolicyDocument, question: PolicyQuestion): Asked {
  return { name, policy, question, effect: evaluatePolicy(policy, question) };
}

function trustPolicy(role: Principal, permission: Permission, principal: PrincipalNames): Asked {
  const { action, conditions: context } = permission;
  return ask(`trust policy of ${role.arn}`, role.trustPolicy, {
    action,
    context,
    resource: role.arn,
    principal,
  });
}

function ownPolicies({ principal, sessionPolicies, identity }: Caller, permission: Permission): OwnPolicies {
  const question = {
    action: permission.action,
    resource: permission.resource ?? "*",
    context: permission.conditions,
  };
  const asked = (kind: string, policies: readonly PolicyDocument[] = []): Asked[] =>
    policies.map((policy, index) => ask(`${kind} ${index + 1} of ${identity.arn}`, policy, question));
  return {
    identity: asked("identity policy", principal?.policies),
    session: asked("session policy", sessionPolicies),
    // A principal that existed when the session began but no longer exists may do nothing.
    isUnrestricted: principal !== undefined && principal.policies === undefined,
  };
}

function findDenial(policies: readonly Asked[]): Refusal | undefined {
  const denials = policies.filter(({ effect }) => effect === "deny");
  return denials.length === 0 ? undefined : { kind: "explicit-deny", policies: denials.map(describe) };
}

function findTrustRefusal(trust: Asked): Refusal | undefined {
  return trust.effect === "allow" ? undefined : { kind: "no-statement-matched", policies: [describe(trust)] };
}

function findOwnRefusal({ identity, session, isUnrestricted }: OwnPolicies): Refusal | undefined {
  const denial = findDenial([...identity, ...session]);
  if (denial !== undefined) return denial;
  if (!isUnrestricted && identity.every(({ effect }) => effect !== "allow")) {
    return { kind: "permissions-policy", policies: identity.map(describe) };
  }
  return findSessionRefusal(session);
}

function findSessionRefusal(session: readonly Asked[]): Refusal | undefined {
  const limits = session.filter(({ effect }) => effect !== "allow");
  return limits.length === 0 ? undefined : { kind: "session-policy", policies: limits.map(describe) };
}

/**
 * Whether a role of the same account trusts the caller by name, so that the caller's own policies need not allow it. A
 * grant to a user or to a session bypasses them; one to a role or to everybody stays within the session policies.
 */
function isTrustEnough(
  { identity }: Caller,
  role: Principal,
  trust: Asked,
  { session }: OwnPolicies,
): boolean {
  if (identity.account !== role.account) return false;
  const allows = (names: readonly string[], isAnybody: boolean): boolean =>
    evaluatePolicy(trust.policy, { ...trust.question, principal: { kind: "AWS", names, isAnybody } }) ===
    "allow";
  return (
    allows([identity.arn], false) ||
    (findSessionRefusal(session) === undefined && allows([identity.arn, identity.principalArn], true))
  );
}

function describe({ name, policy, question, effect }: Asked): PolicyReason {
  const statements = explainPolicy(policy, question);
  const denying = statements.filter(
    ({ mismatches, effect: kind }) => kind === "Deny" && mismatches.length === 0,
  );
  return { policy: name, statements: effect === "deny" ? denying : statements };
}

function refuse(
  { explain }: DecisionLog,
  error: STSServiceException,
  reason: Parameters<typeof explainDenial>[0],
): STSServiceException {
  explain(explainDenial(reason));
  return error;
}

function noteUnknownKeys(policies: readonly Asked[], { noteOnce }: DecisionLog): void {
  for (const { policy, question } of policies) {
    for (const key of conditionKeysOf(policy)) {
      const unknown = findUnknownKey(key, question.context);
      if (unknown !== undefined) noteOnce(unknown);
    }
  }
}
