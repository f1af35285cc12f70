import { expect, test } from "vitest";

import { command, commandWithCode, createClient } from "../support/create-client.ts";
import { fault, reasonOf, success } from "../support/fake-service.ts";

/** What a request handler may throw, of any make. */
type Shape = Readonly<Record<string, unknown>>;

/** A client whose handler throws once, and then sends. */
function throwingOnce(shape: Shape) {
  let attempts = 0;
  const handle = async () => {
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error(String(shape["message"] ?? "example")), shape);
    const { status, headers, body } = success();
    return { response: { statusCode: status, headers: Object.fromEntries(headers), body } };
  };
  return {
    client: createClient([success()], { requestHandler: { handle } }).client,
    attempts: () => attempts,
  };
}

const refused = { code: "ECONNREFUSED" };
const reset = { code: "ECONNRESET" };

test.each<[what: string, shape: Shape]>([
  ["a reset in the step of connecting", { ...reset, syscall: "connect" }],
  ["a reset in the step of looking up", { ...reset, syscall: "getaddrinfo" }],
  ["a reset in the step of a query", { ...reset, syscall: "query" }],
  [
    "a reset in the step of connecting with a cause",
    { ...reset, syscall: "connect", cause: { ...reset, syscall: "read" } },
  ],
  ["a refusal in a step that nobody knows", { ...refused, syscall: "xread" }],
  ["several refusals", { code: "ETIMEDOUT", errors: [refused, { code: "ENETUNREACH" }] }],
  ["a refusal with an empty list", { ...refused, errors: [] }],
  ["a reset that is known not to have been sent", { ...reset, wasSent: false }],
  ["a network error over a refusal", { code: "ERR_NETWORK", cause: refused }],
  ["a network error in the step of connecting, without a cause", { code: "ERR_NETWORK", syscall: "connect" }],
])("a request with a one-time code is sent again after %s", async (_what, shape) => {
  const { client, attempts } = throwingOnce(shape);
  await client.send(commandWithCode());
  expect(attempts()).toBe(2);
});

test.each<[what: string, shape: Shape]>([
  ["a refusal in the step of reading", { ...refused, syscall: "read" }],
  ["a refusal in the step of writing", { ...refused, syscall: "write" }],
  ["a reset in a step that nobody knows", { ...reset, syscall: "xconnect" }],
  ["a reset in no step", reset],
  ["a refusal and a reset", { code: "ETIMEDOUT", errors: [refused, reset] }],
  ["a reset with an empty list", { ...reset, errors: [] }],
  ["a refusal that is known to have been sent", { ...refused, wasSent: true }],
  [
    "a network error over a reset",
    { code: "ERR_NETWORK", syscall: "connect", cause: { ...reset, syscall: "read" } },
  ],
  ["a reset over an abort over a refusal", { ...reset, cause: { name: "AbortError", cause: refused } }],
])("a request with a one-time code is not sent again after %s", async (_what, shape) => {
  const { client, attempts } = throwingOnce(shape);
  expect(await reasonOf(client.send(commandWithCode()))).toMatchObject({ code: "ERR_NOT_RESENT" });
  expect(attempts()).toBe(1);
});

test.each<[what: string, attempts: number, shape: Shape]>([
  ["a clock that the AWS SDK has corrected", 2, { $metadata: { clockSkewCorrected: true } }],
  ["a clock that it has not", 1, { $metadata: { clockSkewCorrected: false } }],
  [
    "a stream that the other side refused",
    2,
    { code: "ERR_HTTP2_STREAM_ERROR", message: "Stream closed with error code NGHTTP2_REFUSED_STREAM" },
  ],
  [
    "a stream that broke off in another way",
    1,
    { code: "ERR_HTTP2_STREAM_ERROR", message: "Stream closed with error code NGHTTP2_CANCEL" },
  ],
  ["words about a stream under another code", 1, { code: "ERR_OTHER", message: "NGHTTP2_REFUSED_STREAM" }],
  ["a certificate that nobody trusts", 1, { code: "CERT_HAS_EXPIRED", cause: reset }],
  ["a reset because of a certificate", 1, { ...reset, cause: { code: "SELF_SIGNED_CERT_IN_CHAIN" } }],
  ["a reset because of an abort", 2, { ...reset, cause: { name: "AbortError" } }],
  ["an abort because of a reset", 1, { name: "AbortError", cause: reset }],
  ["the end of all time over a reset", 1, { code: "ERR_DEADLINE", cause: reset }],
  ["a reset at the tenth cause", 2, nest(10)],
  ["a reset at the eleventh cause", 1, nest(11)],
])("after %s, a request is sent %i times", async (_what, wanted, shape) => {
  const { client, attempts } = throwingOnce(shape);
  await client.send(command()).catch(() => undefined);
  expect(attempts()).toBe(wanted);
});

function nest(depth: number): Shape {
  return depth === 0 ? reset : { code: "X", cause: nest(depth - 1) };
}

test.each([
  ["ExpiredToken", true],
  ["ExpiredTokenException", true],
  ["InvalidClientTokenId", true],
  ["UnrecognizedClientException", true],
  ["AccessDenied", false],
  ["XExpiredToken", false],
  ["ExpiredTokenX", false],
])("after %s a provider is asked for other keys: %s", async (name, isAsked) => {
  const asked: unknown[] = [];
  const credentials = async (options?: { readonly forceRefresh?: boolean }) => {
    asked.push(options?.forceRefresh === true);
    return { accessKeyId: `AKIA${asked.length}`, secretAccessKey: "example" };
  };
  const { client } = createClient([fault(name, 403), success()], { credentials });
  await client.send(command()).catch(() => undefined);
  expect(asked.includes(true)).toBe(isAsked);
});
