export { createNodeHandler, type NodeHandlerOptions } from "./node-handler.ts";
export { selectProxy, type Environment } from "./select-proxy.ts";
