import { canonicalValue } from "./canonical.ts";
import type { Entry } from "./entry.ts";
import type { Placement } from "./sign.ts";
import { SignerError } from "./signer-error.ts";

/**
 * Puts a signature into the query. Headers that begin with `x-amz-` become parameters, except the keys and settings of
 * S3 server-side encryption, which do not belong in a URL.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html Authenticating requests: using query parameters}
 */
export const inQuery: Placement = (parts) => {
  const { headers, spelling, query, options, sessionToken, appendsToken } = parts;
  const { expiresIn = 3600, hoistableHeaders, unhoistableHeaders } = options;
  const seconds = expiresIn === "unstated" ? 1 : Math.floor(expiresIn);
  if (!(seconds >= 1 && seconds <= 604_800))
    throw new SignerError("ERR_EXPIRES_IN_INVALID", "expiresIn: expected 1 to 604800 seconds");
  const entries: Entry[] = [...query];
  for (const [name, value] of headers) {
    const isParameter = AMZ.test(name) && !(parts.rules.isS3 && ENCRYPTION.test(name));
    if (hoistableHeaders?.has(name) || (isParameter && !unhoistableHeaders?.has(name))) {
      entries.push([spelling.get(name) ?? name, canonicalValue(value)]);
      headers.delete(name);
    }
  }
  entries.push(
    ["X-Amz-Algorithm", parts.algorithm],
    ["X-Amz-Credential", parts.credential],
    ["X-Amz-Date", parts.date],
  );
  if (expiresIn !== "unstated") entries.push(["X-Amz-Expires", `${seconds}`]);
  const token: Entry | undefined = sessionToken ? ["X-Amz-Security-Token", sessionToken] : undefined;
  if (token && !appendsToken) entries.push(token);
  return {
    toSign: (signedHeaders) => {
      entries.push(["X-Amz-SignedHeaders", signedHeaders]);
      return entries;
    },
    toSend: (signature) => {
      entries.push(["X-Amz-Signature", signature]);
      if (token && appendsToken) entries.push(token);
      return entries;
    },
  };
};

const AMZ = /^x-amz-/;
const ENCRYPTION = /^x-amz-(copy-source-)?server-side-encryption/;
