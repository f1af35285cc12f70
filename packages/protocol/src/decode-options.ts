import type { XmlParser } from "./xml-element.ts";

/**
 * How much of a success is checked: that it is a response to the operation and contains what the service promises (`"full"`),
 * or only that it is XML or JSON (`"off"`, for test fixtures and servers with their own responses).
 */
export type OutputValidation = "full" | "off";

/** Options of {@link decodeResponse} and {@link decodeFault}. */
export interface DecodeOptions {
  /**
   * Reads XML responses instead of the built-in reader. Default: the built-in reader, which reads what STS, Ceph, MinIO,
   * moto and LocalStack send; {@link decodeResponse} passes what it declines to fast-xml-parser.
   */
  readonly parseXml?: XmlParser | undefined;
  /**
   * How much of a success is checked. With `"off"` it is read as far as it goes: its elements may have other names, members
   * may be missing although the types promise them, unreadable members are omitted, and an empty body gives an
   * output without members. Default: `"full"`.
   */
  readonly outputValidation?: OutputValidation | undefined;
  /** Host that sent the response, for messages. Default: the host in the response's URL. */
  readonly host?: string | undefined;
}
