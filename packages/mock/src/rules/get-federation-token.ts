import type { GetFederationTokenRequest, GetFederationTokenResponse } from "@org/sts-protocol";

import { callerContext, requirePermission, tagContext } from "../fake/authorize.ts";
import { issueFor, type SignedRule } from "./rule.ts";
import { checkSessionParameters } from "./session-parameters.ts";

/** For long-term credentials only; a root user silently gets at most an hour. */
export const getFederationToken: SignedRule<GetFederationTokenRequest, GetFederationTokenResponse> = async (
  input,
  context,
) => {
  const { caller, now, request, world } = context;
  const { account, kind } = caller.identity;
  const parameters = checkSessionParameters(input);
  const Arn = `arn:${world.partition(account)}:sts::${account}:federated-user/${input.Name}`;
  const conditions = {
    ...callerContext(caller, { request, now }),
    ...tagContext("aws:requesttag/", parameters.requestTags),
    "aws:tagkeys": Object.keys(parameters.requestTags),
  };
  requirePermission(caller, "sts:GetFederationToken", conditions, Arn);
  if (input.Tags !== undefined && input.Tags.length > 0)
    requirePermission(caller, "sts:TagSession", conditions, Arn);

  const wanted = input.DurationSeconds ?? 43_200;
  const FederatedUserId = `${account}:${input.Name}`;
  const issued = await issueFor(
    context,
    kind === "root" ? Math.min(wanted, 3600) : wanted,
    {
      identity: { kind: "federated", account, arn: Arn, userId: FederatedUserId, principalArn: Arn },
      tags: parameters.tags,
      policies: parameters.policies,
    },
    input.MinimumSessionTokenSize,
  );
  return { ...issued, FederatedUser: { FederatedUserId, Arn }, ...parameters.packed };
};
