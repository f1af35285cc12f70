/**
 * STS on the runtime's WebCrypto: the smallest entry point, without third-party code.
 *
 * @module @org/sts-client/webcrypto
 */

export { STSClient } from "../clients/client-webcrypto.ts";
export { STS } from "../clients/sts-webcrypto.ts";
export * from "./common.ts";
