import { type EncodeResponseOptions, httpResponse } from "./encode-response.ts";
import type { EncodedResponse } from "./http-message.ts";
import { XML_NAMESPACE } from "./operation.ts";
import type { STSServiceException } from "./service-exception.ts";
import { escapeXml } from "./xml-value.ts";

/**
 * Encodes an exception as the response that the service would send. The status is that of `$metadata`, else the class's, else
 * 400 for client faults and 500 for server faults.
 */
export function encodeFault(error: STSServiceException, options: EncodeResponseOptions): EncodedResponse {
  const statics = error.constructor as { readonly code?: string; readonly statusCode?: number }; // absent on the base class
  const isServer = error.$fault === "server";
  const statusCode = error.$metadata.httpStatusCode ?? statics.statusCode ?? (isServer ? 500 : 400);
  const Type = error.Type ?? (isServer ? "Receiver" : "Sender");
  const Code = error.Code ?? statics.code ?? error.name;
  if (options.format === "json") {
    const fault = { Error: { Code, Message: error.message, Type }, RequestId: options.requestId };
    return httpResponse(statusCode, JSON.stringify(fault), options);
  }
  const body = `<ErrorResponse xmlns="${XML_NAMESPACE}">
  <Error>
    <Type>${escapeXml(Type)}</Type>
    <Code>${escapeXml(Code)}</Code>
    <Message>${escapeXml(error.message)}</Message>
  </Error>
  <RequestId>${escapeXml(options.requestId)}</RequestId>
</ErrorResponse>
`;
  return httpResponse(statusCode, body, options);
}
