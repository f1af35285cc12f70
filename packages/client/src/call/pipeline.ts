import type { CallContext } from "./call-context.ts";
import type {
  AbsoluteOptions,
  Handler,
  Middleware,
  MiddlewareStack,
  RelativeOptions,
} from "./middleware-stack.ts";

/** One of the client's own steps: middleware that needs the call's context. */
export type PipelineStep = (next: Handler<object, object>, context: CallContext) => Handler<object, object>;

/**
 * Adds the steps of a call to a stack. The list is in running order and uses the AWS SDK's names, so middleware that is
 * placed around one of them finds it. `transmit` stands at the end.
 *
 * What the steps do is in `steps.ts`, which is loaded at the first call: a program that holds a client and does not need it yet pays for little.
 */
export function addSteps<Output extends object>(stack: MiddlewareStack<object, Output>): void {
  const steps: [StepName, AbsoluteOptions | RelativeOptions][] = [
    ["logCall", { name: "loggerMiddleware", tags: ["LOGGER"], step: "initialize" }],
    [
      "locate",
      {
        name: "endpointV2Middleware",
        aliases: ["httpAuthSchemeMiddleware"],
        relation: "before",
        toMiddleware: "serializerMiddleware",
      },
    ],
    ["serialize", { name: "serializerMiddleware", tags: ["SERIALIZER"], step: "serialize" }],
    ["setContentLength", { name: "contentLengthMiddleware", tags: ["SET_CONTENT_LENGTH"], step: "build" }],
    ["setHost", { name: "hostHeaderMiddleware", tags: ["HOST"], step: "build", priority: "low" }],
    [
      "setTraceId",
      { name: "recursionDetectionMiddleware", tags: ["RECURSION_DETECTION"], step: "build", priority: "low" },
    ],
    [
      "setUserAgent",
      { name: "getUserAgentMiddleware", tags: ["USER_AGENT"], step: "build", priority: "low" },
    ],
    ["retry", { name: "retryMiddleware", tags: ["RETRY"], step: "finalizeRequest", priority: "high" }],
    [
      "sign",
      {
        name: "httpSigningMiddleware",
        aliases: ["apiKeyMiddleware", "tokenMiddleware", "awsAuthMiddleware"],
        tags: ["HTTP_SIGNING"],
        relation: "after",
        toMiddleware: "retryMiddleware",
      },
    ],
    ["deserialize", { name: "deserializerMiddleware", tags: ["DESERIALIZER"], step: "deserialize" }],
  ];
  for (const [name, options] of steps) {
    // A command makes the context, a CallContext, and the output is that of its operation.
    const middleware = load(name) as unknown as Middleware<object, Output>;
    if ("relation" in options) stack.addRelativeTo(middleware, options);
    else stack.add(middleware, options);
  }
}

type StepName = Exclude<keyof CallContext["steps"], "transmit">;

function load(name: StepName): PipelineStep {
  return (next, context) => context.steps[name](next, context);
}
