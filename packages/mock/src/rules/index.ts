import type { OperationSchema } from "@org/sts-protocol";

import type { Caller } from "../authenticate.ts";
import type { StsHost } from "../hosts.ts";
import { RegionDisabledException } from "@org/sts-protocol";
import { serviceError } from "../service-errors.ts";
import { getSessionToken } from "./get-session-token.ts";
import type { RuleContext } from "./rule.ts";

/** What is known before it is clear which operation is asked for. */
export interface AnyRuleContext extends RuleContext {
  /** Who signed; `undefined` for an operation that is not signed. */
  readonly caller: Caller | undefined;
  /** The host, when it is one of STS. */
  readonly host: StsHost | undefined;
}

/** Answers a request whose input is valid, by the rules of its operation. */
export async function answerByRule(
  operation: OperationSchema,
  input: object,
  context: AnyRuleContext,
): Promise<object> {
  const { caller, world, region, host } = context;
  if (operation.globalEndpoint === false && host?.region === "aws-global") {
    throw serviceError(
      "InvalidAction",
      400,
      `${operation.name} is not served by the global endpoint; use the endpoint of a region`,
    );
  }
  if (caller !== undefined) checkRegion(caller.identity.account);
  const rule = Object.hasOwn(RULES, operation.name) ? RULES[operation.name] : undefined;
  if (rule === undefined) {
    throw serviceError(
      "InvalidAction",
      400,
      `Could not find operation ${operation.name} for version 2011-06-15`,
    );
  }
  return await rule(input, context);

  function checkRegion(account: string): void {
    if (world.account(account).disabledRegions?.includes(region) !== true) return;
    throw new RegionDisabledException({
      message: `STS is not activated in this region for account:${account}. Your account administrator can activate STS in this region using the IAM Console.`,
    });
  }
}

type AnyRule = (input: object, context: AnyRuleContext) => Promise<object>;

// The input was decoded and validated by the operation's own table, and a signed operation has a caller.
const RULES: Readonly<Record<string, AnyRule>> = {
  GetSessionToken: getSessionToken as AnyRule,
};
