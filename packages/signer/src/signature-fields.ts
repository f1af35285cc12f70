import { ALGORITHM } from "./canonical.ts";
import { formatDate, parseDate } from "./encoding.ts";

/** One query parameter, decoded. */
export type Parameter = readonly [name: string, value: string];

/** A signature found in a request, in parts and not yet trusted. */
export interface SignatureFields {
  readonly signedIn: "header" | "query";
  readonly accessKeyId: string;
  /** `20150830/us-east-1/sts/aws4_request`. */
  readonly scope: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20150830T123600Z`. */
  readonly date: string;
  readonly time: number;
  /** Seconds; only in the query. */
  readonly expiresIn: number | undefined;
  readonly sessionToken: string | undefined;
}

/** Why a signature could not be taken apart. */
export interface FieldFailure {
  readonly reason: "unsigned" | "malformed" | "unsupported-algorithm";
  readonly message: string;
}

/**
 * Reads a signature from the `authorization` header or from the query.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html Authentication methods}
 */
export function readSignature(
  headers: ReadonlyMap<string, string>,
  parameters: readonly Parameter[],
): SignatureFields | FieldFailure {
  const authorization = headers.get("authorization");
  const inQuery = parameters.some(([name]) => name === "X-Amz-Signature" || name === "X-Amz-Algorithm");
  if (authorization === undefined && !inQuery) {
    return {
      reason: "unsigned",
      message: "the request has neither an authorization header nor X-Amz-Signature",
    };
  }
  if (authorization !== undefined && inQuery) return malformed("signed in the header and in the query");
  return authorization === undefined
    ? readQueryFields(headers, parameters)
    : readHeaderFields(headers, authorization);
}

function readHeaderFields(
  headers: ReadonlyMap<string, string>,
  authorization: string,
): SignatureFields | FieldFailure {
  const common = {
    signedIn: "header",
    date: headers.get("x-amz-date") ?? basicDate(headers.get("date")),
    expiresIn: undefined,
    sessionToken: headers.get("x-amz-security-token"),
  } as const;
  // The form that nearly all signers write. One expression finds its fields in a third of the time (measured).
  const [, credential, names, signature] = USUAL_FORM.exec(authorization) ?? [];
  if (signature) return parseFields({ ...common, credential, names, signature });
  const [algorithm = ""] = authorization.split(" ", 1);
  if (algorithm !== ALGORITHM) return unsupported();
  const fields = new Map<string, string>();
  for (const part of authorization.slice(algorithm.length).split(",", MAX_FIELDS + 1)) {
    const field = part.trim();
    const end = field.indexOf("=");
    if (end === -1) return malformed(THREE_FIELDS);
    const name = field.slice(0, end);
    if (fields.has(name)) return malformed("a field of the authorization header twice");
    fields.set(name, field.slice(end + 1));
  }
  if (fields.size !== 3) return malformed(THREE_FIELDS);
  return parseFields({ ...common, ...named((name) => fields.get(name)) });
}

/** Has no commas and white space inside the fields, so that the general form has the same fields. */
const USUAL_FORM = /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([^,\s]+)$/;

const THREE_FIELDS = "authorization: expected Credential, SignedHeaders and Signature";

function readQueryFields(
  headers: ReadonlyMap<string, string>,
  parameters: readonly Parameter[],
): SignatureFields | FieldFailure {
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (!name.startsWith("X-Amz-")) continue;
    if (fields.has(name)) return malformed("a parameter of the signature twice");
    fields.set(name, value);
  }
  const find = (name: string) => fields.get(`X-Amz-${name}`);
  if (find("Algorithm") !== ALGORITHM) return unsupported();
  // The service decides whether it may be absent.
  const expires = find("Expires");
  if (expires !== undefined && !/^\d{1,7}$/.test(expires))
    return malformed("X-Amz-Expires: expected a number of seconds");
  return parseFields({
    signedIn: "query",
    ...named(find),
    date: find("Date"),
    expiresIn: expires === undefined ? undefined : Number(expires),
    sessionToken: find("Security-Token") ?? headers.get("x-amz-security-token"),
  });
}

interface RawFields extends Pick<SignatureFields, "signedIn" | "expiresIn" | "sessionToken"> {
  readonly credential: string | undefined;
  /** The names of the signed headers. */
  readonly names: string | undefined;
  readonly signature: string | undefined;
  readonly date: string | undefined;
}

/** The fields that both forms have. */
function named(
  find: (name: "Credential" | "SignedHeaders" | "Signature") => string | undefined,
): Pick<RawFields, "credential" | "names" | "signature"> {
  return { credential: find("Credential"), names: find("SignedHeaders"), signature: find("Signature") };
}

function parseFields({
  signedIn,
  credential = "",
  names = "",
  signature = "",
  date,
  expiresIn,
  sessionToken,
}: RawFields): SignatureFields | FieldFailure {
  // Everything before the last four slashes is the access key id, which never contains one.
  const [, accessKeyId, scope, day, region, service] =
    /^([\w+=,.@-]{1,256})\/((\d{8})\/([^/\s]{1,128})\/([^/\s]{1,128})\/aws4_request)$/.exec(credential) ?? [];
  if (!accessKeyId || !scope || !day || !region || !service) {
    return malformed(
      /^[^/]*\/\d{8}\/\//.test(credential)
        ? "Credential: the region in the scope is empty"
        : "Credential: expected an access key id, day, region, service and aws4_request",
    );
  }
  const signedHeaders = names.split(";", MAX_SIGNED_HEADERS + 1);
  if (
    signedHeaders.length > MAX_SIGNED_HEADERS ||
    !NAMES.test(names) ||
    !signedHeaders.every((name, index) => index === 0 || (signedHeaders[index - 1] ?? "") < name)
  ) {
    return malformed("SignedHeaders: expected lower-case names, sorted, each once");
  }
  if (!/^[\da-f]{64}$/.test(signature))
    return malformed("Signature: expected 64 lower-case hexadecimal digits");
  const time = parseDate(date);
  if (date === undefined || time === undefined)
    return malformed("date: expected a form such as 20150830T123600Z");
  return {
    signedIn,
    accessKeyId,
    scope,
    day,
    region,
    service,
    signedHeaders,
    signature,
    date,
    time,
    expiresIn,
    sessionToken,
  };
}

/** More fields than any signature has, and more headers than any request signs; anything beyond is not read. */
const MAX_FIELDS = 8;
const MAX_SIGNED_HEADERS = 200;

/** Lower-case names of headers, separated by semicolons. */
const NAMES = /^(?::authority|[!#$%&'*+.^_`|~\da-z-]+)(?:;(?::authority|[!#$%&'*+.^_`|~\da-z-]+))*$/;

/** The plain `date` header is used when there is no `x-amz-date`. */
function basicDate(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 64 || /^\d{8}T/.test(value)) return value;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : formatDate(new Date(time));
}

function malformed(what: string): FieldFailure {
  return { reason: "malformed", message: what };
}

function unsupported(): FieldFailure {
  return { reason: "unsupported-algorithm", message: `algorithm: expected ${ALGORITHM}` };
}
