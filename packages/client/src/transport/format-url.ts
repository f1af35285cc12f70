import type { HandledRequest } from "./request-handler.ts";

/** The URL of a request. */
export function formatUrl({ protocol, hostname, port, path, query }: HandledRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((item) => [name, item]),
  );
  const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString().replaceAll("+", "%20")}`;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search}`;
}
