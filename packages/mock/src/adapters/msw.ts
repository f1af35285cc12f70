/**
 * The mock as request handlers of msw.
 *
 * @module @org/sts-mock/msw
 */

import { http, type HttpHandler } from "msw";

import type { StsMock } from "../mock.ts";

/**
 * The mock as msw request handlers, for `setupServer`, `setupWorker` or `getResponse` of msw 2.15 and later, and 3.
 * They catch every host of STS, and those in the mock's option `hosts`, and let all other requests through.
 *
 * @example
 * import { createStsMock } from "@org/sts-mock";
 * import { stsHandlers } from "@org/sts-mock/msw";
 * import { setupServer } from "msw/node";
 *
 * const server = setupServer(...stsHandlers(createStsMock()));
 */
export function stsHandlers(mock: StsMock): HttpHandler[] {
  return [
    // A predicate, because no path pattern matches the global host, the regional ones and those of China alike.
    http.all(
      ({ request }) => mock.servesHost(new URL(request.url).hostname),
      ({ request }) => respondTo(request, mock),
    ),
  ];
}

async function respondTo(request: Request, mock: StsMock): Promise<Response> {
  try {
    return await mock.handle(request);
  } catch (error) {
    // A client gave up on a stalled response, as a test planned it; msw would report an unhandled exception.
    if (request.signal.aborted) return Response.error();
    throw error;
  }
}
