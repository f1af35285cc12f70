import { showMessage } from "./show-message.ts";
import type { ResponseMetadata } from "./service-exception.ts";

/**
 * Why bytes could not be read.
 *
 * | code | meaning |
 * | --- | --- |
 * | `ERR_XML_MALFORMED` | the text is not well-formed XML |
 * | `ERR_XML_FORBIDDEN` | the XML contains a DOCTYPE or defines entities |
 * | `ERR_XML_LIMIT` | the XML is larger or deeper than allowed |
 * | `ERR_JSON_MALFORMED` | the text is not JSON, although its content type says so |
 * | `ERR_RESPONSE_EMPTY` | a success without a body |
 * | `ERR_RESPONSE_NOT_STS` | a success whose body is not an STS response, such as a captive portal's page |
 * | `ERR_RESPONSE_MEMBER` | an STS response that lacks a promised member, or has one of another type |
 * | `ERR_REQUEST_ACTION` | a request without `Action`, or with an unknown one |
 * | `ERR_REQUEST_VERSION` | a request without `Version`, or with an unknown one |
 * | `ERR_REQUEST_VALUE` | a request whose parameters cannot be read, or whose body has already been read |
 */
export type ProtocolErrorCode =
  | "ERR_XML_MALFORMED"
  | "ERR_XML_FORBIDDEN"
  | "ERR_XML_LIMIT"
  | "ERR_JSON_MALFORMED"
  | "ERR_RESPONSE_EMPTY"
  | "ERR_RESPONSE_NOT_STS"
  | "ERR_RESPONSE_MEMBER"
  | "ERR_REQUEST_ACTION"
  | "ERR_REQUEST_VERSION"
  | "ERR_REQUEST_VALUE";

/** The bytes are not what STS or its client would send. Branch on {@link ProtocolError.code}. */
export class ProtocolError extends Error {
  /** Always `"ProtocolError"`, in every copy of the package. */
  override readonly name = "ProtocolError";
  /** What was wrong, as a stable code. */
  readonly code: ProtocolErrorCode;
  /** What is known about the exchange, if a response could not be read. */
  declare $metadata?: ResponseMetadata | undefined;

  /**
   * @param code - stable code
   * @param message - what was expected, what was found, and where
   * @param cause - the underlying error
   */
  constructor(code: ProtocolErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    showMessage(this);
    this.code = code;
  }
}
