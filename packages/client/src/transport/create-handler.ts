import { createAgentHandler } from "#agent-handler";

import { STSClientError } from "../errors/client-error.ts";
import { createFetchHandler } from "./fetch-handler.ts";
import type { HandlerParameters, RequestHandler } from "./request-handler.ts";

/**
 * Creates the handler for a client without one: on `fetch`, unless the options in its place are about connections,
 * which `fetch` does not support.
 *
 * @param send - the `fetch` to send with
 * @throws {@link STSClientError} `ERR_CONFIG` when agents are combined with a `fetch`, or used where there is no Node.js.
 */
export function createHandler(
  send: typeof fetch | undefined,
  parameters: HandlerParameters = {},
): RequestHandler {
  const { httpAgent, httpsAgent, socketTimeout, connectionTimeout } = parameters;
  const hasAgent = httpAgent !== undefined || httpsAgent !== undefined;
  if (send && hasAgent) {
    throw new STSClientError(
      "ERR_CONFIG",
      "requestHandler: httpAgent and httpsAgent are for node:https, and `fetch` was given too: leave one of them out",
    );
  }
  if (!send && (hasAgent || socketTimeout || connectionTimeout)) return createAgentHandler(parameters);
  return createFetchHandler(send);
}
