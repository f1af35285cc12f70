import type { Endpoint, HttpRequest, Operation } from "@org/sts-protocol";
import { decodeResponseText, encodeRequest } from "@org/sts-protocol/messages";

import type { ClientMetadata } from "../errors/client-error.ts";
import { readBody } from "../transport/read-body.ts";
import type { HandledResponse } from "../transport/request-handler.ts";

/** What a command's `serialize` accepts as context, like the AWS SDK's serializers. */
export interface SerializeContext {
  /** Returns where the request goes. Default: the global endpoint. */
  readonly endpoint?: (() => Promise<Endpoint>) | undefined;
}

/** Creates the request of a command, unsigned: what the step `serializerMiddleware` does. */
export async function serializeCommand<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  { endpoint }: SerializeContext = {},
): Promise<HttpRequest> {
  return encodeRequest(operation, input, (await endpoint?.()) ?? { hostname: "sts.amazonaws.com" });
}

// Without the fallback to fast-xml-parser, which would end up in every single-file bundle.
/** Decodes a response, whose body may be a stream, into the output: what the step `deserializerMiddleware` does. */
export async function deserializeCommand<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
  { statusCode, headers, body }: HandledResponse,
): Promise<Output & { $metadata: ClientMetadata }> {
  const options = {
    headers,
    maxBytes: 1_048_576,
    what: `${operation.name}: the response`,
    secretsOf: () => [], // what was sent is not known here
  };
  return decodeResponseText(operation, { statusCode, headers, body: await readBody(body, options) });
}
