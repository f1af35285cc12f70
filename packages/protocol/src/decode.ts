import type { DecodeContext } from "./response-body.ts";
import { type HttpResponse, isJson, readResponse, type ReceivedResponse } from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import type { MetadataBearer, STSServiceException } from "./service-exception.ts";
import type { XmlParser } from "./xml.ts";

/** Options of {@link decodeResponse} and {@link decodeFault}. */
export interface DecodeOptions {
  /** Reads XML responses. Default: fast-xml-parser, loaded when the first XML response arrives. */
  readonly parseXml?: XmlParser | undefined;
  /** Host that sent the response, for messages. Default: that of the response's URL. */
  readonly host?: string | undefined;
  /** What {@link loadDecoder} gave. Default: loaded when the response needs it. */
  readonly decoder?: ResponseDecoder | undefined;
}

/**
 * Decodes the service's response, XML or JSON by its content type.
 *
 * What decoding needs is loaded at the first response, and bundlers keep it in chunks of its own; a JSON response does not
 * load the XML parser.
 *
 * @returns The output with its `$metadata`. Members the service promises are there.
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
  const host = options.host ?? hostOf(response);
  const received = await readResponse(response);
  const { decodeResponseText, context } = await chooseDecoder(received, { ...options, host });
  return decodeResponseText(operation, received, context);
}

/**
 * Decodes a failure into the operation's own exception class, or {@link STSServiceException} named by its code.
 *
 * Understands `ErrorResponse/Error`, `Response/Errors/Error` of other gateways, and the JSON form. Without a code in the
 * body the name is `"NotFound"` for status 404 and `"Unknown"` otherwise, and the message describes the response.
 */
export async function decodeFault(
  operation: OperationSchema,
  response: globalThis.Response | HttpResponse,
  options: DecodeOptions = {},
): Promise<STSServiceException> {
  const host = options.host ?? hostOf(response);
  const received = await readResponse(response);
  const { decodeFaultText, context } = await chooseDecoder(received, { ...options, host });
  return decodeFaultText(operation, received, context);
}

/** What decoding needs, once it is loaded. */
export interface ResponseDecoder {
  /** Reads XML. */
  readonly parseXml: XmlParser;
  /** {@link decodeResponse} for a response that has been read. */
  readonly decodeResponseText: <Request extends object, Response extends object>(
    operation: Operation<Request, Response>,
    response: ReceivedResponse,
    options: DecodeOptions,
  ) => Response & MetadataBearer;
  /** {@link decodeFault} without loading anything. */
  readonly decodeFaultText: (
    operation: OperationSchema,
    response: ReceivedResponse,
    options: DecodeOptions,
  ) => STSServiceException;
}

/**
 * Loads the decoder with the XML parser, which bundlers keep in a chunk of their own. Call it while a request is in flight
 * and it is there when the response arrives; pass it on as {@link DecodeOptions.decoder} and it is not loaded again.
 */
export async function loadDecoder(): Promise<ResponseDecoder> {
  return import("./decoder-chunk-with-xml.ts");
}

interface ChosenDecoder extends Omit<ResponseDecoder, "parseXml"> {
  readonly context: DecodeContext;
}

async function chooseDecoder(response: ReceivedResponse, options: DecodeOptions): Promise<ChosenDecoder> {
  const { decoder, parseXml } = options;
  const needsParser =
    parseXml === undefined && !isJson(response) && response.text.trimStart().startsWith("<");
  const loaded = decoder ?? (needsParser ? await loadDecoder() : undefined);
  if (loaded) {
    const { decodeResponseText, decodeFaultText } = loaded;
    return {
      decodeResponseText,
      decodeFaultText,
      context: { ...options, parseXml: parseXml ?? loaded.parseXml },
    };
  }
  const { decodeResponseText, decodeFaultText } = await import("./decoder-chunk.ts");
  return { decodeResponseText, decodeFaultText, context: options };
}

function hostOf(response: globalThis.Response | HttpResponse): string | undefined {
  return "url" in response && response.url !== "" ? new URL(response.url).host : undefined;
}
