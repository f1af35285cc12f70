import { loadDefaultCredentials } from "#load-default-credentials";
import { decodeResponseText } from "@org/sts-protocol";

import { BaseClient } from "./base-client.ts";
import type { ClientRuntime } from "../config/client-runtime.ts";
import type { STSClientConfig } from "../config/config.ts";
import { createRequestSigner } from "../signing/webcrypto-signer.ts";
import { createHandler } from "../transport/create-handler.ts";

/** `STSClient` of `@org/sts-client` on the runtime's own WebCrypto: smaller, for every runtime that has `crypto.subtle`. */
export class STSClient extends BaseClient {
  /** @param config - every value is optional */
  constructor(config: STSClientConfig = {}) {
    super(config, RUNTIME);
  }
}

const RUNTIME: ClientRuntime = {
  createSigner: createRequestSigner,
  createHandler,
  decodeResponse: decodeResponseText,
  loadDefaultCredentials,
};
