import type { CallContext } from "../call/call-context.ts";
import { STSClientError } from "../errors/client-error.ts";
import { withoutSecrets } from "../errors/without-secrets.ts";
import { learnClockOffset } from "../retry/clock-skew.ts";
import { networkError } from "./network-error.ts";
import { readBody } from "./read-body.ts";
import type { HandledRequest, HandledResponse, HandlerResult } from "./request-handler.ts";

/** A response that has been read. */
export interface ReceivedResponse extends HandledResponse {
  /** The whole body. */
  body: string;
}

/** Sends one attempt, reads the response to its end and learns the service's clock. */
export function exchange(request: HandledRequest, context: CallContext): Promise<ReceivedResponse> {
  const { deadline, operation, requestTimeout, configuration } = context;
  const { hostname } = request;
  const timeoutError = (): STSClientError =>
    new STSClientError(
      "ERR_TIMEOUT",
      `${operation.name}: ${hostname} did not respond within ${requestTimeout} ms (requestTimeout)`,
    );
  return deadline.attempt(requestTimeout, timeoutError, async function sendAndReceive(abortSignal) {
    const sentAt = configuration.now();
    const result = await send(request, abortSignal, context);
    const { response } = result;
    const headers: HandledResponse["headers"] = {};
    for (const name in response.headers) headers[name.toLowerCase()] = response.headers[name] ?? "";
    if (!context.settings.disableClockSkewCorrection) {
      configuration.systemClockOffset = learnClockOffset(
        configuration.systemClockOffset,
        headers,
        sentAt,
        configuration.now(),
      );
    }
    const body = await readBody(response.body, {
      headers,
      readText: result.readText,
      maxBytes: configuration.maxResponseBytes,
      what: `${operation.name}: the response of ${hostname}`,
    });
    return { ...response, headers, body };
  });
}

async function send(
  request: HandledRequest,
  abortSignal: AbortSignal,
  { configuration: { requestHandler }, operation, hasOneTimeValue }: CallContext,
): Promise<HandlerResult> {
  try {
    const result = await requestHandler.handle(request, {
      abortSignal,
      ...(hasOneTimeValue && { freshConnection: true }),
    });
    if (result?.response) return result;
  } catch (error) {
    checkHeaders(request.headers, error);
    if (requestHandler.throwsNetworkErrors) {
      const cause = withoutSecrets(error, secretsOf(request));
      throw networkError(`${operation.name}: could not reach ${request.hostname}`, cause);
    }
    if (error !== undefined) throw error;
  }
  throw new TypeError(`${operation.name}: the request handler gave no response`);
}

// An HTTP library of the user's may hang the whole request on what it throws.
function secretsOf({ headers, body }: HandledRequest): string[] {
  const { authorization = "", "x-amz-security-token": token = "" } = headers;
  return [authorization, token, ...(typeof body === "string" ? [body] : [])];
}

/** Some runtimes quote the whole value of a header they refuse, and the session token is one. */
function checkHeaders(headers: HandledRequest["headers"], reason: unknown): void {
  // `fetch` takes white space at the ends away, Node.js does not.
  const isExact = Object(reason).code === "ERR_INVALID_CHAR";
  for (const [name, value] of Object.entries(headers)) {
    if (!/[^\t\x20-\x7e\x80-\xff]/.test(isExact ? value : value.trim())) continue;
    throw new STSClientError(
      "ERR_CONFIG",
      `${name}: the value has a line break or another character that no header can hold; it is not shown, because it may be secret. Look at where the credentials come from`,
    );
  }
}
