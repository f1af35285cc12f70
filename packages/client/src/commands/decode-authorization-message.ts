import {
  DecodeAuthorizationMessage,
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from "@org/sts-protocol/declarations";

/** Input of {@link DecodeAuthorizationMessageCommand}. */
export interface DecodeAuthorizationMessageCommandInput extends DecodeAuthorizationMessageRequest {}

/** Output of {@link DecodeAuthorizationMessageCommand}. */
export type DecodeAuthorizationMessageCommandOutput = WithMetadata<DecodeAuthorizationMessageResponse>;

/**
 * Decodes the message that some services include in an error when a request was not authorized.
 *
 * See {@link DecodeAuthorizationMessage} for who may call it and what may fail.
 *
 * @example
 * import { DecodeAuthorizationMessageCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const message = "example"; // out of another service's error
 * const { DecodedMessage } = await client.send(
 *   new DecodeAuthorizationMessageCommand({ EncodedMessage: message }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html DecodeAuthorizationMessage}
 */
export class DecodeAuthorizationMessageCommand extends Command<
  DecodeAuthorizationMessageCommandInput,
  DecodeAuthorizationMessageResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<
    DecodeAuthorizationMessageRequest,
    DecodeAuthorizationMessageResponse
  > = DecodeAuthorizationMessage;
}
