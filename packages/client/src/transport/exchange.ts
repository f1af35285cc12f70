import type { CallContext } from "../call/call-context.ts";
import { defineAbortSignal } from "../call/deadline.ts";
import { STSClientError } from "../errors/client-error.ts";
import { loadFailureTools } from "../errors/load-failure-tools.ts";
import { learnClockOffset } from "../retry/clock-skew.ts";
import { attemptSenders } from "./attempt-sender.ts";
import { readBody } from "./read-body.ts";
import type { HandledRequest, HandledResponse, HandlerResult } from "./request-handler.ts";

/** What {@link exchange} resolves to. */
interface Exchanged {
  readonly response: ReceivedResponse;
  /** Empty: the deserializer adds it. */
  readonly output: object;
}

/** A response whose body has been read. */
export interface ReceivedResponse extends HandledResponse {
  /** The whole body. */
  body: string;
}

/** Sends one attempt, reads the response to its end and learns the service's clock. */
export function exchange(request: HandledRequest, context: CallContext): Promise<Exchanged> {
  const { deadline, operation, requestTimeout, configuration } = context;
  const timeoutError = (): STSClientError =>
    new STSClientError(
      "ERR_TIMEOUT",
      `${operation.name}: ${request.hostname} did not respond within ${requestTimeout} ms (requestTimeout)`,
    );
  const limits = { timeoutMs: requestTimeout, timeoutError };
  return deadline.attempt(limits, async function sendAndReceive(attempt) {
    deadline.throwIfStopped();
    const sentAt = configuration.now();
    let result: HandlerResult | undefined;
    const { requestHandler } = configuration;
    const freshConnection = context.hasOneTimeValue === true;
    try {
      // oxlint-disable-next-line typescript/unbound-method -- a key
      const send = attemptSenders.get(requestHandler.handle);
      result = await (send
        ? send(request, { attempt, freshConnection })
        : requestHandler.handle(
            request,
            defineAbortSignal(freshConnection ? { freshConnection } : {}, () => attempt.signal),
          ));
    } catch (thrown) {
      await explainFailure(thrown, request, context);
    }
    const { response, readText } = result ?? {};
    if (!response) throw new TypeError(`${operation.name}: the request handler gave no response`);
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
    const body = readBody(response.body, {
      headers,
      readText,
      maxBytes: configuration.maxResponseBytes,
      what: `${operation.name}: the response of ${request.hostname}`,
      secretsOf: ({ sentSecrets }) => sentSecrets(request, operation.input),
    });
    return {
      response: { ...response, headers, body: typeof body === "string" ? body : await body },
      output: {},
    };
  });
}

/** Throws what was thrown while sending, or what it means. */
async function explainFailure(
  thrown: unknown,
  request: HandledRequest,
  { configuration: { requestHandler }, operation }: CallContext,
): Promise<void> {
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
