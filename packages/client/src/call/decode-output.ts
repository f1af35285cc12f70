import { STSServiceException } from "@org/sts-protocol/declarations";

import { loadFailureTools } from "../errors/load-failure-tools.ts";
import { redactError, redactIds } from "../errors/redact-error.ts";
import type { ReceivedResponse } from "../transport/exchange.ts";
import type { HandledRequest } from "../transport/request-handler.ts";
import type { CallContext } from "./call-context.ts";
import { computedProperty } from "./computed-property.ts";
import type { Handler, HandlerArguments, HandlerOutput } from "./middleware-stack.ts";

/** Decodes the response that the next step gives. The raw response is attached to the output or the error as a hidden property. */
export async function decodeOutput(
  next: Handler<object, object>,
  args: HandlerArguments<object>,
  { operation, configuration }: CallContext,
): Promise<HandlerOutput<object>> {
  const { response } = await next(args);
  const { input } = args;
  const { hostname, headers } = args.request as HandledRequest; // the serializer has put it in
  // Computed, because `inspect` shows hidden values on request, and the body may hold secrets.
  const attach = <T>(target: T): T => defineResponse(target, () => response);
  try {
    const { parseXml, outputValidation } = configuration;
    const decoded = configuration.decodeResponse(
      operation,
      response as ReceivedResponse, // `exchange` has made it
      { parseXml, host: hostname, outputValidation },
    );
    const output = "then" in decoded ? await decoded : decoded;
    redactIds(output.$metadata, { members: operation.input, input, headers });
    return { response, output: attach(output) };
  } catch (error) {
    // Without the tools, the service's words are shown unchanged except for exact echoes of secrets.
    const tools = await loadFailureTools();
    if (error instanceof Error)
      redactError(error, { members: operation.input, input, headers }, tools?.redactText);
    if (tools && error instanceof STSServiceException) {
      const hint = tools.hintFor(error, {
        operation: operation.name,
        globalEndpoint: operation.globalEndpoint,
        host: hostname,
        input,
        headers,
        clockOffsetMs: configuration.systemClockOffset,
      });
      if (hint !== undefined) error.hint = hint;
    }
    throw attach(error);
  }
}

const defineResponse = /* @__PURE__ */ computedProperty<"$response", unknown>("$response", false);
