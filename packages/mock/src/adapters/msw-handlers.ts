import type { http, HttpHandler } from "msw";

import type { StsMock } from "../mock.ts";

/**
 * Creates the mock's handlers with the `http` of a copy of msw. The caller chooses the copy: if a project has msw both
 * as ES modules and as CommonJS, the handlers should come from the copy that the server uses.
 */
export function handlersOf({ all }: Pick<typeof http, "all">, mock: StsMock): HttpHandler[] {
  return [
    // A predicate, because no path pattern matches the global host, the regional ones and those in China.
    all(
      ({ request }) => mock.servesHost(new URL(request.url).hostname),
      ({ request }) => respondTo(request, mock),
    ),
  ];
}

async function respondTo(request: Request, mock: StsMock): Promise<Response> {
  try {
    return await mock.handle(request);
  } catch (error) {
    // A client gave up on a stalled response, as a test planned; msw would report an unhandled exception.
    if (request.signal.aborted) return Response.error();
    throw error;
  }
}
