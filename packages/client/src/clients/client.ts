import { decodeHttpResponse } from "@org/sts-protocol/messages";

import { BaseClient } from "./base-client.ts";
import type { ClientRuntime } from "../config/client-runtime.ts";
import type { STSClientConfig } from "../config/config.ts";
import { createRequestSigner } from "../signing/default-signer.ts";
import { SHARED_RUNTIME } from "./shared-runtime.ts";

/**
 * An AWS Security Token Service client, call-compatible with the one of `@aws-sdk/client-sts`.
 *
 * @example
 * import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials } = await client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html STS API reference}
 */
export class STSClient extends BaseClient {
  /** @param config - every value is optional; see {@link STSClientConfig} for where the defaults come from */
  constructor(config: STSClientConfig = {}) {
    super(config, RUNTIME);
  }
}

const RUNTIME: ClientRuntime = {
  ...SHARED_RUNTIME,
  createSigner: createRequestSigner,
  decodeResponse: decodeHttpResponse,
};
