import type { HttpRequest } from "@org/sts-protocol";

import type { Caller } from "./authenticate.ts";
import type { ConditionContext } from "./policy-variables.ts";
import type { OneOrMany } from "./policy-document.ts";
import type { AccountOptions, Principal } from "./principals.ts";

/** What the condition keys of a request are derived from. */
export interface RequestFacts {
  /** The request as it arrived. */
  readonly request: HttpRequest;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Region of the host, or of the signature. */
  readonly region: string;
  /** Address that the request came from. */
  readonly sourceIp: string;
}

/** Looks up the settings of an account. */
export interface Accounts {
  /** Settings of an account; an empty set for one that has none. */
  account(id: string): AccountOptions;
}

/** Keys that every request has, whoever sends it. */
export function requestContext({ request, now, region, sourceIp }: RequestFacts): ConditionContext {
  return {
    "aws:currenttime": new Date(now).toISOString(),
    "aws:epochtime": String(Math.floor(now / 1000)),
    "aws:requestedregion": region,
    "aws:securetransport": String(request.protocol === "https:"),
    "aws:sourceip": sourceIp,
    "aws:useragent": request.headers["user-agent"],
    "aws:referer": request.headers["referer"],
    "aws:viaawsservice": "false",
    "aws:principalisawsservice": "false",
  };
}

/** Keys derived from who signed the request, together with those of {@link requestContext}. */
export function callerContext(
  facts: RequestFacts & { readonly caller: Caller; readonly world: Accounts; readonly mfaNow?: boolean },
): ConditionContext {
  const { caller, now, world, mfaNow = false } = facts;
  const { identity, principal, session, service } = caller;
  if (service !== undefined) {
    return {
      ...requestContext(facts),
      "aws:principalisawsservice": "true",
      "aws:principalservicename": service.name,
      "aws:principalservicenameslist": [service.name],
      "aws:principaltype": "Service",
      "aws:sourceaccount": service.sourceAccount,
      "aws:sourcearn": service.sourceArn,
    };
  }
  const mfaAt = mfaNow ? now : session?.mfaAt;
  // With long-term credentials and no code the key does not exist; that is what BoolIfExists is for.
  const mfa = mfaAt !== undefined ? "true" : session === undefined ? undefined : "false";
  const { organizationId, organizationPath } = world.account(identity.account);
  return {
    ...requestContext(facts),
    "aws:principalarn": identity.principalArn,
    "aws:principalaccount": identity.account,
    "aws:principaltype": PRINCIPAL_TYPES[identity.kind],
    "aws:principalorgid": organizationId,
    "aws:principalorgpaths": organizationPath === undefined ? undefined : [organizationPath],
    "aws:userid": identity.userId,
    "aws:username": principal?.kind === "user" ? principal.name : undefined,
    "aws:multifactorauthpresent": mfa,
    "aws:multifactorauthage": mfaAt === undefined ? undefined : String(Math.floor((now - mfaAt) / 1000)),
    // A session from before the state recorded this counts as old, so that it can be revoked.
    "aws:tokenissuetime": session === undefined ? undefined : new Date(session.issuedAt ?? 0).toISOString(),
    "aws:sourceidentity": session?.sourceIdentity,
    "aws:federatedprovider": session?.federatedProvider,
    ...tagContext("aws:principaltag/", { ...principal?.tags, ...session?.tags }),
  };
}

const PRINCIPAL_TYPES = {
  root: "Account",
  user: "User",
  role: "AssumedRole",
  federated: "FederatedUser",
  service: "Service",
} as const;

/** Keys derived from the requested role. */
export function roleContext({ account, tags }: Principal, world: Accounts): ConditionContext {
  const { organizationId, organizationPath } = world.account(account);
  return {
    "aws:resourceaccount": account,
    "aws:resourceorgid": organizationId,
    "aws:resourceorgpaths": organizationPath === undefined ? undefined : [organizationPath],
    ...tagContext("aws:resourcetag/", tags),
    ...tagContext("iam:resourcetag/", tags),
  };
}

/** Keys derived from the tags and transitive keys of the request. */
export function sessionTagContext(
  tags: Readonly<Record<string, string>>,
  transitiveTagKeys: readonly string[] = [],
): ConditionContext {
  return {
    ...tagContext("aws:requesttag/", tags),
    "aws:tagkeys": Object.keys(tags),
    "sts:transitivetagkeys": transitiveTagKeys,
  };
}

function tagContext(prefix: string, tags: Readonly<Record<string, string>>): Record<string, OneOrMany> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key.toLowerCase(), value]));
}
