import { STSServiceException } from "@org/sts-protocol";

import { redactError } from "../errors/redact-error.ts";
import type { ReceivedResponse } from "../transport/exchange.ts";
import type { hintFor } from "../errors/hints.ts";
import type { HandledRequest } from "../transport/request-handler.ts";
import type { CallContext } from "./call-context.ts";
import type { HandlerOutput } from "./middleware-stack.ts";

/** Decodes a response. The response itself hangs, out of sight, on the output or the error. */
export async function decodeOutput(
  response: unknown,
  request: HandledRequest,
  input: object,
  { operation, configuration }: CallContext,
): Promise<HandlerOutput<object>> {
  const attach = <T>(target: T): T =>
    // A getter, because `inspect` shows hidden values on request, and the body may hold secrets.
    Object.defineProperty(target, "$response", { get: () => response, configurable: true });
  try {
    const output = await configuration.decodeResponse(
      operation,
      response as ReceivedResponse, // `exchange` has made it
      {
        parseXml: configuration.parseXml,
        host: request.hostname,
        outputValidation: configuration.outputValidation,
      },
    );
    return { response, output: attach(output) };
  } catch (error) {
    const { headers } = request;
    if (error instanceof Error) redactError(error, { members: operation.input, input, headers });
    if (error instanceof STSServiceException)
      await addHint(error, request, input, { operation, configuration });
    throw attach(error);
  }
}

async function addHint(
  error: STSServiceException,
  { hostname, headers }: HandledRequest,
  input: object,
  { operation, configuration }: Pick<CallContext, "operation" | "configuration">,
): Promise<void> {
  const hint = await loadHint(error, {
    operation: operation.name,
    globalEndpoint: operation.globalEndpoint,
    host: hostname,
    input,
    headers,
    clockOffsetMs: configuration.systemClockOffset,
  });
  if (hint !== undefined) error.hint = hint;
}

// Hints that cannot be loaded never hide the service's own words.
async function loadHint(...parameters: Parameters<typeof hintFor>): Promise<string | undefined> {
  try {
    return (await import("../errors/hints.ts")).hintFor(...parameters);
  } catch {
    return undefined;
  }
}
