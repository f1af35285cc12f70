// The one form that every reader of pasted text ends in: the signer's plain request, with path and query as they were written.
import type { HttpRequest } from "@org/sts-signer";

/** A request in which each part is there. */
export interface PlainRequest extends HttpRequest {
  readonly protocol: string;
  readonly query: Record<string, string | string[]>;
  /** By lower-case name. */
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What was recognized in a pasted text. */
export interface Reading {
  /** What it is, such as `curl command`. */
  readonly kind: string;
  readonly request: PlainRequest;
  /** What was left out or filled in, a sentence each. */
  readonly notes: readonly string[];
  /** What the text says about how to sign: options of curl. */
  readonly signing?: SigningHints | undefined;
}

/** Keys and scope that stand beside an unsigned request. */
export interface SigningHints {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly region?: string | undefined;
  readonly service?: string | undefined;
}

/** The text is none of the known forms, or has an error. The message is shown to the reader. */
export class ReadingError extends Error {
  override readonly name = "ReadingError";
}

/** Puts a request together. A header that is given twice keeps both values. */
export function plainRequest(parts: {
  readonly method: string;
  readonly address: string;
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly body?: string;
}): PlainRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of parts.headers ?? []) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]},${value}`;
  }
  return { method: parts.method, ...readAddress(parts.address), headers, body: parts.body ?? "" };
}

type Address = Pick<PlainRequest, "protocol" | "hostname" | "port" | "path" | "query">;

/** Reads an address without correcting it, because what was sent is what was signed: `URL` would resolve dot segments. */
function readAddress(address: string): Address {
  const [, protocol = "https:", authority = "", path = "", search = ""] =
    /^(?:([a-z][a-z\d+.-]*:)\/\/)?([^/?#]*)([^?#]*)\??([^#]*)/i.exec(address) ?? [];
  let host: URL;
  try {
    host = new URL(`https://${authority.replace(/^.*@/, "")}`);
  } catch {
    throw new ReadingError(
      `"${authority}" is no host. An address looks like https://sts.eu-west-1.amazonaws.com/`,
    );
  }
  return {
    protocol: protocol.toLowerCase().replace("wss:", "https:").replace("ws:", "http:"),
    hostname: host.hostname,
    ...(host.port !== "" && { port: Number(host.port) }),
    path: path === "" ? "/" : path,
    query: readQuery(search),
  };
}

/** Reads a query; names that come more than once keep all values. */
export function readQuery(search: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const pair of search.split("&").filter((pair) => pair !== "")) {
    const [name = "", ...rest] = pair.split("=");
    const [key, value] = [decode(name), decode(rest.join("="))];
    query[key] = key in query ? [query[key] ?? "", value].flat() : value;
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
