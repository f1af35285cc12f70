import { BaseClient } from "./base-client.ts";
import type { STSClientConfig } from "./config/config.ts";

/** `STSClient` of `@org/sts-client` on the runtime's own WebCrypto: smaller, for every runtime that has `crypto.subtle`. */
export class STSClient extends BaseClient {
  /** @param config - every value is optional */
  constructor(config: STSClientConfig = {}) {
    super(config, async () => (await import("./signing/webcrypto-signer.ts")).createRequestSigner);
  }
}
