export { createNodeHandler, type NodeHandlerOptions } from "./node-handler.ts";
