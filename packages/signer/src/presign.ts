import { ALGORITHM, canonicalHeaders, isSignable } from "./canonical.ts";
import { encodeUriComponent } from "./encoding.ts";
import type { PresignOptions } from "./options.ts";
import { hashPayload, UNSIGNED_PAYLOAD } from "./payload.ts";
import {
  readRequest,
  SIGNATURE_PARAMETERS,
  type HeaderBag,
  type Parameter,
  type RequestInput,
} from "./request.ts";
import {
  canonicalRequest,
  computeSignature,
  CONTENT_SHA256,
  copyHeaders,
  createContext,
  findHeader,
  type Engine,
  type Observe,
} from "./sign.ts";
import { SignerError } from "./signer-error.ts";

/** Signs a request in its query. The public faces are `presignRequest` and `Signer.presign`. */
export async function presign(
  engine: Engine,
  options: PresignOptions,
  input: RequestInput,
  init?: RequestInit,
  observe?: Observe,
): Promise<unknown> {
  const request = readRequest(input, init);
  const expiresIn = checkExpiresIn(options.expiresIn ?? 3600);
  const { credentials: source } = options;
  const context = createContext(engine, options, typeof source === "function" ? await source() : source);
  const { sessionToken } = context.credentials;

  const all = copyHeaders(
    request,
    sessionToken ? /^(?:authorization|x-amz-date|x-amz-security-token)$/ : /^(?:authorization|x-amz-date)$/,
  );
  const given =
    options.payloadHash ?? findHeader(all, CONTENT_SHA256) ?? (context.isS3 ? UNSIGNED_PAYLOAD : undefined);
  const payload = given === undefined ? hashPayload(engine.hash, request.body) : { hash: given };
  const { hash, body, contentType } = payload instanceof Promise ? await payload : payload;
  if (contentType && findHeader(all, "content-type") === undefined) all["content-type"] = contentType;
  const [headers, hoisted] = hoistHeaders(all, options);

  const values = canonicalHeaders(headers);
  const signedHeaders = [...values.keys()].filter((name) => isSignable(name, options)).sort();
  const token: Parameter[] = sessionToken ? [["X-Amz-Security-Token", sessionToken]] : [];
  const after = options.sessionToken === "append";
  const parameters: Parameter[] = [
    ...hoisted,
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", context.credential],
    ["X-Amz-Date", context.date],
    ["X-Amz-Expires", `${expiresIn}`],
    ...(after ? [] : token),
    ["X-Amz-SignedHeaders", signedHeaders.join(";")],
  ];
  const query = [
    ...request.query.filter((pair) => !SIGNATURE_PARAMETERS.test(pair)),
    ...parameters.map((parameter) => parameter.map(encodeUriComponent).join("\t")),
  ];
  const text = canonicalRequest(request, context, query, values, signedHeaders, hash);
  const signature = await computeSignature(engine, context, text, observe);
  return request.finish(
    headers,
    [...parameters, ...(after ? token : []), ["X-Amz-Signature", signature]],
    body,
  );
}

function checkExpiresIn(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 604_800) return seconds;
  throw new SignerError(
    "ERR_EXPIRES_IN_INVALID",
    `expiresIn: expected 1 to 604800 whole seconds (7 days), found ${seconds}`,
  );
}

/** Splits headers into those that stay and those that travel as parameters. */
function hoistHeaders(all: HeaderBag, options: PresignOptions): [HeaderBag, Parameter[]] {
  const headers: HeaderBag = {};
  const parameters: Parameter[] = [];
  for (const name in all) {
    const key = name.toLowerCase();
    const value = all[name] ?? "";
    const isHoisted =
      options.hoistableHeaders?.has(key) ||
      (key.startsWith("x-amz-") && !options.unhoistableHeaders?.has(key));
    if (isHoisted) parameters.push([name, String(value)]);
    else headers[name] = value;
  }
  return [headers, parameters];
}
