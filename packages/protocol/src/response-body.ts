import { isJson, type ReceivedResponse } from "./http-message.ts";
import { jsonSource } from "./json-value.ts";
import { ProtocolError } from "./protocol-error.ts";
import type { ResponseSource } from "./read-value.ts";
import type { ResponseMetadata } from "./service-exception.ts";
import type { XmlParser } from "./xml-element.ts";
import { DeclinedXmlError, readXml } from "./xml-reader.ts";
import { xmlSource } from "./xml-value.ts";

/** A body that has been parsed, or the reason why it could not be. */
export interface ParsedBody {
  /** A source whose only member is the root element. */
  readonly root?: ResponseSource;
  /** Why there is no root. */
  readonly error?: unknown;
  /** Whether a full XML parser may read the body. */
  readonly isDeclined?: boolean;
}

/** Parses a body. A failure is returned as a value, because an error response counts even without its body. */
export function parseBody(response: ReceivedResponse, parseXml: XmlParser = readXml): ParsedBody {
  try {
    return { root: parseText(response, parseXml) };
  } catch (error) {
    return { error, isDeclined: error instanceof DeclinedXmlError };
  }
}

function parseText(response: ReceivedResponse, parseXml: XmlParser): ResponseSource {
  const text = response.text.trimStart();
  if (isJson(response)) {
    try {
      return jsonSource(JSON.parse(text));
    } catch {
      // The engine's own message quotes the text, secrets and all.
      throw new ProtocolError("ERR_JSON_MALFORMED", "The text is not valid JSON");
    }
  }
  if (!text.startsWith("<")) throw new ProtocolError("ERR_XML_MALFORMED", "XML must begin with an element");
  return xmlSource({ name: "", text: "", children: [parseXml(text)] });
}

/** Reads the request's ids: from the headers, or else the id found in the body. */
export function metadataOf(response: ReceivedResponse, requestId?: string): ResponseMetadata {
  const { statusCode, header } = response;
  // As in the AWS SDK, every key is present, with `undefined` for what is not known.
  return {
    httpStatusCode: statusCode,
    requestId:
      header("x-amzn-requestid") ?? header("x-amzn-request-id") ?? header("x-amz-request-id") ?? requestId,
    extendedRequestId: header("x-amz-id-2"),
    cfId: header("x-amz-cf-id"),
  } as ResponseMetadata;
}

const EXCERPT_LENGTH = 60;

// Nothing is shown after the name of a secret, because nobody can tell where a value ends in a malformed text.
// What follows the name may be escaped in any way, so everything but a word of prose counts as a separator.
const SECRET =
  /((?:Secret\w*|\w*Token(?!Re)\w*|\w*Assertion|SAMLResponse|ExternalId|DecodedMessage|Passw(?:or)?d|Signature|Authorization)\s*[^\w\s.,;!?-]).*/is;

function withoutSecrets(text: string): string {
  return text.trim().slice(0, EXCERPT_LENGTH).replace(SECRET, "$1***").replace(/\s+/g, " ");
}

/** Describes a response: its host, status, content type and the body's first characters, without secrets. */
export function describeResponse(response: ReceivedResponse, host: string | undefined): string {
  const { statusCode, header, text } = response;
  const type = withoutSecrets(header("content-type") ?? "no content type");
  const excerpt = withoutSecrets(text);
  return `${hostOf(response, host) ?? "the host"} responded ${statusCode} (${type}) ${excerpt === "" ? "without a body" : JSON.stringify(excerpt)}`;
}

/** The host for messages: the caller's, or else the host in the response's URL. */
export function hostOf({ url }: ReceivedResponse, host: string | undefined): string | undefined {
  return host ?? (url ? new URL(url).host : undefined);
}
