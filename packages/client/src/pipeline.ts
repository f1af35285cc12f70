import { decodeResponse, encodeRequest, loadXmlParser, type Operation } from "@org/sts-protocol";

import type { CallContext } from "./call-context.ts";
import { STSClientError } from "./client-error.ts";
import { learnClockOffset } from "./clock-skew.ts";
import { withDeadline } from "./deadline.ts";
import { readVariable } from "./environment.ts";
import { logCall } from "./logging.ts";
import type {
  AbsoluteOptions,
  Handler,
  HandlerArguments,
  Middleware,
  MiddlewareStack,
  RelativeOptions,
} from "./middleware-stack.ts";
import { retryAttempts } from "./retry-attempts.ts";
import { type HandledRequest, type HandledResponse, readBody } from "./transmit.ts";
import { formatUserAgent } from "./user-agent.ts";

/** One of the client's own steps: middleware that needs the call's context. */
export type PipelineStep = (next: Handler<object, object>, context: CallContext) => Handler<object, object>;

/**
 * Adds the steps of a call to a stack. The list is in running order and uses the AWS SDK's names, so middleware that is
 * placed around one of them finds it. {@link transmit} stands at the end.
 */
export function addSteps(stack: MiddlewareStack<object, object>): void {
  const steps: [PipelineStep, AbsoluteOptions | RelativeOptions][] = [
    [logCall, { name: "loggerMiddleware", tags: ["LOGGER"], step: "initialize" }],
    [
      locate,
      {
        name: "endpointV2Middleware",
        aliases: ["httpAuthSchemeMiddleware"],
        relation: "before",
        toMiddleware: "serializerMiddleware",
      },
    ],
    [serialize, { name: "serializerMiddleware", tags: ["SERIALIZER"], step: "serialize" }],
    [
      before(setContentLength),
      { name: "contentLengthMiddleware", tags: ["SET_CONTENT_LENGTH"], step: "build" },
    ],
    [before(setHost), { name: "hostHeaderMiddleware", tags: ["HOST"], step: "build", priority: "low" }],
    [
      before(setTraceId),
      { name: "recursionDetectionMiddleware", tags: ["RECURSION_DETECTION"], step: "build", priority: "low" },
    ],
    [
      before(setUserAgent),
      { name: "getUserAgentMiddleware", tags: ["USER_AGENT"], step: "build", priority: "low" },
    ],
    [retryAttempts, { name: "retryMiddleware", tags: ["RETRY"], step: "finalizeRequest", priority: "high" }],
    [
      sign,
      {
        name: "httpSigningMiddleware",
        aliases: ["apiKeyMiddleware", "tokenMiddleware", "awsAuthMiddleware"],
        tags: ["HTTP_SIGNING"],
        relation: "after",
        toMiddleware: "retryMiddleware",
      },
    ],
    [deserialize, { name: "deserializerMiddleware", tags: ["DESERIALIZER"], step: "deserialize" }],
  ];
  for (const [step, options] of steps) {
    // A command makes the context, and it makes it a CallContext.
    const middleware = step as Middleware<object, object>;
    if ("relation" in options) stack.addRelativeTo(middleware, options);
    else stack.add(middleware, options);
  }
}

/** The last step: sends one attempt and reads the answer to its end, within the attempt's time limit. */
export function transmit({ configuration, signal, operation }: CallContext): Handler<object, object> {
  const { requestHandler, requestTimeout, maxResponseBytes, parseXml, responseFormat, now } = configuration;
  return async (args) => {
    const request = requestOf(args);
    const host = request.hostname;
    const timeoutError = (): STSClientError =>
      new STSClientError(
        "ERR_TIMEOUT",
        `${operation.name}: ${host} did not answer within ${requestTimeout} ms (requestTimeout)`,
      );
    const sentAt = now();
    const response = await withDeadline(
      { signal, timeoutMs: requestTimeout, timeoutError },
      async (abortSignal) => {
        const answer = requestHandler.handle(request, { abortSignal });
        // The parser loads while the request is in flight; who needs it will see why it could not be loaded.
        if (!parseXml && responseFormat !== "json") loadXmlParser().catch(() => {});
        const { response } = await answer;
        const headers = lowerCaseNames(response.headers);
        if (!(await configuration.disableClockSkewCorrection())) {
          configuration.systemClockOffset = learnClockOffset(
            configuration.systemClockOffset,
            headers,
            sentAt,
            now(),
          );
        }
        return { ...response, headers, body: await readBody(response.body, host, maxResponseBytes) };
      },
    );
    // The deserializer puts the output in.
    return { response, output: {} };
  };
}

function locate(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  return async (args) => {
    context.endpointV2 = await context.configuration.resolveEndpoint();
    return next(args);
  };
}

function serialize(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  return (args) => {
    const { operation, configuration, endpointV2 } = context;
    if (!endpointV2)
      throw new TypeError("serializerMiddleware needs an endpoint: endpointV2Middleware was removed");
    const { protocol, hostname, port, pathname, search } = endpointV2.url;
    const request = encodeRequest(
      operation as Operation<object, object>, // the command's input type is that of its operation
      args.input,
      { protocol, hostname, port: port === "" ? undefined : Number(port), path: pathname },
      configuration,
    );
    request.query = Object.fromEntries(new URLSearchParams(search));
    return next({ ...args, request });
  };
}

function setContentLength({ headers, body = "" }: HandledRequest): void {
  headers["content-length"] ??= String(
    typeof body === "string" ? new TextEncoder().encode(body).length : body.length,
  );
}

function setHost({ headers, hostname, port }: HandledRequest): void {
  headers["host"] ??= port === undefined ? hostname : `${hostname}:${port}`;
}

/** Lets Lambda see when a function ends up calling itself. */
function setTraceId({ headers }: HandledRequest): void {
  const traceId = readVariable("_X_AMZN_TRACE_ID");
  const isSet = Object.keys(headers).some((name) => name.toLowerCase() === "x-amzn-trace-id");
  if (traceId && readVariable("AWS_LAMBDA_FUNCTION_NAME") && !isSet) headers["X-Amzn-Trace-Id"] = traceId;
}

async function setUserAgent({ headers }: HandledRequest, context: CallContext): Promise<void> {
  const { configuration, operation } = context;
  const { retryMode, isCustomEndpoint, userAgentAppId, customUserAgent, credentials } = configuration;
  const identity = operation.auth === "none" ? undefined : await credentials();
  const features = [
    (await retryMode()) === "adaptive" ? "F" : "E",
    ...((await isCustomEndpoint()) ? ["N"] : []),
    ...(identity?.accountId ? ["T"] : []),
    ...Object.values(identity && "$source" in identity ? (identity.$source as Record<string, string>) : {}),
  ];
  const custom = [...customUserAgent, ...(context.userAgent ?? [])];
  const { full, short } = formatUserAgent({ custom, appId: await userAgentAppId(), features });
  headers["user-agent"] = full;
  headers["x-amz-user-agent"] = short;
}

function sign(
  next: Handler<object, object>,
  { operation, configuration, endpointV2 }: CallContext,
): Handler<object, object> {
  return async (args) => {
    if (operation.auth === "none") return next(args);
    const signer = await configuration.signer();
    const signingRegion =
      configuration.signingRegion ??
      endpointV2?.properties?.authSchemes?.[0]?.signingRegion ??
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

function deserialize(
  next: Handler<object, object>,
  { operation, configuration }: CallContext,
): Handler<object, object> {
  return async (args) => {
    const { response } = await next(args);
    const attach = <T>(target: T): T =>
      Object.defineProperty(target, "$response", { value: response, configurable: true });
    try {
      const output = await decodeResponse(
        operation as Operation<object, object>, // the command's output type is that of its operation
        response as HandledResponse & { body: string }, // transmit has read the body
        { parseXml: configuration.parseXml, host: requestOf(args).hostname },
      );
      return { response, output: attach(output) };
    } catch (error) {
      throw attach(error);
    }
  };
}

function before(work: (request: HandledRequest, context: CallContext) => void | Promise<void>): PipelineStep {
  return (next, context) => async (args) => {
    await work(requestOf(args), context);
    return next(args);
  };
}

function requestOf({ request }: HandlerArguments<object>): HandledRequest {
  return request as HandledRequest; // the serializer has put it in
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
