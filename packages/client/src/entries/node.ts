/**
 * STS on `node:crypto` and `node:https`: the fastest on Node.js, with proxy support.
 *
 * @module @org/sts-client/node
 */

export { STSClient } from "../clients/client-node.ts";
export { STS } from "../clients/sts-node.ts";
export * from "./common.ts";

export { createNodeHandler, type NodeHandlerOptions } from "../transport/node-handler.ts";
export { selectProxy, type ProxyVariables } from "../transport/select-proxy.ts";
