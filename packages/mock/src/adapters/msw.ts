/**
 * The mock as request handlers of msw.
 *
 * @module @org/sts-mock/msw
 */

import { http, type HttpHandler } from "msw";

import type { StsMock } from "../mock.ts";
import { handlersOf } from "./msw-handlers.ts";

/**
 * The mock as msw request handlers, for `setupServer`, `setupWorker` or `getResponse` of msw 2.15 and later, and 3.
 * They catch every STS host, and those in the mock's option `hosts`, and let all other requests through.
 *
 * @example
 * import { createStsMock } from "@org/sts-mock";
 * import { stsHandlers } from "@org/sts-mock/msw";
 * import { setupServer } from "msw/node";
 *
 * const server = setupServer(...stsHandlers(createStsMock()));
 */
export function stsHandlers(mock: StsMock): HttpHandler[] {
  return handlersOf(http, mock);
}
