// The default entry point: SHA-256 by `@aws-crypto/sha256-universal`, requests by `fetch`.
export { STSClient } from "../clients/client.ts";
export { STS } from "../clients/sts.ts";
export * from "./common.ts";
