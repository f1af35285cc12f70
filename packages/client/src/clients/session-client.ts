// What a provider loads when it needs a client of its own: one chunk.
export { createFetchHandler } from "../transport/fetch-handler.ts";
export { STSClient } from "./client.ts";
