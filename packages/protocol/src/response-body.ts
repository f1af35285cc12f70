import { isJson, type ReceivedResponse } from "./http-message.ts";
import { jsonSource } from "./json-value.ts";
import { ProtocolError } from "./protocol-error.ts";
import type { ValueSource } from "./read-value.ts";
import type { ResponseMetadata } from "./service-exception.ts";
import { xmlSource } from "./xml-value.ts";
import type { XmlParser } from "./xml.ts";

/** What decoding a response needs besides the response. */
export interface DecodeContext {
  /** Reads XML. */
  readonly parseXml?: XmlParser | undefined;
  /** Host that sent the response, for messages. */
  readonly host?: string | undefined;
}

/**
 * Parses a body into a source whose only member is the root element.
 *
 * @throws {@link ProtocolError} when the body is neither JSON nor XML.
 */
export function parseBody(response: ReceivedResponse, { parseXml }: DecodeContext): ValueSource {
  const text = response.text.trimStart();
  if (isJson(response)) {
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
export function metadataOf(response: ReceivedResponse, requestId?: string): ResponseMetadata {
  const { statusCode, header } = response;
  return {
    httpStatusCode: statusCode,
    requestId:
      header("x-amzn-requestid") ?? header("x-amzn-request-id") ?? header("x-amz-request-id") ?? requestId,
    extendedRequestId: header("x-amz-id-2"),
    cfId: header("x-amz-cf-id"),
  };
}

const EXCERPT_LENGTH = 60;

// Nothing is shown from the name of a secret on, because nobody can tell where a value ends in a malformed text.
const SECRET =
  /((?:Secret\w*|\w*Token(?!Re)\w*|\w*Assertion|ExternalId|DecodedMessage|Password)"?\s*[>:=]).*/is;

/** Describes a response: its host, status, content type and the body's first characters, without secrets. */
export function describeResponse(response: ReceivedResponse, host: string | undefined): string {
  const { statusCode, header, text } = response;
  const type = header("content-type") ?? "no content type";
  const excerpt = text.trim().slice(0, EXCERPT_LENGTH).replace(SECRET, "$1***").replace(/\s+/g, " ");
  return `${host ?? "the host"} responded ${statusCode} (${type}) ${excerpt === "" ? "without a body" : JSON.stringify(excerpt)}`;
}
