import { loadDefaultCredentials } from "#load-default-credentials";

import type { ClientRuntime } from "../config/client-runtime.ts";
import { createHandler } from "../transport/create-handler.ts";

/** What every entry point binds its client to, unless it says otherwise, beside a signer and a decoder. */
export const SHARED_RUNTIME: Pick<ClientRuntime, "createHandler" | "loadDefaultCredentials"> = {
  createHandler,
  loadDefaultCredentials,
};
