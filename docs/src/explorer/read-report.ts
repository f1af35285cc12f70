import type { SignedTexts } from "@org/sts-signer";

/**
 * Finds the canonical request and the string to sign in what the other side says: the error of a service, or its texts as they are.
 * AWS writes both into errors with the code `SignatureDoesNotMatch`, between quotation marks or in elements of XML.
 */
export function readReport(report: string): SignedTexts {
  const xml = unescape(report.replaceAll("\r\n", "\n"));
  const text = unescapeXml(xml);
  const canonicalRequest =
    elementOf(xml, "CanonicalRequest") ??
    /Canonical (?:String|Request)[^\n']*\n?\s*'([^']*)'/i.exec(text)?.[1] ??
    /^\s*([A-Z]{3,10}\n\/[^]*?\n(?:[\da-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[A-Z\d-]+))\s*$/m.exec(text)?.[1];
  const stringToSign =
    elementOf(xml, "StringToSign") ??
    /(AWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n[^\n']+\n[\da-f]{64})/.exec(text)?.[1];
  return {
    ...(canonicalRequest !== undefined && { canonicalRequest }),
    ...(stringToSign !== undefined && { stringToSign }),
  };
}

function elementOf(xml: string, name: string): string | undefined {
  const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return content === undefined ? undefined : unescapeXml(content);
}

/** Takes the escapes of JSON off, which a message has when it was copied out of a response or a log. */
function unescape(text: string): string {
  return text.includes("\n")
    ? text
    : text.replaceAll("\\n", "\n").replaceAll('\\"', '"').replaceAll("\\u0027", "'");
}

function unescapeXml(text: string): string {
  return text
    .replaceAll("&#xA;", "\n")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&apos;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
