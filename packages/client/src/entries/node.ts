export { createNodeHandler, type NodeHandlerOptions } from "../transport/node-handler.ts";
export { selectProxy, type Environment } from "../transport/select-proxy.ts";
