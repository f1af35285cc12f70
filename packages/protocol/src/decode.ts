import { decodeFaultBody } from "./decode-fault.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { decodeBody } from "./decode-response.ts";
import {
  type HttpResponse,
  type ReceivedResponse,
  receiveHttpResponse,
  receiveWebResponse,
} from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import { type ParsedBody, parseBody } from "./response-body.ts";
import type { MetadataBearer, STSServiceException } from "./service-exception.ts";

/**
 * Decodes the service's response, XML or JSON by its content type.
 *
 * A built-in reader reads the XML that STS servers send. What it declines goes to fast-xml-parser, which is loaded only then
 * and which bundlers put into a separate chunk. A document that is not well-formed does not load it.
 *
 * @returns The output with its `$metadata`. Members that the service promises are there.
 * @throws {@link STSServiceException} or a subclass when the service refused the request.
 * @throws {@link ProtocolError} when a success is not an STS response, or lacks what the service promises.
 *
 * @example
 * import { AssumeRoleWithWebIdentity, decodeResponse, encodeRequest } from "@org/sts-protocol";
 *
 * const input = {
 *   RoleArn: "arn:aws:iam::123456789012:role/web",
 *   RoleSessionName: "alice",
 *   WebIdentityToken: "eyJhbGciOiJSUzI1NiJ9", // not signed, so nothing else is needed
 * };
 * const { hostname, headers, body } = encodeRequest(AssumeRoleWithWebIdentity, input, { hostname: "sts.amazonaws.com" });
 * const response = await fetch(`https://${hostname}/`, { method: "POST", headers, body: String(body) });
 * const { Credentials } = await decodeResponse(AssumeRoleWithWebIdentity, response);
 */
export async function decodeResponse<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: globalThis.Response | HttpResponse,
  options: DecodeOptions = {},
): Promise<Response & MetadataBearer> {
  requireObject(response);
  return "statusCode" in response
    ? decodeHttpResponse(operation, response, options)
    : decodeReceived(operation, await receiveWebResponse(response), options);
}

/** Decodes a response whose body has been read. Only what the built-in reader declines has to be waited for. */
export function decodeHttpResponse<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: HttpResponse,
  options: DecodeOptions,
): (Response & MetadataBearer) | Promise<Response & MetadataBearer> {
  return decodeReceived(operation, receiveHttpResponse(response), options);
}

function decodeReceived<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  received: ReceivedResponse,
  options: DecodeOptions,
): (Response & MetadataBearer) | Promise<Response & MetadataBearer> {
  const body = parseBody(received, options.parseXml);
  return isForFullParser(body, options)
    ? loadParserAndParse(received, body).then((parsed) => decodeBody(operation, received, parsed, options))
    : decodeBody(operation, received, body, options);
}

/**
 * Decodes a failure into the operation's own exception class, or {@link STSServiceException} named by its code.
 *
 * Understands `Error` and `Errors/Error` in a root element of any name, and the JSON form. Without a code in the body the
 * name is `"NotFound"` for status 404 and `"Unknown"` otherwise, and the message describes the response.
 */
export async function decodeFault(
  operation: OperationSchema,
  response: globalThis.Response | HttpResponse,
  options: DecodeOptions = {},
): Promise<STSServiceException> {
  requireObject(response);
  const received =
    "statusCode" in response ? receiveHttpResponse(response) : await receiveWebResponse(response);
  let body = parseBody(received, options.parseXml);
  if (isForFullParser(body, options)) body = await loadParserAndParse(received, body);
  return decodeFaultBody(operation, received, body, options);
}

// The runtime's own error would show the whole text, which may contain credentials.
function requireObject(response: unknown): void {
  if (typeof response !== "object" || response === null)
    throw new TypeError("response: expected a Response or an HttpResponse");
}

function isForFullParser({ isDeclined }: ParsedBody, { parseXml }: DecodeOptions): boolean {
  return isDeclined === true && parseXml === undefined;
}

async function loadParserAndParse(response: ReceivedResponse, declined: ParsedBody): Promise<ParsedBody> {
  try {
    const { parseXml } = await import("./full-xml-parser.ts");
    return parseBody(response, parseXml);
  } catch {
    // A parser that cannot be loaded must not hide the service's message.
    return declined;
  }
}
