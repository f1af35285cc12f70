import type { HttpRequest } from "@org/sts-protocol";

/** Whether a request's signature is valid. */
export type SignatureCheck = (request: HttpRequest) => Promise<boolean>;

/**
 * Finds out what happened to a request between signing and arrival, by undoing the usual causes one at a time.
 *
 * @returns What explains the mismatch, for the log; `undefined` if undoing none of them makes the signature valid.
 */
export async function explainMismatch(
  request: HttpRequest,
  isGood: SignatureCheck,
): Promise<string | undefined> {
  for (const [explanation, variant] of suspects(request)) {
    if (await isGood(variant)) return `difference: the signature is good if ${explanation}`;
  }
  return undefined;
}

function suspects(request: HttpRequest): readonly (readonly [string, HttpRequest])[] {
  const { headers, hostname, body = "" } = request;
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const withHeader = (name: string, value: string): HttpRequest => ({
    ...request,
    headers: { ...headers, [name]: value },
  });
  const withBody = (changed: string): HttpRequest => ({
    ...request,
    body: changed,
    // If the length was signed, it was that of the body that was signed.
    headers: { ...headers, "content-length": String(new TextEncoder().encode(changed).length) },
  });
  const contentType = headers["content-type"] ?? "";
  return [
    ["the host header is signed without its port", withHeader("host", hostname)],
    ["the host header is signed with the port 443", withHeader("host", `${hostname}:443`)],
    ["the host header is signed with the port 80", withHeader("host", `${hostname}:80`)],
    ["the body is empty: it was added after signing", withBody("")],
    ["spaces in the body are written as %20, not +", withBody(text.replaceAll("+", "%20"))],
    ["spaces in the body are written as +, not %20", withBody(text.replaceAll("%20", "+"))],
    ["the body has no line break at its end", withBody(withoutLineBreaksAtEnd(text))],
    [
      "the content type has no charset: something added one",
      withHeader("content-type", contentType.replace(/;.*/, "")),
    ],
    [
      "the content type ends with ; charset=utf-8: something took it away",
      withHeader("content-type", `${contentType}; charset=utf-8`),
    ],
  ];
}

/** Counted from the end: a regular expression would start over at every line break of a body that somebody else wrote. */
function withoutLineBreaksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return text.slice(0, end);
}
