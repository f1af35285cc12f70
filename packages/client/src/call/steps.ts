import { encodeRequest, type Operation } from "@org/sts-protocol";

import type { CallContext } from "./call-context.ts";
import { STSClientError } from "../errors/client-error.ts";
import { withDeadline } from "./deadline.ts";
import type { Handler, HandlerArguments } from "./middleware-stack.ts";
import { type Attempt, type Outcome, outcomeOf } from "./settle.ts";
import type { HandledRequest, HandledResponse, RequestHandler } from "../transport/fetch-handler.ts";
import { warnOfUnknownOptions } from "../config/unknown-options.ts";
import { formatUserAgent } from "./user-agent.ts";

/** The last step: sends one attempt and reads the answer to its end, within the attempt's time limit. */
export function transmit(context: CallContext): Handler<object, object> {
  const { configuration, signal, operation, requestTimeout } = context;
  return async (args) => {
    const request = requestOf(args);
    const timeoutError = (): STSClientError =>
      new STSClientError(
        "ERR_TIMEOUT",
        `${operation.name}: ${request.hostname} did not answer within ${requestTimeout} ms (requestTimeout)`,
      );
    const response = await withDeadline(
      { signal, timeoutMs: requestTimeout, timeoutError },
      async (abortSignal) => {
        const sentAt = configuration.now();
        // An async function, so that what a handler throws at once is an outcome too.
        const handle = async (): ReturnType<RequestHandler["handle"]> =>
          configuration.requestHandler.handle(request, { abortSignal });
        const answer = outcomeOf(handle());
        // Loaded while the request is in flight. Who needs it will see why it could not be loaded.
        const timer = setTimeout(() => configuration.loadDecoder().catch(() => {}), DECODER_DELAY_MS);
        const outcome = await answer;
        clearTimeout(timer);
        holdBody(outcome.result?.response);
        return (await wayBackOf(outcome, context)).receive(outcome, request, configuration, sentAt);
      },
    );
    // The deserializer puts the output in.
    return { response, output: {} };
  };
}

/** Loading the parser keeps a processor busy that has a request to send first: on Node.js, 10 ms during which no connection stands. */
const DECODER_DELAY_MS = 10;

/**
 * Takes the reader of a web stream before anything else is waited for: undici cancels the body that nobody reads once its
 * `Response` has been collected, and a handler gives only the body.
 */
function holdBody(response: HandledResponse | undefined): void {
  const { body } = response ?? {};
  if (response && body instanceof ReadableStream && !body.locked) response.body = body.getReader();
}

/** Without a network the way back may not be there either; the failure itself says more than that. */
async function wayBackOf(
  { error }: Outcome<unknown>,
  { configuration }: CallContext,
): ReturnType<CallContext["configuration"]["loadWayBack"]> {
  return configuration.loadWayBack().catch((cause: unknown) => {
    throw error ?? cause;
  });
}

/** Logs the call when it is over. */
export function logCall(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const startedAt = context.configuration.now();
  warnOfUnknownOptions(context.configuration);
  if (!context.configuration.hasLogger) return next;
  return async (args) => {
    const outcome = await outcomeOf(next(args));
    return (await wayBackOf(outcome, context)).logCall(outcome, args.input, context, startedAt);
  };
}

/** Finds out where the request goes. */
export function locate(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  return async (args) => {
    context.endpointV2 = await context.configuration.resolveEndpoint(
      context.operation.globalEndpoint === false,
    );
    return next(args);
  };
}

/** Makes the request of the input. */
export function serialize(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  return (args) => {
    const { operation, configuration, endpointV2 } = context;
    if (!endpointV2) throw new TypeError("serializerMiddleware needs endpointV2Middleware");
    const { protocol, hostname, port, pathname, search } = endpointV2.url;
    const request = encodeRequest(
      operation as Operation<object, object>, // the command's input type is that of its operation
      args.input,
      { protocol, hostname, port: port ? Number(port) : undefined, path: pathname },
      configuration,
    );
    // Middleware may yet change where the request goes; `setHost` comes after it.
    delete request.headers["host"];
    if (search) request.query = Object.fromEntries(new URLSearchParams(search));
    return next({ ...args, request });
  };
}

/** Adds `content-length`, which STS insists on. */
export function setContentLength(next: Handler<object, object>): Handler<object, object> {
  return before(next, ({ headers, body = "" }) => {
    // What is no ASCII is percent-encoded, unless a middleware has put something else there.
    const isCounted = typeof body !== "string" || !/[^\0-\x7f]/.test(body);
    const { length } = isCounted ? body : new TextEncoder().encode(body);
    headers["content-length"] ??= `${length}`;
  });
}

/** Adds `host`, unless it is there. */
export function setHost(next: Handler<object, object>): Handler<object, object> {
  return before(next, ({ headers, hostname, port }) => {
    headers["host"] ??= port === undefined ? hostname : `${hostname}:${port}`;
  });
}

/** Lets Lambda see when a function ends up calling itself. */
export function setTraceId(
  next: Handler<object, object>,
  { configuration }: CallContext,
): Handler<object, object> {
  return before(next, async ({ headers }) => (await configuration.environment())?.setTraceId(headers));
}

/** Says who sends the request, and with which features. */
export function setUserAgent(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { configuration, operation } = context;
  return before(next, async ({ headers }) => {
    const identity = operation.auth === "none" ? {} : await configuration.credentials();
    const features = [
      (await configuration.retryMode()) === "adaptive" ? "F" : "E",
      (await configuration.isCustomEndpoint()) && "N",
      "accountId" in identity && "T",
      // Where the credentials come from, as AWS's providers and ours note it.
      ...Object.values("$source" in identity ? Object(identity.$source) : {}),
    ].filter(Boolean);
    const { full, short } = formatUserAgent({
      custom: [...configuration.customUserAgent, ...(context.userAgent ?? [])],
      appId: await configuration.userAgentAppId(),
      execution: (await configuration.environment())?.executionEnvironment,
      features: features.join(),
    });
    headers["user-agent"] = full;
    headers["x-amz-user-agent"] = short;
  });
}

/** Sends the request, and again after a failure that may pass. */
export function retry(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { configuration } = context;
  return async (args) => {
    const { headers } = requestOf(args);
    // Absent in a browser page that was not loaded over https.
    headers["amz-sdk-invocation-id"] = globalThis.crypto?.randomUUID?.() ?? `${configuration.now()}`;
    const maxAttempts = await configuration.maxAttempts();
    // Read later, but a setting that makes no sense must not come to light when a one-time code is spent.
    await configuration.disableClockSkewCorrection();
    const isStandard = await configuration.hasStandardRetries();
    const token = isStandard
      ? undefined
      : await (await configuration.retryStrategy()).acquireInitialRetryToken("", context.signal);
    const send = async (attempt: number): Promise<Attempt> => {
      context.signal.throwIfAborted();
      headers["amz-sdk-request"] = `attempt=${attempt}; max=${maxAttempts}${timeToLive(context)}`;
      const sent = { startedAt: configuration.now(), clockOffset: configuration.systemClockOffset };
      return { ...sent, ...(await outcomeOf(next(args))) };
    };
    const first = await send(1);
    return (await wayBackOf(first, context)).finishAttempts(first, send, token, args.input, context);
  };
}

/** Until when the answer is waited for, by the service's clock: known once that differs from ours, as in Go's client. */
function timeToLive({ deadline, configuration: { systemClockOffset } }: CallContext): string {
  return deadline < Infinity && systemClockOffset !== 0
    ? `; ttl=${new Date(deadline + systemClockOffset).toISOString().replace(/[-:]|\.\d+/g, "")}`
    : "";
}

/** Signs each attempt anew, as late as possible. */
export function sign(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { operation, configuration } = context;
  return async (args) => {
    if (operation.auth === "none") return next(args);
    const signer = await configuration.signer();
    const signingRegion =
      configuration.signingRegion ??
      context.endpointV2?.properties?.authSchemes?.[0]?.signingRegion ??
      (await configuration.region());
    const credentials = await configuration.credentials();
    const signingDate = new Date(configuration.now() + configuration.systemClockOffset);
    const request = await signer.sign(requestOf(args), {
      signingDate,
      signingRegion,
      signingService: "sts",
      credentials,
    });
    return next({ ...args, request });
  };
}

/** Makes the output of the answer. */
export function deserialize(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { operation, configuration } = context;
  return async (args) => {
    const { response } = await next(args);
    const call = { request: requestOf(args), input: args.input, operation, configuration };
    return (await configuration.loadWayBack()).decode(response, call);
  };
}

function before(
  next: Handler<object, object>,
  work: (request: HandledRequest) => void | Promise<void>,
): Handler<object, object> {
  return async (args) => {
    const done = work(requestOf(args));
    if (done) await done;
    return next(args);
  };
}

function requestOf({ request }: HandlerArguments<object>): HandledRequest {
  return request as HandledRequest; // the serializer has put it in
}
