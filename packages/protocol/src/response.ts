import { decodeFault } from "./fault.ts";
import { type HttpResponse, readResponse, type ResponseText } from "./http-message.ts";
import { jsonSource, writeJsonMembers } from "./json-value.ts";
import { loadXmlParser } from "./load-xml-parser.ts";
import { type Operation, type OperationSchema, XML_NAMESPACE } from "./operation.ts";
import { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
import { readMembers, type ValueSource } from "./read-value.ts";
import { describeAnswer, isJson, metadataOf } from "./answer.ts";
import type { MetadataBearer } from "./service-exception.ts";
import { writeXmlMembers, xmlSource } from "./xml-value.ts";
import type { XmlParser } from "./xml.ts";

/** Options of {@link decodeResponse} and {@link decodeFault}. */
export interface DecodeOptions {
  /** Reads XML answers. Default: fast-xml-parser, loaded when the first XML answer arrives. */
  readonly parseXml?: XmlParser | undefined;
  /** Host that answered, for messages. Default: that of the response's URL. */
  readonly host?: string | undefined;
}

/**
 * Decodes the service's answer, XML or JSON by its content type.
 *
 * @returns The output with its `$metadata`. Members the service promises are there.
 * @throws {@link STSServiceException} or a subclass when the service said no.
 * @throws {@link ProtocolError} when a success is not an STS answer, or lacks what the service promises.
 *
 * @example
 * const { Credentials } = await decodeResponse(GetSessionToken, await fetch(url, init));
 */
export async function decodeResponse<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  response: globalThis.Response | HttpResponse,
  options: DecodeOptions = {},
): Promise<Response & MetadataBearer> {
  const host = options.host ?? hostOf(response);
  const answer = await readResponse(response);
  if (answer.statusCode < 200 || answer.statusCode > 299)
    throw await decodeFault(operation, answer, { ...options, host });

  const { result, requestId } = await readEnvelope(operation, answer, { ...options, host });
  const fail = (path: string, problem: string): ProtocolError =>
    new ProtocolError(
      "ERR_RESPONSE_MEMBER",
      `${operation.name}: ${path} ${problem} in the answer of ${host ?? "the service"}`,
    );
  const output = readMembers(operation.output, result, fail, { strict: true });
  // The table that was walked is typed against Response, and required members were found.
  return { $metadata: metadataOf(answer, requestId), ...output } as unknown as Response & MetadataBearer;
}

interface Envelope {
  readonly result: ValueSource;
  readonly requestId: string | undefined;
}

async function readEnvelope(
  operation: OperationSchema,
  answer: ResponseText,
  options: DecodeOptions,
): Promise<Envelope> {
  const fail = (code: ProtocolErrorCode, problem: string, cause?: unknown): ProtocolError =>
    new ProtocolError(code, `${operation.name}: ${problem}: ${describeAnswer(answer, options.host)}`, cause);
  if (answer.text.trim() === "") throw fail("ERR_RESPONSE_EMPTY", "the answer has no body");

  let root: ValueSource;
  try {
    root = await parseBody(answer, options);
  } catch (error) {
    throw fail("ERR_RESPONSE_NOT_STS", "the answer is not one of STS", error);
  }
  const response = root.member(`${operation.name}Response`);
  const result = response?.member(`${operation.name}Result`);
  if (response === undefined || result === undefined) {
    throw fail("ERR_RESPONSE_NOT_STS", `the answer has no ${operation.name}Result`);
  }
  return { result, requestId: response.member("ResponseMetadata")?.member("RequestId")?.text?.trim() };
}

/** Parses a body into a source whose only member is the root element. */
export async function parseBody(answer: ResponseText, { parseXml }: DecodeOptions): Promise<ValueSource> {
  if (isJson(answer)) return jsonSource(JSON.parse(answer.text));
  const root = (parseXml ?? (await loadXmlParser()))(answer.text.trimStart());
  return xmlSource({ name: "", text: "", children: [root] });
}

function hostOf(response: globalThis.Response | HttpResponse): string | undefined {
  return "url" in response && response.url !== "" ? new URL(response.url).host : undefined;
}

/** Options of {@link encodeResponse} and {@link encodeFault}. */
export interface EncodeResponseOptions {
  /** The request id to answer with. */
  readonly requestId: string;
  /** Format of the body. Default: `"xml"`. */
  readonly format?: "xml" | "json" | undefined;
}

/** Encodes an operation's output as the service answers it, laid out like the service's own XML. */
export function encodeResponse<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  output: Response,
  { requestId, format = "xml" }: EncodeResponseOptions,
): HttpResponse {
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
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</${name}Response>
`;
  return httpResponse(200, body, { requestId, format });
}

/** Puts the service's headers around a body. */
export function httpResponse(
  statusCode: number,
  body: string,
  { requestId, format }: EncodeResponseOptions,
): HttpResponse {
  return {
    statusCode,
    headers: {
      "x-amzn-requestid": requestId,
      "content-type": format === "json" ? "application/json" : "text/xml",
    },
    body,
  };
}
