import { STSClientError } from "../errors/client-error.ts";
import { createFetchHandler } from "./fetch-handler.ts";
import type { HandlerParameters, RequestHandler } from "./request-handler.ts";

/** Without `node:https`, only the connection timeout can be ignored: `fetch` has its own. */
export function createAgentHandler(parameters: HandlerParameters): RequestHandler {
  const name = (["httpsAgent", "httpAgent", "socketTimeout"] as const).find(
    (option) => parameters[option] !== undefined,
  );
  if (name !== undefined) {
    throw new STSClientError(
      "ERR_CONFIG",
      `requestHandler: ${name} needs Node.js, and this bundle is made for another runtime: leave it out, or pass a handler`,
    );
  }
  return createFetchHandler();
}
