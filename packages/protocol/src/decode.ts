import type { AnswerContext } from "./response-body.ts";
import { type HttpResponse, isJson, readResponse, type ResponseText } from "./http-message.ts";
import type { Operation, OperationSchema } from "./operation.ts";
import type { MetadataBearer, STSServiceException } from "./service-exception.ts";
import type { XmlParser } from "./xml.ts";

/** Options of {@link decodeResponse} and {@link decodeFault}. */
export interface DecodeOptions {
  /** Reads XML answers. Default: fast-xml-parser, loaded when the first XML answer arrives. */
  readonly parseXml?: XmlParser | undefined;
  /** Host that answered, for messages. Default: that of the response's URL. */
  readonly host?: string | undefined;
  /** What {@link loadDecoder} gave. Default: loaded when the answer needs it. */
  readonly decoder?: ResponseDecoder | undefined;
}

/**
 * Decodes the service's answer, XML or JSON by its content type.
 *
 * What decoding needs is loaded at the first answer, and bundlers keep it in chunks of its own; a JSON answer does not
 * load the XML parser.
 *
 * @returns The output with its `$metadata`. Members the service promises are there.
 * @throws {@link STSServiceException} or a subclass when the service said no.
 * @throws {@link ProtocolError} when a success is not an STS answer, or lacks what the service promises.
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
  const answer = await readResponse(response);
  const { decodeAnswer, context } = await chooseDecoder(answer, { ...options, host });
  return decodeAnswer(operation, answer, context);
}

/**
 * Decodes a failure into the operation's own exception class, or {@link STSServiceException} named by its code.
 *
 * Understands `ErrorResponse/Error`, `Response/Errors/Error` of other gateways, and the JSON form. Without a code in the
 * body the name is `"NotFound"` for status 404 and `"Unknown"` otherwise, and the message tells what answered.
 */
export async function decodeFault(
  operation: OperationSchema,
  answer: ResponseText,
  options: DecodeOptions = {},
): Promise<STSServiceException> {
  const { decodeFaultAnswer, context } = await chooseDecoder(answer, options);
  return decodeFaultAnswer(operation, answer, context);
}

/** What decoding needs, once it is loaded. */
export interface ResponseDecoder {
  /** Reads XML. */
  readonly parseXml: XmlParser;
  /** {@link decodeResponse} for an answer that has been read. */
  readonly decodeAnswer: <Request extends object, Response extends object>(
    operation: Operation<Request, Response>,
    answer: ResponseText,
    options: DecodeOptions,
  ) => Response & MetadataBearer;
  /** {@link decodeFault} without loading anything. */
  readonly decodeFaultAnswer: (
    operation: OperationSchema,
    answer: ResponseText,
    options: DecodeOptions,
  ) => STSServiceException;
}

/**
 * Loads the decoder with the XML parser, which bundlers keep in a chunk of their own. Call it while a request is in flight
 * and it is there when the answer arrives; pass it on as {@link DecodeOptions.decoder} and it is not asked for again.
 */
export async function loadDecoder(): Promise<ResponseDecoder> {
  return import("./decoder-chunk-with-xml.ts");
}

interface ChosenDecoder extends Omit<ResponseDecoder, "parseXml"> {
  readonly context: AnswerContext;
}

async function chooseDecoder(answer: ResponseText, options: DecodeOptions): Promise<ChosenDecoder> {
  const { decoder, parseXml } = options;
  const needsParser = parseXml === undefined && !isJson(answer) && answer.text.trimStart().startsWith("<");
  const loaded = decoder ?? (needsParser ? await loadDecoder() : undefined);
  if (loaded) {
    const { decodeAnswer, decodeFaultAnswer } = loaded;
    return {
      decodeAnswer,
      decodeFaultAnswer,
      context: { ...options, parseXml: parseXml ?? loaded.parseXml },
    };
  }
  const { decodeAnswer, decodeFaultAnswer } = await import("./decoder-chunk.ts");
  return { decodeAnswer, decodeFaultAnswer, context: options };
}

function hostOf(response: globalThis.Response | HttpResponse): string | undefined {
  return "url" in response && response.url !== "" ? new URL(response.url).host : undefined;
}
