import { plainRequest, type Reading, ReadingError } from "./plain-request.ts";

/** The first line of a request, or of a list of headers as HTTP/2 tools show it. */
export const REQUEST_LINE: RegExp = /^(?:[A-Z]{3,10} \S.*|:(?:method|authority|path|scheme): ?\S.*)$/;

/**
 * Reads a request as it goes over the wire: request line, headers, an empty line, body. Lines may end with LF alone.
 *
 * @throws {@link ReadingError} when there is no host.
 */
export function readHttp(text: string): Reading {
  const blank = /\r?\n\r?\n/.exec(text);
  const head = blank ? text.slice(0, blank.index) : text;
  const body = blank ? text.slice(blank.index + blank[0].length) : "";
  const lines = head.trimEnd().split(/\r?\n/);
  const pseudo = new Map<string, string>();
  const headers: [string, string][] = [];
  const [, method, target] = /^([A-Z]{3,10}) (.*?)(?: HTTP\/[\d.]+)?$/.exec(lines[0] ?? "") ?? [];
  for (const line of method === undefined ? lines : lines.slice(1)) {
    const [, name, value = ""] = /^(:?[^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const before = headers.at(-1);
    // A line that begins with white space continues the one before.
    if (/^[ \t]/.test(line) && before) before[1] += ` ${line.trim()}`;
    else if (name === undefined)
      throw new ReadingError(`"${line.slice(0, 40)}" is no header: expected a name, a colon and a value`);
    else if (name.startsWith(":")) pseudo.set(name, value);
    else headers.push([name, value]);
  }
  const path = target ?? pseudo.get(":path") ?? "/";
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? pseudo.get(":authority");
  const isWhole = /^[a-z]+:\/\//i.test(path);
  if (host === undefined && !isWhole)
    throw new ReadingError("there is no host header, so it is unknown which host the request is for");
  const request = plainRequest({
    method: method ?? pseudo.get(":method") ?? "GET",
    address: isWhole ? path : `${pseudo.get(":scheme") ?? "https"}://${host ?? ""}${path}`,
    headers,
    body,
  });
  return { kind: "HTTP request", request, notes: [] };
}
