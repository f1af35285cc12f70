import { STSClientError } from "../errors/client-error.ts";
import { withoutSecrets } from "../errors/without-secrets.ts";
import { networkError } from "./network-error.ts";
import type { HandledRequest } from "./request-handler.ts";

/**
 * The call's error when its request handler threw: an error about a header that cannot be sent, a network error,
 * or what the handler threw, unchanged.
 *
 * @param what - start of the message of a network error; absent when the handler also throws other errors
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
      `${invalidHeader}: the value has a line break or another character that no header can hold; it is not shown, because it may be secret. Check where the credentials come from`,
    );
  }
  return what === undefined ? thrown : networkError(what, withoutSecrets(thrown, secretsOf(request)));
}

// The user's HTTP library may attach the whole request to what it throws.
function secretsOf({ headers, body }: HandledRequest): string[] {
  const { authorization = "", "x-amz-security-token": token = "" } = headers;
  return [authorization, token, ...(typeof body === "string" ? [body] : [])];
}

/** Some runtimes quote the whole value of a header that they refuse, and the session token is one. */
function findInvalidHeader(headers: HandledRequest["headers"], thrown: unknown): string | undefined {
  // `fetch` trims white space at the ends, Node.js does not.
  const isExact = Object(thrown).code === "ERR_INVALID_CHAR";
  return Object.keys(headers).find((name) => {
    const value = headers[name] ?? "";
    return /[^\t\x20-\x7e\x80-\xff]/.test(isExact ? value : value.trim());
  });
}
