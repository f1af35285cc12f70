import type { Members } from "@org/sts-protocol";

import { STSClientError } from "../errors/client-error.ts";
import { sentSecrets } from "../errors/sent-secrets.ts";
import { withoutSecrets } from "../errors/without-secrets.ts";
import { networkError } from "./network-error.ts";
import type { HandledRequest } from "./request-handler.ts";

/** What is known about a call that could not be sent. */
interface SendFailureContext {
  /** The input's table. */
  readonly members: Members;
  /** The operation's name. */
  readonly operation: string;
  /** Start of the message of a network error; absent when the handler also throws other errors. */
  readonly what: string | undefined;
}

/**
 * The call's error when its request handler threw: an error about a header that cannot be sent, a network error,
 * or what the handler threw, unchanged.
 */
export function explainSendFailure(
  thrown: unknown,
  request: HandledRequest,
  { operation, members, what }: SendFailureContext,
): unknown {
  const invalidHeader = findInvalidHeader(request.headers, thrown);
  if (invalidHeader !== undefined) {
    return new STSClientError(
      "ERR_CONFIG",
      `${invalidHeader}: the value has a line break or another character that no header can hold; it is not shown, because it may be secret. Check where the credentials come from`,
    );
  }
  if (what === undefined) return thrown instanceof STSClientError ? withOperation(thrown, operation) : thrown;
  // The user's HTTP library may attach the whole request to what it throws.
  return networkError(what, withoutSecrets(thrown, sentSecrets(request, members)));
}

/** A handler knows the host but not the operation, with which every message of a call begins. */
export function withOperation(error: STSClientError, operation: string): STSClientError {
  const { message, stack = "" } = error;
  if (!message.startsWith(operation)) {
    error.message = `${operation}: ${message}`;
    error.stack = stack.replace(message, () => error.message);
  }
  return error;
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
