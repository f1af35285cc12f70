/**
 * STS for every runtime: SHA-256 by `@aws-crypto/sha256-universal`, requests by `fetch`. Begin with {@link STSClient}
 * or {@link STS}.
 *
 * @module @org/sts-client
 */

export { STSClient } from "../clients/client.ts";
export { STS } from "../clients/sts.ts";
export * from "./common.ts";
