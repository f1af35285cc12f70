import type { MockResponse } from "../mock-response.ts";

/** Responds to a browser's preflight request: every header it asks for is allowed. */
export function preflight(headers: Readonly<Record<string, string>>): MockResponse {
  return {
    statusCode: 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
      "access-control-expose-headers": EXPOSED,
      "access-control-max-age": "172800",
      "content-length": "0",
    },
    body: "",
  };
}

/** Adds the headers that let a page read the response, its request id and its date. */
export function exposeToBrowsers(response: MockResponse): MockResponse {
  response.headers["access-control-allow-origin"] = "*";
  response.headers["access-control-expose-headers"] = EXPOSED;
  return response;
}

const EXPOSED = "x-amzn-RequestId, x-amzn-ErrorType, x-amz-retry-after, Retry-After, Date";
