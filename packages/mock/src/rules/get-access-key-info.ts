import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { accountOfAccessKeyId } from "../fake/identifiers.ts";
import { callerContext } from "../fake/request-context.ts";
import { validationError } from "../fake/service-errors.ts";
import type { SignedRule } from "./rule.ts";

/** Returns the account of a registered key, or reads it from the id as AWS's own ids allow. */
export const getAccessKeyInfo: SignedRule<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = (
  { AccessKeyId },
  context,
) => {
  const { world } = context;
  requirePermission(context, { action: "sts:GetAccessKeyInfo", conditions: callerContext(context) });
  const Account = String(world.findKey(AccessKeyId)?.owner.account ?? accountOfAccessKeyId(AccessKeyId));
  if (!world.hasAccount(Account)) {
    throw validationError(`The access key ID ${AccessKeyId} does not belong to an account`);
  }
  return { Account };
};
