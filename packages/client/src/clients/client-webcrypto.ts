import { decodeResponseText } from "@org/sts-protocol/messages";

import { BaseClient } from "./base-client.ts";
import type { ClientRuntime } from "../config/client-runtime.ts";
import type { STSClientConfig } from "../config/config.ts";
import { createRequestSigner } from "../signing/webcrypto-signer.ts";
import { SHARED_RUNTIME } from "./shared-runtime.ts";

/** `STSClient` of `@org/sts-client` on the runtime's WebCrypto: smaller, for every runtime that has `crypto.subtle`. */
export class STSClient extends BaseClient {
  /** @param config - every value is optional */
  constructor(config: STSClientConfig = {}) {
    super(config, RUNTIME);
  }
}

const RUNTIME: ClientRuntime = {
  ...SHARED_RUNTIME,
  createSigner: createRequestSigner,
  decodeResponse: decodeResponseText,
};
