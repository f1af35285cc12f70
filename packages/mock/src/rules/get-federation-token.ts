import type { GetFederationTokenRequest, GetFederationTokenResponse } from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { callerContext, sessionTagContext } from "../fake/request-context.ts";
import { issueFor, type SignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

/** For long-term credentials only; a root user silently gets at most an hour. */
export const getFederationToken: SignedRule<GetFederationTokenRequest, GetFederationTokenResponse> = async (
  input,
  context,
) => {
  const { caller, world } = context;
  const { account, kind } = caller.identity;
  const parameters = checkSessionParameters(context, input);
  const Arn = `arn:${world.partition(account)}:sts::${account}:federated-user/${input.Name}`;
  const conditions = {
    ...callerContext(context),
    ...sessionTagContext(parameters.requestTags),
  };
  requirePermission(context, { action: "sts:GetFederationToken", conditions, resource: Arn });
  if (parameters.isTagged) {
    requirePermission(context, { action: "sts:TagSession", conditions, resource: Arn });
  }

  const wanted = input.DurationSeconds ?? 43_200;
  const FederatedUserId = `${account}:${input.Name}`;
  const issued = await issueFor(
    context,
    kind === "root" ? Math.min(wanted, 3600) : wanted,
    {
      identity: { kind: "federated", account, arn: Arn, userId: FederatedUserId, principalArn: Arn },
      tags: parameters.tags,
      ...parameters.sessionPolicies,
    },
    input.MinimumSessionTokenSize,
  );
  return { ...issued, FederatedUser: { FederatedUserId, Arn }, ...parameters.packed };
};
