import type { CallContext } from "./call-context.ts";
import type {
  AbsoluteOptions,
  Handler,
  Middleware,
  MiddlewareStack,
  RelativeOptions,
} from "./middleware-stack.ts";
import {
  deserialize,
  locate,
  logCall,
  retry,
  serialize,
  setContentLength,
  setHost,
  setTraceId,
  setUserAgent,
  sign,
} from "./steps.ts";

/** One of the client's own steps: middleware that needs the call's context. */
export type PipelineStep = (next: Handler<object, object>, context: CallContext) => Handler<object, object>;

/**
 * The steps of a call, in running order, under the AWS SDK's names, so that middleware placed relative to one of them
 * finds it. `transmit` is at the end.
 */
const STEPS: readonly (readonly [PipelineStep, AbsoluteOptions | RelativeOptions])[] = [
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
  [setContentLength, { name: "contentLengthMiddleware", tags: ["SET_CONTENT_LENGTH"], step: "build" }],
  [setHost, { name: "hostHeaderMiddleware", tags: ["HOST"], step: "build", priority: "low" }],
  [
    setTraceId,
    { name: "recursionDetectionMiddleware", tags: ["RECURSION_DETECTION"], step: "build", priority: "low" },
  ],
  [setUserAgent, { name: "getUserAgentMiddleware", tags: ["USER_AGENT"], step: "build", priority: "low" }],
  [retry, { name: "retryMiddleware", tags: ["RETRY"], step: "finalizeRequest", priority: "high" }],
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

/** Adds the steps of a call to a client's stack. */
export function addSteps<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
): void {
  for (const [step, options] of STEPS) {
    // A command creates the context, a CallContext, and the output is that of its operation.
    const middleware = step as unknown as Middleware<Input, Output>;
    if ("relation" in options) stack.addRelativeTo(middleware, { ...options });
    else stack.add(middleware, { ...options });
  }
}
