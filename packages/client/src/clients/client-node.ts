import { decodeResponseText } from "@org/sts-protocol/messages";

import type { ClientRuntime } from "../config/client-runtime.ts";
import type { STSClientConfig } from "../config/config.ts";
import { createRequestSigner } from "../signing/node-signer.ts";
import { createHandler } from "../transport/create-handler.ts";
import { createNodeHandler } from "../transport/node-handler.ts";
import { BaseClient } from "./base-client.ts";
import { SHARED_RUNTIME } from "./shared-runtime.ts";

/**
 * `STSClient` of `@org/sts-client` on node:crypto and node:https: the fastest on Node.js. With the option `fetch` it
 * sends requests with that function instead.
 *
 * @example
 * import { GetSessionTokenCommand, STSClient } from "@org/sts-client/node";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials } = await client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
 */
export class STSClient extends BaseClient {
  /** @param config - every value is optional */
  constructor(config: STSClientConfig = {}) {
    super(config, RUNTIME);
  }
}

const RUNTIME: ClientRuntime = {
  ...SHARED_RUNTIME,
  createSigner: createRequestSigner,
  createHandler: (send, parameters, caBundle) =>
    send ? createHandler(send, parameters) : createNodeHandler({ ...parameters, caBundle }),
  decodeResponse: decodeResponseText,
};
