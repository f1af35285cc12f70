import {
  context as activeContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from "@opentelemetry/api";

import type { WithMetadata } from "../commands/command.ts";
import type { ClientMetadata } from "../errors/client-error.ts";
import { VERSION } from "../version.ts";
import type { CallContext } from "./call-context.ts";
import type { HandlerExecutionContext, Pluggable } from "./middleware-stack.ts";

/** Options of {@link tracing}. */
export interface TracingOptions {
  /** Creates the tracer. Default: the global provider at the time of each call. */
  readonly tracerProvider?: TracerProvider | undefined;
}

/**
 * Creates a plugin that records a span for each call, like OpenTelemetry's instrumentation for AWS SDK clients:
 * `STS.GetCallerIdentity`, with `rpc.*`, region, request id and HTTP status. Anything recorded during the call, such as a request of
 * an instrumented `fetch`, becomes a child span. Inputs and outputs are not recorded.
 *
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { tracing } from "@org/sts-client/opentelemetry";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * client.middlewareStack.use(tracing());
 */
export function tracing(options: TracingOptions = {}): Pluggable<object, WithMetadata<object>> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, context) =>
          function traceCall(args) {
            const { operation, settings } = context as HandlerExecutionContext & CallContext; // the client has made it
            const tracer = (options.tracerProvider ?? trace).getTracer("@org/sts-client", VERSION);
            const span = tracer.startSpan(`STS.${operation.name}`, {
              kind: SpanKind.CLIENT,
              attributes: {
                "rpc.system": "aws-api",
                "rpc.service": "STS",
                "rpc.method": operation.name,
                ...(settings.region && { "cloud.region": settings.region }),
              },
            });
            const note = ({ $metadata }: { readonly $metadata?: ClientMetadata }): void => {
              const { requestId, extendedRequestId, httpStatusCode } = $metadata ?? {};
              // The convention's name, and the one that the AWS SDK instrumentation writes.
              if (requestId) span.setAttributes({ "aws.request_id": requestId, "aws.request.id": requestId });
              if (extendedRequestId) span.setAttribute("aws.request.extended_id", extendedRequestId);
              if (httpStatusCode) span.setAttribute("http.response.status_code", httpStatusCode);
            };
            const run = async (): ReturnType<typeof next> => {
              try {
                const result = await next(args);
                note(result.output);
                return result;
              } catch (error) {
                note(Object(error));
                const exception = error instanceof Error ? error : String(error);
                const message = typeof exception === "string" ? exception : exception.message;
                span.setStatus({ code: SpanStatusCode.ERROR, message });
                span.recordException(exception);
                throw error;
              } finally {
                span.end();
              }
            };
            return activeContext.with(trace.setSpan(activeContext.active(), span), run);
          },
        { step: "initialize", priority: "high", name: "tracingMiddleware", tags: ["TRACING"] },
      );
    },
  };
}
