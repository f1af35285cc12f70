import type { HttpRequest, VerifyOptions } from "@org/sts-signer";
import { createHash, createHmac } from "node:crypto";

import { strictEncode } from "./generated-requests.ts";

/** The key that every request here is signed with. */
export const key = { secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY" };
/** Whose key it is. */
export const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
/** The signing date, and what time it is. */
export const date = new Date("2026-11-24T12:00:00Z");
/** The signing date as a request carries it. */
export const signingDate = "20261124T120000Z";
/** The least that a server asks for. */
export const server: VerifyOptions = { findKey: () => key, now: date };

/** The moment so many seconds after the signing date. */
export function after(seconds: number): Date {
  return new Date(+date + seconds * 1000);
}

/** What a request signed by hand is made of; what is left out is that of a plain `GET` of `/`. */
export interface HandSigned {
  readonly method?: string;
  /** As it goes over the wire, which has to be its canonical form. */
  readonly path?: string;
  /** The parameters, not percent-encoded. */
  readonly query?: Record<string, string>;
  /** The headers that are signed, by lower-case name. */
  readonly signed?: Record<string, string>;
  /** The headers that are not. */
  readonly unsigned?: Record<string, string>;
  /** The list of signed names as the signature states it; by default that of `signed`. */
  readonly signedHeaders?: string;
  readonly body?: unknown;
  readonly payloadHash?: string;
  /** The signing date as it is signed. */
  readonly signingDate?: string;
  readonly scope?: string;
  readonly accessKeyId?: string;
  /** For how long a presigned request is good, as it says itself. */
  readonly expires?: string;
}

/** A plain request with its headers as single texts. */
export interface PlainRequest extends HttpRequest {
  readonly headers: Record<string, string>;
}
/** A plain request with its query as single texts. */
export interface PresignedRequest extends PlainRequest {
  readonly query: Record<string, string>;
}

/**
 * Signs in the `authorization` header, straight from the specification and with `node:crypto` alone, so that a test can
 * make signatures that our signer refuses to make: they are mathematically right, and only the server's rules are against them.
 */
export function signByHand(parts: HandSigned): PlainRequest {
  const { signed = { host: HOST, "x-amz-date": signingDate }, query = {}, body } = parts;
  const names = parts.signedHeaders ?? Object.keys(signed).sort().join(";");
  const scope = parts.scope ?? SCOPE;
  const signature = computeSignature({ ...parts, signed, query, signedHeaders: names, scope });
  const credential = `${parts.accessKeyId ?? accessKeyId}/${scope}`;
  return {
    method: parts.method ?? "GET",
    hostname: HOST,
    path: parts.path ?? "/",
    query,
    headers: {
      ...signed,
      ...parts.unsigned,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    },
    ...(body !== undefined && { body }),
  };
}

/** Signs in the query, as {@link signByHand} does in the header. */
export function presignByHand(parts: HandSigned): PresignedRequest {
  const { signed = { host: HOST }, body } = parts;
  const names = parts.signedHeaders ?? Object.keys(signed).sort().join(";");
  const scope = parts.scope ?? SCOPE;
  const query = {
    ...parts.query,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${parts.accessKeyId ?? accessKeyId}/${scope}`,
    "X-Amz-Date": parts.signingDate ?? signingDate,
    "X-Amz-Expires": parts.expires ?? "600",
    "X-Amz-SignedHeaders": names,
  };
  const signature = computeSignature({ ...parts, signed, query, signedHeaders: names, scope });
  return {
    method: parts.method ?? "GET",
    hostname: HOST,
    path: parts.path ?? "/",
    query: { ...query, "X-Amz-Signature": signature },
    headers: { ...signed, ...parts.unsigned },
    ...(body !== undefined && { body }),
  };
}

/** The host that the requests go to. */
export const HOST = "example.amazonaws.com";
/** A scope of a service without rules of its own. */
export const SCOPE = "20261124/eu-west-1/execute-api/aws4_request";

/** SHA-256 in lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A copy of a request with other headers beside its own. */
export function withHeaders<R extends HttpRequest>(request: R, headers: HttpRequest["headers"]): R {
  return { ...request, headers: { ...request.headers, ...headers } };
}

/** A copy of a request with other parameters beside its own. */
export function withQuery<R extends HttpRequest>(request: R, query: HttpRequest["query"]): R {
  return { ...request, query: { ...request.query, ...query } };
}

/** A stream of these chunks, each by itself. */
export function streamOf(
  chunks: readonly Uint8Array<ArrayBuffer>[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

function computeSignature(
  parts: HandSigned & Required<Pick<HandSigned, "signed" | "query" | "signedHeaders" | "scope">>,
): string {
  const { signed, query, signedHeaders, scope, body = "" } = parts;
  const pairs = Object.entries(query).map((pair) => pair.map(strictEncode).join("="));
  const lines = signedHeaders.split(";").map((name) => `${name}:${signed[name] ?? ""}`);
  // What is not text has its hash given beside it.
  const payloadHash = parts.payloadHash ?? sha256(body as string);
  const canonicalRequest = [
    parts.method ?? "GET",
    parts.path ?? "/",
    pairs.sort().join("&"),
    ...lines,
    "",
    signedHeaders,
    payloadHash,
  ].join("\n");
  const when = parts.signingDate ?? signingDate;
  const stringToSign = ["AWS4-HMAC-SHA256", when, scope, sha256(canonicalRequest)].join("\n");
  const hmac = (secret: string | Uint8Array, text: string) =>
    createHmac("sha256", secret).update(text).digest();
  const signingKey = scope
    .split("/")
    .reduce<string | Uint8Array>((secret, part) => hmac(secret, part), `AWS4${key.secretAccessKey}`);
  return hmac(signingKey, stringToSign).toString("hex");
}
