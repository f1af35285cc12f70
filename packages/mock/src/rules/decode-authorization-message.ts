import {
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
  InvalidAuthorizationMessageException,
} from "@org/sts-protocol";

import { requirePermission } from "../fake/authorize.ts";
import { callerContext } from "../fake/request-context.ts";
import type { Sessions } from "../fake/sessions.ts";
import type { SignedRule } from "./rule.ts";

/** Decodes what {@link encodeAuthorizationMessage} of the same fake created, and refuses anything else. */
export const decodeAuthorizationMessage: SignedRule<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = async ({ EncodedMessage }, context) => {
  const action = "sts:DecodeAuthorizationMessage";
  requirePermission(context, { action, conditions: callerContext(context) });
  // The alphabet of `encodeAuthorizationMessage` only, so that each message has one spelling.
  const isEncoded = !/[+/]/.test(EncodedMessage);
  const sealed = EncodedMessage.replaceAll("-", "+").replaceAll("_", "/");
  const value = isEncoded ? await context.sessions.unseal(sealed) : undefined;
  if (typeof value !== "object" || value === null || !("authorizationMessage" in value)) {
    throw new InvalidAuthorizationMessageException({ message: "Message is not valid" });
  }
  return { DecodedMessage: JSON.stringify(value.authorizationMessage) };
};

/**
 * Encodes the explanation of an authorization decision, as a service does in its refusals.
 *
 * @throws TypeError when the result is longer than DecodeAuthorizationMessage accepts.
 */
export async function encodeAuthorizationMessage(sessions: Sessions, message: object): Promise<string> {
  const sealed = await sessions.seal({ authorizationMessage: message });
  if (sealed.length > MAX_ENCODED) {
    throw new TypeError(
      `encodeAuthorizationMessage: the encoded message has ${sealed.length} characters, and DecodeAuthorizationMessage accepts ${MAX_ENCODED}; leave something out`,
    );
  }
  return sealed.replaceAll("+", "-").replaceAll("/", "_");
}

const MAX_ENCODED = 10_240;
