import { type OperationSchema, RegionDisabledException } from "@org/sts-protocol";

import type { Caller } from "../fake/authenticate.ts";
import { type DecisionLog, refuseByRule } from "../fake/authorize.ts";
import type { StsHost } from "../fake/hosts.ts";
import { accessDenied, notAuthorized, serviceError } from "../fake/service-errors.ts";
import { rules } from "./all.ts";
import type { RuleContext } from "./rule.ts";

/** What is known before the operation is. */
export interface AnyRuleContext extends RuleContext {
  /** Who signed; `undefined` for an operation that is not signed. */
  readonly caller: Caller | undefined;
  /** The host, if it is an STS host. */
  readonly host: StsHost | undefined;
}

/** Responds to a request whose input is valid, by the rules of its operation. */
export function applyRule(
  operation: OperationSchema,
  input: object,
  context: AnyRuleContext,
): object | Promise<object> {
  const { caller, host } = context;
  const { name } = operation;
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule === undefined) {
    throw serviceError("InvalidAction", 400, `Could not find operation ${name} for version 2011-06-15`);
  }
  if (operation.globalEndpoint === false && host?.region === "aws-global") {
    throw serviceError(
      "InvalidAction",
      400,
      `${name} is not served by the global endpoint; use that of a region`,
    );
  }
  const account = caller?.identity.account ?? accountOf(input);
  if (account !== undefined) checkRegion(account, context);
  if (caller !== undefined) checkCredentialKind(name, caller, context);
  return rule(input, context);
}

function accountOf(input: object): string | undefined {
  return "RoleArn" in input ? /::(\d{12}):/.exec(String(input.RoleArn))?.[1] : undefined;
}

function checkRegion(account: string, { world, region }: RuleContext): void {
  if (world.account(account).disabledRegions?.includes(region) !== true) return;
  throw new RegionDisabledException({
    message: `STS is not activated in this region for account:${account}. Your account administrator can activate STS in this region using the IAM Console.`,
  });
}

/** Sessions can call fewer operations than long-term credentials, depending on which operation issued them. */
function checkCredentialKind(
  operation: string,
  { session, identity, service }: Caller,
  log: DecisionLog,
): void {
  if (service !== undefined && operation !== "AssumeRole" && operation !== "GetCallerIdentity") {
    const error = notAuthorized(identity.arn, `sts:${operation}`);
    throw refuseByRule(log, error, "an AWS service may call AssumeRole and GetCallerIdentity only");
  }
  if (session === undefined || operation === "GetCallerIdentity") return;
  if (operation === "GetSessionToken" || operation === "GetFederationToken") {
    throw accessDenied(`Cannot call ${operation} with session credentials`);
  }
  const allowed = ALLOWED_FOR_SESSIONS[session.issuedBy];
  if (allowed !== undefined && !allowed.includes(operation)) {
    const names = [...allowed, "GetCallerIdentity"].join(" and ");
    const error = notAuthorized(identity.arn, `sts:${operation}`);
    throw refuseByRule(log, error, `credentials of ${session.issuedBy} may call ${names} only`);
  }
}

const ALLOWED_FOR_SESSIONS: Readonly<Record<string, readonly string[]>> = {
  AssumeRoot: [],
  GetFederationToken: [],
  GetSessionToken: ["AssumeRole"],
};

type AnyRule = (input: object, context: AnyRuleContext) => object | Promise<object>;

// The input was decoded and validated by the operation's own table, and a signed operation has a caller.
const RULES = rules as object as Readonly<Record<string, AnyRule>>;
