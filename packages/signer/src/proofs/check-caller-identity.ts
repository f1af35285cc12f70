import {
  checkScope,
  checkTime,
  readAddress,
  readHeaderFields,
  readParameters,
  readQueryFields,
  readText,
  refuse,
  requireSigned,
  splitQuery,
} from "./check-proof.ts";
import type { ProofCheckOptions, ProofClaim, ProofRequest } from "./proof.ts";
import { acceptStsHost, type StsHostOptions } from "./sts-host.ts";

/** Options of every checker of a GetCallerIdentity request. */
export interface CallerIdentityCheckOptions extends ProofCheckOptions, StsHostOptions {
  /** How old a proof may be, in seconds. Default: 900, the most that STS accepts. */
  readonly maxAgeSeconds?: number | undefined;
}

/** An accepted GetCallerIdentity request: send it to STS to learn whose it is. */
export interface CallerIdentityClaim extends ProofClaim {
  /** The value of the header that says who the proof is for; `undefined` when there is none. */
  readonly audience: string | undefined;
  /**
   * Whether the signature covers the audience. Any service that receives an unbound proof can use it at every other service that
   * accepts such proofs.
   */
  readonly isBound: boolean;
}

/** A GetCallerIdentity request that somebody sent; nothing in it is trusted. */
export interface CallerIdentityParts {
  readonly method: unknown;
  readonly url: unknown;
  /** Pairs of names and values. */
  readonly headers: Iterable<readonly [name: string, value: unknown]>;
  readonly body: unknown;
}

/** What a format requires of the request. */
export interface CallerIdentityRules extends CallerIdentityCheckOptions {
  /** The header that says who the proof is for, and the value it must have; without a value, any. */
  readonly audience?: { readonly header: string; readonly value: string | undefined } | undefined;
  /** `"optional"` accepts an audience that is not signed, or missing; by default it must be signed. */
  readonly binding?: "optional" | undefined;
  /** Lower-case names of headers that a request of this format has in addition to the usual ones. */
  readonly moreHeaders?: readonly string[] | undefined;
  /** `"any"` accepts a scope of any region at the global endpoint. */
  readonly globalScope?: "any" | undefined;
  /** Requires `X-Amz-Expires`, as API servers of EKS do. */
  readonly demandsExpires?: true;
}

/** Checks that a request goes to STS and nowhere else, and does nothing but GetCallerIdentity. Refuses by throwing. */
export function checkCallerIdentityRequest(
  parts: CallerIdentityParts,
  rules: CallerIdentityRules,
): CallerIdentityClaim {
  const method = readText(parts.method, "method", 16);
  const body = readText(parts.body, "body", 1024);
  const url = readAddress(readText(parts.url, "url"));
  const regions = url.protocol === "https:" ? acceptStsHost(url.hostname, rules) : undefined;
  if (regions === undefined) refuse("wrong-host", "not https, or not a host of STS that is accepted");
  if (url.pathname !== "/" || url.port || url.username || url.password || url.hash)
    refuse("wrong-path", "expected the path / without a port, a user or a fragment");
  if (method !== "GET" && method !== "POST") refuse("wrong-method", "expected GET or POST");

  const { audience: wanted, binding } = rules;
  const audienceHeader = wanted?.header.toLowerCase();
  const headers = readHeaders(parts.headers, [audienceHeader, ...(rules.moreHeaders ?? [])]);
  const query = readParameters(url.searchParams, ACTION);
  const isInHeaders = headers.has("authorization");
  if (isInHeaders && query.entries.some(([name]) => name.startsWith("X-Amz-")))
    refuse("wrong-parameters", "signed in the headers and in the query");
  if (body && (method !== "POST" || query.has("Action") || query.has("Version")))
    refuse("wrong-parameters", "an Action in the query and a body");
  const action = body ? readParameters(splitQuery(body), ACTION) : query;
  if (!action.has("Action") || !action.has("Version") || (body && action.entries.length > ACTION.length))
    refuse("wrong-parameters", "expected Action and Version");
  if (rules.demandsExpires && !query.has("X-Amz-Expires"))
    refuse("wrong-parameters", "X-Amz-Expires: missing");
  if (!isInHeaders && SIGNATURE.some((name) => !query.has(name)))
    refuse("wrong-parameters", "the signature is missing, or a part of it");
  if (action.find("Action") !== "GetCallerIdentity" || action.find("Version") !== "2011-06-15")
    refuse("wrong-action", "expected GetCallerIdentity of 2011-06-15");

  const listed = isInHeaders
    ? (/SignedHeaders=([^,\s]*)/.exec(headers.get("authorization") ?? "")?.[1] ?? "")
    : query.find("X-Amz-SignedHeaders");
  requireSigned(listed, ["host"]);
  const isBound = audienceHeader !== undefined && listed.toLowerCase().split(";").includes(audienceHeader);
  if (audienceHeader !== undefined && !isBound && binding !== "optional")
    refuse("header-not-signed", `${audienceHeader} is not among the signed headers`);
  const expires = query.find("X-Amz-Expires");
  if (query.has("X-Amz-Expires") && !(/^\d{1,3}$/.test(expires) && Number(expires) <= 900))
    refuse("expires-out-of-range", "X-Amz-Expires: expected 0 to 900 seconds");

  const fields = isInHeaders ? readHeaderFields(headers) : readQueryFields(query);
  checkScope(fields, "sts");
  const isGlobal = url.hostname === "sts.amazonaws.com" && rules.globalScope === "any";
  if (regions !== "any" && !regions.includes(fields.region) && !isGlobal)
    refuse("wrong-region", "the scope's region is not the host's");
  if (rules.regions !== undefined && !rules.regions.includes(fields.region) && regions !== "any")
    refuse("wrong-region", "the scope's region is not accepted");
  const ends = checkTime(fields.time, 1000 * Math.min(900, rules.maxAgeSeconds ?? 900), rules);

  const host = headers.get("host");
  if (host !== undefined && host.toLowerCase() !== url.host)
    refuse("wrong-host", "the host header is not the host of the address");
  const length = headers.get("content-length");
  if (length !== undefined && length !== String(body.length))
    refuse("header-not-allowed", "content-length is not the length of the body");
  const type = headers.get("content-type");
  if (body && !/^application\/x-www-form-urlencoded(?:;|$)/i.test(type ?? ""))
    refuse("header-not-allowed", "content-type: expected application/x-www-form-urlencoded");
  const given = audienceHeader === undefined ? undefined : headers.get(audienceHeader);
  const audience = isInHeaders ? given : (given ?? wanted?.value);
  if (audience === undefined && isBound)
    refuse("header-missing", `${audienceHeader} was signed but is not there`);
  if (wanted?.value !== undefined && audience !== undefined && audience !== wanted.value)
    refuse("wrong-audience", `${audienceHeader} has another value than the expected one`);

  const sent: Record<string, string> = {};
  for (const [name, value] of headers)
    if (fields.signedHeaders.includes(name) ? name !== "host" : ALWAYS_SENT.test(name)) sent[name] = value;
  if (!isInHeaders && audienceHeader !== undefined && audience !== undefined) sent[audienceHeader] = audience;
  if (isInHeaders) {
    const missing = fields.signedHeaders.find((name) => name !== "host" && !headers.has(name));
    if (missing !== undefined) refuse("header-missing", "a header that was signed is not there");
  }
  return {
    ok: true,
    accessKeyId: fields.accessKeyId,
    region: fields.region,
    date: new Date(fields.time),
    expires: ends,
    signature: fields.signature,
    request: requestOf({ method, url, headers: sent, body }),
    audience,
    isBound,
  };
}

function requestOf({
  method,
  url,
  headers,
  body,
}: Pick<ProofRequest, "method" | "headers" | "body"> & { readonly url: URL }): ProofRequest {
  return {
    method,
    url: url.href,
    protocol: "https:",
    hostname: url.hostname,
    path: "/",
    query: Object.fromEntries(url.searchParams),
    headers,
    body,
  };
}

const ACTION = ["Action", "Version"];

const SIGNATURE = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
];

/** Headers that are sent although no signature covers them: without these there are none. */
const ALWAYS_SENT = /^(?:authorization|content-type|date|x-amz-(?:content-sha256|date|security-token))$/;

/**
 * The headers that programs sign in such a request. Anything else that STS or a server in front of it might act on is refused, such as
 * `x-amz-target`, `transfer-encoding` or a proxy's headers.
 */
const ALLOWED =
  /^(?:accept(?:-encoding|-language)?|amz-sdk-(?:invocation-id|request)|authorization|cache-control|content-(?:length|type)|date|host|user-agent|x-amz-(?:content-sha256|date|security-token|user-agent))$/;

/** Reads headers by lower-case name. Their number needs no limit of its own: each is one of a few names, and none comes twice. */
function readHeaders(
  given: CallerIdentityParts["headers"],
  more: readonly (string | undefined)[],
): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of given) {
    const key = readText(name, "a header's name", 128).toLowerCase();
    const text = readText(value, "a header", 8192);
    if (!/^[ -~]*$/.test(text) || text !== text.trim())
      refuse("malformed", "a header has other characters than visible ASCII");
    if (headers.has(key)) refuse("header-not-allowed", "a header twice");
    if (!ALLOWED.test(key) && !more.includes(key))
      refuse("header-not-allowed", "a header that such a request does not have");
    headers.set(key, text);
  }
  return headers;
}
