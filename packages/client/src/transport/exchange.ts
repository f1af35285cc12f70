import type { CallContext } from "../call/call-context.ts";
import { STSClientError } from "../errors/client-error.ts";
import { loadFailureTools } from "../errors/load-failure-tools.ts";
import { learnClockOffset } from "../retry/clock-skew.ts";
import { readBody } from "./read-body.ts";
import type { HandledRequest, HandledResponse, HandlerResult } from "./request-handler.ts";

/** A response whose body has been read. */
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
      secretsOf: ({ sentSecrets }) => sentSecrets(request, operation.input),
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
  } catch (thrown) {
    const what = requestHandler.throwsNetworkErrors
      ? `${operation.name}: could not reach ${request.hostname}`
      : undefined;
    const tools = await loadFailureTools();
    // What was thrown may contain secrets, which only the failure tools can redact.
    if (!tools && what) throw new STSClientError("ERR_NETWORK", what);
    const failure = tools
      ? tools.explainSendFailure(thrown, request, {
          operation: operation.name,
          members: operation.input,
          what,
        })
      : thrown;
    if (failure !== undefined) throw failure;
  }
  throw new TypeError(`${operation.name}: the request handler gave no response`);
}
