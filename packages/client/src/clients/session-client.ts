// What a provider loads when it needs its own client: one chunk.
export { createFetchHandler } from "../transport/fetch-handler.ts";
export { STSClient } from "./client.ts";
