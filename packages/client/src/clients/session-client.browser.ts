import type { STSClientConfig } from "../config/config.ts";
import type { BaseClient } from "./base-client.ts";
import { STSClient } from "./client.ts";

export { createFetchHandler } from "../transport/fetch-handler.ts";

/** Creates the client of a provider: that of the default entry point, which works in pages without WebCrypto too. */
export function createSessionClient(config: STSClientConfig): BaseClient {
  return new STSClient(config);
}
