import { ALGORITHM, canonicalValue, writeQuery } from "./canonical.ts";
import { addTo, type Entry, type HeaderBag, type SignedRequest } from "./request.ts";
import type { Placement } from "./sign.ts";
import { requireValue } from "./signer-error.ts";

/**
 * Puts a signature into the query. Headers that begin with `x-amz-` become parameters, and the parameters of an earlier
 * signature go.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html Authenticating requests: using query parameters}
 */
export const inQuery: Placement = (headers, query, options, credential, date, sessionToken) => {
  const { expiresIn = 3600, hoistableHeaders, unhoistableHeaders } = options;
  requireValue(
    expiresIn >= 1 && expiresIn <= 604_800 && expiresIn % 1 === 0,
    "expiresIn (1 to 604800 seconds)",
    "ERR_EXPIRES_IN_INVALID",
  );
  const hoisted: Entry[] = [];
  for (const name in headers) {
    if (hoistableHeaders?.has(name) || (name.startsWith("x-amz-") && !unhoistableHeaders?.has(name))) {
      hoisted.push([name, canonicalValue(headers[name])]);
      delete headers[name];
    }
  }
  const parameters: Record<string, string | undefined> = {
    "X-Amz-Algorithm": ALGORITHM,
    "X-Amz-Credential": credential,
    "X-Amz-Date": date,
    "X-Amz-Expires": `${expiresIn}`,
    "X-Amz-Security-Token": options.sessionToken === "append" ? "" : sessionToken,
    "X-Amz-SignedHeaders": "",
    "X-Amz-Signature": "",
  };
  const entries = () => [
    ...query.filter(([name]) => !Object.hasOwn(parameters, name)),
    ...hoisted,
    ...Object.entries(parameters).filter((entry) => entry[1]),
  ];
  return {
    query: (signedHeaders) => {
      parameters["X-Amz-SignedHeaders"] = signedHeaders;
      return entries();
    },
    finish: (request, signature) => {
      parameters["X-Amz-Security-Token"] = sessionToken;
      parameters["X-Amz-Signature"] = signature;
      return withQuery(request, entries());
    },
  };
};

/** Puts another query into a signed request of any kind. */
export function withQuery(request: SignedRequest, query: readonly Entry[]): SignedRequest {
  if ("hostname" in request) {
    const bag: HeaderBag = {};
    for (const [name, value] of query) addTo(bag, name, value);
    return { ...request, query: bag };
  }
  const isFetch = Array.isArray(request);
  const url = new URL(isFetch ? request[0] : request.url);
  url.search = writeQuery(query);
  return isFetch ? [url.href, request[1]] : new Request(url, request);
}
