import {
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
  InvalidAuthorizationMessageException,
} from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { callerContext } from "../fake/request-context.ts";
import type { Sessions } from "../fake/sessions.ts";
import type { SignedRule } from "./rule.ts";

/** Decodes what {@link encodeAuthorizationMessage} of the same fake made, and refuses anything else. */
export const decodeAuthorizationMessage: SignedRule<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = async ({ EncodedMessage }, context) => {
  const action = "sts:DecodeAuthorizationMessage";
  requirePermission(context, { action, conditions: callerContext(context) });
  const value = await context.sessions.unseal(EncodedMessage.replaceAll("-", "+").replaceAll("_", "/"));
  if (typeof value !== "object" || value === null || !("authorizationMessage" in value)) {
    throw new InvalidAuthorizationMessageException({ message: "Message is not valid" });
  }
  return { DecodedMessage: JSON.stringify(value.authorizationMessage) };
};

/** Encodes the account of an authorization decision as a service does in its refusals. */
export async function encodeAuthorizationMessage(sessions: Sessions, message: object): Promise<string> {
  const sealed = await sessions.seal({ authorizationMessage: message });
  return sealed.replaceAll("+", "-").replaceAll("/", "_");
}
