import type { EncodedResponse } from "./http-message.ts";
import { writeJsonMembers } from "./json-value.ts";
import { type Operation, XML_NAMESPACE } from "./operation.ts";
import { escapeXml, writeXmlMembers } from "./xml-value.ts";

/** Options of {@link encodeResponse} and {@link encodeFault}. */
export interface EncodeResponseOptions {
  /** The request id to send. */
  readonly requestId: string;
  /** Format of the body. Default: `"xml"`. */
  readonly format?: "xml" | "json" | undefined;
}

/** Encodes an operation's output as the response that the service would send, laid out like the service's own XML. */
export function encodeResponse<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  output: NoInfer<Response>,
  { requestId, format = "xml" }: EncodeResponseOptions,
): EncodedResponse {
  const { name } = operation;
  if (format === "json") {
    const response = {
      [`${name}Result`]: writeJsonMembers(operation.output, output),
      ResponseMetadata: { RequestId: requestId },
    };
    return httpResponse(200, JSON.stringify({ [`${name}Response`]: response }), { requestId, format });
  }
  const body = `<${name}Response xmlns="${XML_NAMESPACE}">
  <${name}Result>
${writeXmlMembers(operation.output, output, "    ")}  </${name}Result>
  <ResponseMetadata>
    <RequestId>${escapeXml(requestId)}</RequestId>
  </ResponseMetadata>
</${name}Response>
`;
  return httpResponse(200, body, { requestId, format });
}

/** Adds the service's headers to a body. */
export function httpResponse(
  statusCode: number,
  body: string,
  { requestId, format }: EncodeResponseOptions,
): EncodedResponse {
  return {
    statusCode,
    headers: {
      "x-amzn-requestid": requestId,
      "content-type": format === "json" ? "application/json" : "text/xml",
    },
    body,
  };
}
