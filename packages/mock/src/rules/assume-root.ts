import type { AssumeRootRequest, AssumeRootResponse } from "@org/sts-protocol";

import { refuseByRule, requirePermission } from "../fake/authorize.ts";
import { callerContext } from "../fake/request-context.ts";
import { notAuthorized, validationError } from "../fake/service-errors.ts";
import { issueFor, type SignedRule } from "./rule.ts";

const TASKS = new Set([
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
]);

/** For principals of the member account's management account, with one of five task policies, 15 minutes at most. */
export const assumeRoot: SignedRule<AssumeRootRequest, AssumeRootResponse> = async (input, context) => {
  const { caller, world } = context;
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(input.TargetPrincipal)?.[1];
  if (account === undefined) {
    throw validationError("The target principal must be an account ID or the ARN of an account's root user");
  }
  const task = /^arn:[\w-]+:iam::aws:policy\/root-task\/(\w+)$/.exec(String(input.TaskPolicyArn.arn))?.[1];
  if (!TASKS.has(String(task))) {
    throw validationError("The task policy must be one of the AWS managed policies under root-task/");
  }
  const Arn = `arn:${world.partition(account)}:iam::${account}:root`;
  const conditions = {
    ...callerContext(context),
    "sts:taskpolicyarn": input.TaskPolicyArn.arn,
  };
  requirePermission(context, { action: "sts:AssumeRoot", conditions, resource: Arn });
  const isMember =
    world.hasAccount(account) && world.account(account).managementAccount === caller.identity.account;
  if (caller.identity.kind === "root" || !isMember) {
    throw refuseByRule(
      context,
      notAuthorized(caller.identity.arn, "sts:AssumeRoot", Arn),
      isMember
        ? "a root user may not call AssumeRoot"
        : `the account ${account} has no managementAccount ${caller.identity.account}`,
    );
  }

  const { sourceIdentity } = caller.session ?? {};
  const issued = await issueFor(
    context,
    input.DurationSeconds ?? 900,
    { identity: { kind: "root", account, arn: Arn, userId: account, principalArn: Arn }, sourceIdentity },
    input.MinimumSessionTokenSize,
  );
  return { ...issued, SourceIdentity: sourceIdentity };
};
