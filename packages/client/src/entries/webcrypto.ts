// The entry point on the runtime's own WebCrypto: the smallest, and without anybody else's code.
export { STSClient } from "../clients/client-webcrypto.ts";
export { STS } from "../clients/sts-webcrypto.ts";
export * from "./common.ts";
