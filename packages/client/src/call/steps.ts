// The steps of a call, in running order. Each connects a function that also works on its own to the middleware stack;
// `pipeline.ts` has their names and places.
import type { HttpRequest, MetadataBearer, Operation } from "@org/sts-protocol";
import { encodeWithoutHost } from "@org/sts-protocol/messages";

import { sendWithRetries } from "../retry/retry-loop.ts";
import { exchange } from "../transport/exchange.ts";
import type { HandledRequest } from "../transport/request-handler.ts";
import { fixedCredentials } from "../config/fixed-credentials.ts";
import { askedBy } from "./asked-by.ts";
import type { CallContext } from "./call-context.ts";
import { decodeOutput } from "./decode-output.ts";
import { logOutcome } from "./log-call.ts";
import type { BuildHandler, BuildHandlerArguments, Handler, HandlerArguments } from "./middleware-stack.ts";
import { formatUserAgent, IS_BROWSER } from "./user-agent.ts";

type Next = Handler<object, object>;

/** Logs the call when it has ended. */
export function logCall(next: Next, context: CallContext): Next {
  return (args) => (context.configuration.givenLogger ? logOutcome(next, args, context) : next(args));
}

/** Finds out where the request goes. */
export function locate(next: Next, context: CallContext): Next {
  return function locateEndpoint(args) {
    context.endpointV2 = context.settings.endpoint;
    return next(args);
  };
}

/** Creates the request from the input. */
export function serialize(next: Next, context: CallContext): Next {
  return function serializeInput(args) {
    try {
      return next(withRequest(args, createRequest(args.input, context)));
    } catch (error) {
      return Promise.reject(error); // as an asynchronous function would, which takes longer
    }
  };
}

function createRequest(input: object, { operation, configuration, endpointV2 }: CallContext): HttpRequest {
  if (!endpointV2) throw new TypeError("serializerMiddleware needs endpointV2Middleware");
  const { protocol, hostname, port, pathname, search } = endpointV2.url;
  const request = encodeWithoutHost(
    operation as Operation<object, object>, // the command's input type is that of its operation
    input,
    { protocol, hostname, port: port ? Number(port) : undefined, path: pathname },
    configuration,
  );
  if (search) request.query = Object.fromEntries(new URLSearchParams(search));
  return request;
}

/** Adds `content-length`, which STS requires. */
export function setContentLength(next: Next): Next {
  return function addContentLength(args) {
    const { headers, body = "" } = requestOf(args);
    // Non-ASCII text is percent-encoded, unless a middleware has set another body.
    const isCounted = typeof body !== "string" || !/[^\0-\x7f]/.test(body);
    const { length } = isCounted ? body : new TextEncoder().encode(body);
    // A body of another kind, such as a stream, is counted by the request handler.
    if (length !== undefined) headers["content-length"] ??= `${length}`;
    return next(args);
  };
}

/** Adds `host`, unless it is there: middleware may have changed where the request goes. */
export function setHost(next: Next): Next {
  return function addHost(args) {
    const { headers, hostname, port } = requestOf(args);
    headers["host"] ??= port === undefined ? hostname : `${hostname}:${port}`;
    return next(args);
  };
}

/** Lets Lambda detect a function that ends up calling itself. */
export function setTraceId(next: Next, context: CallContext): Next {
  return function addTraceId(args) {
    context.settings.environment?.setTraceId(requestOf(args).headers);
    return next(args);
  };
}

/** States who sends the request, and with which features. */
export function setUserAgent(next: Next, context: CallContext): Next {
  return async function addUserAgent(args) {
    const { headers } = requestOf(args);
    const { configuration, settings, operation } = context;
    if (operation.auth !== "none") {
      context.credentials =
        fixedCredentials.get(configuration.credentials) ??
        (await configuration.credentials(askedBy(context)));
    }
    let features = settings.retryStrategy.mode === "adaptive" ? "F" : "E";
    if (settings.isCustomEndpoint) features += ",N";
    if (context.credentials?.accountId !== undefined) features += ",T";
    // Where the credentials come from, as recorded by the AWS SDK's providers and ours.
    for (const feature of Object.values(context.credentials?.$source ?? {})) features += `,${feature}`;
    const { full, short } = formatUserAgent({
      custom: [...configuration.customUserAgent, ...(context.userAgent ?? [])],
      appId: settings.userAgentAppId,
      execution: settings.environment?.executionEnvironment,
      features,
    });
    if (!IS_BROWSER) headers["user-agent"] = full;
    headers["x-amz-user-agent"] = IS_BROWSER ? full : short;
    return await next(args); // a promise that is only returned takes a turn more
  };
}

/** Sends the request, and retries after a failure that may pass. */
export function retry(next: Next, context: CallContext): Next {
  return function sendAndRetry(args) {
    const { retryStrategy } = context.settings;
    const request = requestOf(args);
    return "retry" in retryStrategy
      ? retryStrategy.retry(next as BuildHandler<object, MetadataBearer>, { ...args, request }) // outputs have metadata
      : sendWithRetries(request, () => next(args), args.input, context);
  };
}

/** Signs each attempt separately, as late as possible. */
export function sign(next: Next, context: CallContext): Next {
  return async function signRequest(args) {
    const { configuration, settings } = context;
    const { signer } = settings;
    if (!signer) return next(args);
    const signingRegion =
      configuration.signingRegion ??
      context.endpointV2?.properties?.authSchemes?.[0]?.signingRegion ??
      settings.region;
    // The user agent has already fetched those of the first attempt.
    const credentials = context.credentials ?? (await configuration.credentials(askedBy(context)));
    context.credentials = undefined;
    context.signedWith = credentials;
    if (!credentials?.accessKeyId) await explainCredentials(credentials);
    const request = await signer.sign(requestOf(args), {
      signingDate: new Date(configuration.now() + configuration.systemClockOffset),
      signingRegion,
      signingService: "sts",
      credentials,
    });
    return await next(withRequest(args, request));
  };
}

/** Decodes the response into the output. */
export function deserialize(next: Next, context: CallContext): Next {
  return function deserializeOutput(args) {
    return decodeOutput(next, args, context);
  };
}

/** The last step: sends one attempt and reads the response to its end, within the attempt's time limit. */
export function transmit(context: CallContext): Next {
  return (args) => exchange(requestOf(args), context);
}

async function explainCredentials(credentials: unknown): Promise<void> {
  (await import("../errors/explain-credentials.ts")).explainCredentials(credentials);
}

// Not spread: for each such object, Node.js 20 creates a hidden class that only a full garbage collection frees.
function withRequest(args: HandlerArguments<object>, request: HttpRequest): BuildHandlerArguments<object> {
  return Object.assign({}, args, { request });
}

function requestOf({ request }: HandlerArguments<object>): HandledRequest {
  return request as HandledRequest; // the serializer has put it in
}
