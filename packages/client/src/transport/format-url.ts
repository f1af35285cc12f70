import type { HandledRequest } from "./request-handler.ts";

/** The URL of a request. */
export function formatUrl(request: HandledRequest): string {
  return formatOrigin(request) + formatPath(request);
}

/** Where a request's URL begins: scheme, host and port. */
export function formatOrigin({ protocol, hostname, port }: HandledRequest): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
}

/** The rest of a request's URL: path and query. */
export function formatPath({ path, query }: HandledRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((item) => [name, item]),
  );
  return pairs.length === 0
    ? path
    : `${path}?${new URLSearchParams(pairs).toString().replaceAll("+", "%20")}`;
}
