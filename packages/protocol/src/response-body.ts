import { isJson, type ResponseText } from "./http-message.ts";
import { jsonSource } from "./json-value.ts";
import { ProtocolError } from "./protocol-error.ts";
import type { ValueSource } from "./read-value.ts";
import type { ResponseMetadata } from "./service-exception.ts";
import { xmlSource } from "./xml-value.ts";
import type { XmlParser } from "./xml.ts";

/** What decoding an answer needs besides the answer. */
export interface AnswerContext {
  /** Reads XML. */
  readonly parseXml?: XmlParser | undefined;
  /** Host that answered, for messages. */
  readonly host?: string | undefined;
}

/**
 * Parses a body into a source whose only member is the root element.
 *
 * @throws {@link ProtocolError} when the body is neither JSON nor XML.
 */
export function parseBody(answer: ResponseText, { parseXml }: AnswerContext): ValueSource {
  const text = answer.text.trimStart();
  if (isJson(answer)) {
    try {
      return jsonSource(JSON.parse(text));
    } catch {
      // The engine's own message quotes the text, secrets and all.
      throw new ProtocolError("ERR_JSON_MALFORMED", "The text is not valid JSON");
    }
  }
  if (parseXml === undefined || !text.startsWith("<"))
    throw new ProtocolError("ERR_XML_MALFORMED", "XML must begin with an element");
  return xmlSource({ name: "", text: "", children: [parseXml(text)] });
}

/** Reads the request's ids: from the headers, or else the id found in the body. */
export function metadataOf(answer: ResponseText, requestId?: string): ResponseMetadata {
  const { statusCode, header } = answer;
  return {
    httpStatusCode: statusCode,
    requestId:
      header("x-amzn-requestid") ?? header("x-amzn-request-id") ?? header("x-amz-request-id") ?? requestId,
    extendedRequestId: header("x-amz-id-2"),
    cfId: header("x-amz-cf-id"),
  };
}

const EXCERPT_LENGTH = 60;

// From the name of a secret on, nothing is shown: how a value ends is anybody's guess in a text that made no sense.
const SECRET =
  /((?:Secret\w*|\w*Token(?!Re)\w*|\w*Assertion|ExternalId|DecodedMessage|Password)"?\s*[>:=]).*/is;

/** Says who answered what: host, status, content type and the body's first characters, without secrets. */
export function describeAnswer(answer: ResponseText, host: string | undefined): string {
  const { statusCode, header, text } = answer;
  const type = header("content-type") ?? "no content type";
  const excerpt = text.trim().slice(0, EXCERPT_LENGTH).replace(SECRET, "$1***").replace(/\s+/g, " ");
  return `${host ?? "the host"} answered ${statusCode} (${type}) ${excerpt === "" ? "without a body" : JSON.stringify(excerpt)}`;
}
