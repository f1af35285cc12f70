/** An XML element, reduced to what AWS responses use: attributes, comments and name prefixes are omitted. */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Text directly inside, references decoded, white space kept. */
  readonly text: string;
  /** Child elements in order. */
  readonly children: readonly XmlElement[];
}

/**
 * Turns a document into its root element, or throws {@link ProtocolError}. A replacement parser must keep these promises:
 * malformed XML and DOCTYPE are refused, values stay text, size and depth are bounded.
 */
export type XmlParser = (xml: string) => XmlElement;

/** The longest document that is read, in UTF-16 units. STS responses stay far below. */
export const MAX_XML_LENGTH = 1_048_576;
/** The deepest nesting that is read. STS needs eight levels. */
export const MAX_XML_DEPTH = 32;
