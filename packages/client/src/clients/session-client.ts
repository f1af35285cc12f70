import { decodeResponseText } from "@org/sts-protocol/messages";

import type { DecodeResponse } from "../config/client-runtime.ts";
import type { STSClientConfig } from "../config/config.ts";
import { createRequestSigner } from "../signing/node-signer.ts";
import { BaseClient } from "./base-client.ts";
import { SHARED_RUNTIME } from "./shared-runtime.ts";

export { createFetchHandler } from "../transport/fetch-handler.ts";

/**
 * Creates the client of a provider on `node:crypto`, without the libraries of the default entry point.
 *
 * @param decodeResponse - as the calling client decodes. Default: without fast-xml-parser.
 */
export function createSessionClient(
  config: STSClientConfig,
  decodeResponse: DecodeResponse = decodeResponseText,
): BaseClient {
  return new BaseClient(config, {
    ...SHARED_RUNTIME,
    createSigner: createRequestSigner,
    decodeResponse,
  });
}
