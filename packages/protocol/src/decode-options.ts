import type { XmlParser } from "./xml-element.ts";

/** Options of {@link decodeResponse} and {@link decodeFault}. */
export interface DecodeOptions {
  /**
   * Reads XML responses in place of the built-in reader. Default: the built-in reader, which reads what STS, Ceph, MinIO,
   * moto and LocalStack send; {@link decodeResponse} hands what it declines to fast-xml-parser.
   */
  readonly parseXml?: XmlParser | undefined;
  /** Host that sent the response, for messages. Default: that of the response's URL. */
  readonly host?: string | undefined;
}
