import { InvalidAuthorizationMessageException } from "../exceptions.ts";
import type { Operation } from "../operation.ts";

/**
 * Input of {@link DecodeAuthorizationMessage}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html#API_DecodeAuthorizationMessage_RequestParameters Request parameters}
 */
export interface DecodeAuthorizationMessageRequest {
  /** The text after `Encoded authorization failure message:` in another service's error, 1 to 10,240 characters. Required. */
  EncodedMessage: string | undefined;
}

/**
 * Output of {@link DecodeAuthorizationMessage}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html#API_DecodeAuthorizationMessage_ResponseElements Response elements}
 */
export interface DecodeAuthorizationMessageResponse {
  /**
   * Why access was denied, as JSON text: whether a policy denies explicitly, which statements matched, the principal,
   * action, resource and conditions. Redacted wherever values are printed.
   */
  DecodedMessage: string;
}

/**
 * Decodes the message that some services include in an error when a request was not authorized.
 *
 * The caller needs `sts:DecodeAuthorizationMessage`, because the message reveals policies.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html DecodeAuthorizationMessage}
 */
export const DecodeAuthorizationMessage: Operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = {
  name: "DecodeAuthorizationMessage",
  auth: "sigv4",
  input: {
    EncodedMessage: { kind: "string", required: true, min: 1, max: 10_240 },
  },
  output: {
    DecodedMessage: { kind: "string", required: true, sensitive: true },
  },
  errors: [InvalidAuthorizationMessageException],
};
