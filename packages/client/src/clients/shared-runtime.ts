import { createId } from "#create-id";
import { loadDefaultCredentials } from "#load-default-credentials";

import type { ClientRuntime } from "../config/client-runtime.ts";
import { createHandler } from "../transport/create-handler.ts";

/** What every entry point provides to its client by default, besides a signer and a decoder. */
export const SHARED_RUNTIME: Pick<ClientRuntime, "createHandler" | "createId" | "loadDefaultCredentials"> = {
  createHandler,
  createId,
  loadDefaultCredentials,
};
