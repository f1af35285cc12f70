import { STSClientError } from "../errors/client-error.ts";
import { withoutSecrets } from "../errors/without-secrets.ts";
import { networkError } from "./network-error.ts";
import type { HandledRequest } from "./request-handler.ts";

/**
 * What a call fails with when its request handler threw: an error about a header that cannot be sent, an error of the network,
 * or what the handler threw as it is.
 *
 * @param what - begins the message of an error of the network; absent when the handler throws other errors too
 */
export function explainSendFailure(
  thrown: unknown,
  request: HandledRequest,
  what: string | undefined,
): unknown {
  const invalidHeader = findInvalidHeader(request.headers, thrown);
  if (invalidHeader !== undefined) {
    return new STSClientError(
      "ERR_CONFIG",
      `${invalidHeader}: the value has a line break or another character that no header can hold; it is not shown, because it may be secret. Look at where the credentials come from`,
    );
  }
  return what === undefined ? thrown : networkError(what, withoutSecrets(thrown, secretsOf(request)));
}

// An HTTP library of the user's may hang the whole request on what it throws.
function secretsOf({ headers, body }: HandledRequest): string[] {
  const { authorization = "", "x-amz-security-token": token = "" } = headers;
  return [authorization, token, ...(typeof body === "string" ? [body] : [])];
}

/** Some runtimes quote the whole value of a header they refuse, and the session token is one. */
function findInvalidHeader(headers: HandledRequest["headers"], thrown: unknown): string | undefined {
  // `fetch` takes white space at the ends away, Node.js does not.
  const isExact = Object(thrown).code === "ERR_INVALID_CHAR";
  return Object.keys(headers).find((name) => {
    const value = headers[name] ?? "";
    return /[^\t\x20-\x7e\x80-\xff]/.test(isExact ? value : value.trim());
  });
}
