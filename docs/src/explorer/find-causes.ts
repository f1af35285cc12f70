// When a signature is wrong: which usual mistake explains it? Each is undone in turn, and the signature checked again.
import { verify, type VerifyOptions } from "@org/sts-signer";

import type { PlainRequest } from "./plain-request.ts";

/** A mistake that explains a wrong signature. */
export interface Cause {
  /** Completes "The signature would match …". */
  readonly text: string;
  /** The line of the canonical request that is off, such as `header host`; absent for the secret key. */
  readonly part?: string;
}

/** What could have been signed instead. */
interface Variant extends Cause {
  readonly request?: PlainRequest;
  readonly options?: Partial<VerifyOptions>;
  readonly secretAccessKey?: string;
}

/** Finds the mistakes that make the signature match when they are undone. */
export async function findCauses(
  request: PlainRequest,
  options: VerifyOptions,
  secretAccessKey: string,
): Promise<Cause[]> {
  const found = new Map<string, Cause>();
  for (const variant of listVariants(request, secretAccessKey)) {
    const secret = variant.secretAccessKey ?? secretAccessKey;
    const result = await verify(variant.request ?? request, {
      ...options,
      ...variant.options,
      findKey: (_, claim) => ({ secretAccessKey: secret, sessionToken: claim.sessionToken }),
    });
    if (result.ok) found.set(variant.text, variant);
  }
  return [...found.values()];
}

function* listVariants(request: PlainRequest, secret: string): Generator<Variant> {
  for (const other of new Set([secret.trim(), decode(secret), secret.replaceAll(" ", "+")])) {
    if (other !== secret)
      yield { text: "if the secret key had no white space and no percent-encoding", secretAccessKey: other };
  }
  for (const method of ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"]) {
    if (method !== request.method)
      yield { text: `if the method were ${method}`, part: "method", request: { ...request, method } };
  }
  yield* listBodies(request);
  yield* listHosts(request);
  yield* listHeaders(request);
  yield* listPaths(request);
  yield* listQueries(request);
}

function* listBodies(request: PlainRequest): Generator<Variant> {
  const { body, headers } = request;
  const unix = body.replaceAll("\r\n", "\n");
  const bodies: [text: string, body: string][] = [
    ["with a line break at the end of the body", `${body}\n`],
    ["without the line break at the end of the body", body.replace(/\r?\n$/, "")],
    ["if the lines of the body ended with CR LF", unix.replaceAll("\n", "\r\n")],
    ["if the lines of the body ended with LF", unix],
    ["without white space around the body", body.trim()],
    ["with an empty body: it was not signed, or it was added later", ""],
  ];
  // A hash that the request declares is compared with the body first, so it must not say another.
  const { "x-amz-content-sha256": declared, ...others } = headers;
  const part = "payload hash";
  for (const [text, changed] of bodies) {
    if (changed === body) continue;
    yield { text, part, request: { ...request, body: changed } };
    if (declared !== undefined) yield { text, part, request: { ...request, body: changed, headers: others } };
  }
  if (declared !== "UNSIGNED-PAYLOAD") {
    const unsigned = { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    yield {
      text: "with x-amz-content-sha256: UNSIGNED-PAYLOAD",
      part,
      request: { ...request, headers: unsigned },
    };
  }
  if (declared !== undefined) {
    const text = "with the hash of this body: x-amz-content-sha256 has a different one";
    yield { text, part, request: { ...request, headers: others } };
  }
}

function* listHosts(request: PlainRequest): Generator<Variant> {
  const { headers, hostname, port, protocol } = request;
  const given = headers["host"] ?? (port === undefined ? hostname : `${hostname}:${port}`);
  const bare = given.replace(/:\d+$/, "");
  const usual = protocol === "http:" ? 80 : 443;
  const forwarded = headers["x-forwarded-host"];
  const hosts = [bare, `${bare}:${port ?? usual}`, hostname, `${hostname}:${usual}`, given.toLowerCase()];
  for (const host of new Set(forwarded === undefined ? hosts : hosts.concat(forwarded))) {
    if (host !== given)
      yield {
        text: `if the host header were “${host}”`,
        part: "header host",
        request: { ...request, headers: { ...headers, host } },
      };
  }
}

/** Headers that say the hash, the date or the signature themselves. */
const NOT_VARIED = /^(?:authorization|host|x-amz-date|x-amz-content-sha256)$/;

function* listHeaders(request: PlainRequest): Generator<Variant> {
  const { headers } = request;
  for (const [name, value] of Object.entries(headers)) {
    if (NOT_VARIED.test(name)) continue;
    const values = [
      value.replace(/\s*;.*$/, ""),
      `${value}; charset=utf-8`,
      `${value};charset=utf-8`,
      `${value};charset=UTF-8`,
      `${value}; charset=UTF-8`,
      value.toLowerCase(),
      value.replace(/^"(.*)"$/, "$1"),
      "",
    ];
    for (const changed of new Set(values)) {
      if (changed !== value)
        yield {
          text:
            changed === "" ? `if the ${name} header were empty` : `if the ${name} header were “${changed}”`,
          part: `header ${name}`,
          request: { ...request, headers: { ...headers, [name]: changed } },
        };
    }
  }
}

function* listPaths(request: PlainRequest): Generator<Variant> {
  const { path } = request;
  const part = "path";
  yield {
    text: "if the path were encoded once, as S3 does it",
    part,
    options: { uriEscapePath: false, normalizePath: false },
  };
  yield {
    text: "if the path were encoded twice, as services other than S3 do it",
    part,
    options: { uriEscapePath: true, normalizePath: true },
  };
  yield {
    text: "if the path kept its dot segments and double slashes",
    part,
    options: { uriEscapePath: true, normalizePath: false },
  };
  const paths = ["/", path.endsWith("/") ? path.slice(0, -1) || "/" : `${path}/`, path.toLowerCase()];
  for (const changed of new Set(paths)) {
    if (changed !== path)
      yield { text: `if the path were ${changed}`, part, request: { ...request, path: changed } };
  }
}

function* listQueries(request: PlainRequest): Generator<Variant> {
  const { query } = request;
  const part = "query";
  const withPlus = Object.entries(query).map(([name, values]) => {
    const changed = [values].flat().map((value) => value.replaceAll(" ", "+"));
    return [name, changed] as const;
  });
  yield {
    text: "if + in the query meant a plus sign (a space is %20)",
    part,
    request: { ...request, query: Object.fromEntries(withPlus) },
  };
  for (const name of Object.keys(query)) {
    if (/^X-Amz-/i.test(name)) continue;
    const { [name]: _, ...rest } = query;
    const text = `without the parameter ${name}: it was added after signing`;
    yield { text, part, request: { ...request, query: rest } };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
