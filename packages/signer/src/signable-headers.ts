import type { SignOptions } from "./options.ts";
import type { HeaderMap } from "./entry.ts";

type Choice = Pick<SignOptions, "signableHeaders" | "unsignableHeaders">;

/** The lower-case names of the headers that are signed, sorted. */
export interface SignedNames {
  readonly signedHeaders: readonly string[];
  /** The same, with semicolons between them. */
  readonly joined: string;
}

/** Lists the headers that are signed. */
export type ListSignable = (headers: HeaderMap, options: Choice) => SignedNames;

/** The small {@link ListSignable}. */
export function signableHeaders(headers: HeaderMap, options: Choice): SignedNames {
  const signedHeaders = [...headers.keys()]
    .filter(
      (name) =>
        options.signableHeaders?.has(name) || !(HOP.test(name) || options.unsignableHeaders?.has(name)),
    )
    .sort();
  return { signedHeaders, joined: signedHeaders.join(";") };
}

/**
 * Matches the names of headers that something between the signer and the service adds, drops or rewrites. They are
 * not signed. `signableHeaders` overrides the list.
 *
 * - of a connection or for the next hop (RFC 9110, sections 7.6 and 10.1): `connection`, `expect`, `from`, `keep-alive`,
 *   `max-forwards`, `pragma`, `proxy-*`, `referer`, `te`, `trailer`, `transfer-encoding`, `upgrade`, `user-agent`, `via`
 * - what caches and compressing proxies rewrite (RFC 9110, 12.5.3; RFC 9111, 5.2): `accept-encoding`, `cache-control`
 * - who the request came from (RFC 7239; the documentation of nginx, AWS ELB, Cloudflare, CloudFront): `forwarded`,
 *   `x-forwarded-*`, `x-real-ip`, `true-client-ip`, `cf-*`, `cloudfront-*`, `cdn-loop` (RFC 8586)
 * - traces (W3C Trace Context and Baggage, B3, X-Ray): `traceparent`, `tracestate`, `baggage`, `b3`, `x-b3-*`,
 *   `x-amzn-trace-id`
 * - what a browser or `fetch` sets (Fetch Metadata; RFC 9218): `sec-*`, `priority`
 * - the pseudo-headers of HTTP/2 other than `:authority`, which are elsewhere in the canonical request
 */
const HOP: RegExp =
  /^(authorization|(accept|transfer)-encoding|b3|baggage|cache-control|cdn-loop|connection|expect|forwarded|from|keep-alive|max-forwards|pragma|priority|referer|te|trace(parent|state)|trailer|true-client-ip|upgrade|user-agent|via|x-amzn-trace-id|x-real-ip|(cf|cloudfront|proxy|sec|x-b3|x-forwarded)-.*|:(?!a).*)$/;

/** Creates the fast {@link ListSignable}: it remembers the last list, because a signer sees the same headers over and over. */
export function createSignableMemory(): ListSignable {
  let lastNames: readonly string[] = [];
  let list: SignedNames = { signedHeaders: [], joined: "" };
  return (headers, options) => {
    // The contents of the caller's sets may have changed.
    if (options.signableHeaders || options.unsignableHeaders) return signableHeaders(headers, options);
    let index = 0;
    let isSame = headers.size === lastNames.length;
    for (const name of headers.keys()) isSame &&= name === lastNames[index++];
    if (!isSame) {
      list = signableHeaders(headers, options);
      lastNames = [...headers.keys()];
    }
    return list;
  };
}
