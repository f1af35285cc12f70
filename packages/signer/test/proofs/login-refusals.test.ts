import { createSigner } from "@org/sts-signer";
import { checkGoogleSubjectToken, createGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin, createInfisicalLogin } from "@org/sts-signer/infisical";
import { checkMskIamPayload, createMskIamPayload } from "@org/sts-signer/msk";
import { checkVaultLogin, createVaultLogin } from "@org/sts-signer/vault";
import { expect, test } from "vitest";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const signer = createSigner({ credentials });
const date = new Date("2026-11-24T12:00:00Z");
const region = "eu-west-1";
const serverId = "vault.example.com";
const encode = (text: string) => Buffer.from(text).toString("base64");
const decode = (text: string) => Buffer.from(text, "base64").toString();

type Login = Awaited<ReturnType<typeof createVaultLogin>>;
const NO_OBJECT = "login: expected an object";
const trap = new Proxy(
  {},
  {
    get: () => {
      throw new Error("trap");
    },
    getOwnPropertyDescriptor: () => {
      throw new Error("trap");
    },
  },
);

test.each<[what: string, change: (login: Login) => unknown, reason: string, message: string]>([
  ["null", () => null, "malformed", NO_OBJECT],
  ["nothing", () => undefined, "malformed", NO_OBJECT],
  ["a text", () => "login", "malformed", NO_OBJECT],
  ["a list", () => [], "malformed", NO_OBJECT],
  ["an object that throws", () => trap, "malformed", "the proof cannot be read"],
  [
    "one without its method",
    (login) =>
      Object.fromEntries(Object.entries(login).filter(([name]) => name !== "iam_http_request_method")),
    "wrong-parameters",
    "iam_http_request_method: missing",
  ],
  [
    "one with another member",
    (login) => ({ ...login, more: 1 }),
    "wrong-parameters",
    "a member that the format does not have",
  ],
  [
    "one whose address is not base64",
    (login) => ({ ...login, iam_request_url: "?" }),
    "malformed",
    "iam_request_url: expected base64 of ASCII text",
  ],
  [
    "one whose headers are no JSON",
    (login) => ({ ...login, iam_request_headers: encode("no JSON") }),
    "malformed",
    "iam_request_headers: expected JSON",
  ],
  [
    "one whose headers are null",
    (login) => ({ ...login, iam_request_headers: encode("null") }),
    "malformed",
    "iam_request_headers: expected an object",
  ],
  [
    "one whose headers are a number",
    (login) => ({ ...login, iam_request_headers: encode("1") }),
    "malformed",
    "iam_request_headers: expected an object",
  ],
  [
    "one with null for a header",
    (login) => ({ ...login, iam_request_headers: encode('{"accept":null}') }),
    "malformed",
    "a header: expected text",
  ],
  [
    "one with a header twice",
    (login) => ({ ...login, iam_request_headers: encode('{"accept":"a:b","accept":"c"}') }),
    "wrong-parameters",
    "iam_request_headers: a member twice",
  ],
])("a login of Vault is not %s, and the message says why", async (_, change, reason, message) => {
  const login = await createVaultLogin(signer, { region, date, serverId });
  expect(checkVaultLogin(login, { now: date, serverId })).toMatchObject({ ok: true });
  expect(checkVaultLogin(change(login), { now: date, serverId })).toStrictEqual({
    ok: false,
    reason,
    message,
  });
});

test("a payload of MSK with null for a member is refused, and the message names the member", async () => {
  const host = "b-1.example.com";
  const payload = await createMskIamPayload(signer, { host, region, date });
  const changed = payload.replace(`"${host}"`, "null");
  expect(checkMskIamPayload(changed, { host, now: date })).toStrictEqual({
    ok: false,
    reason: "malformed",
    message: "host: expected text",
  });
});

test("a login at the global endpoint is refused for the region of its scope", async () => {
  const login = await createVaultLogin(signer, { date });
  const headers = decode(login.iam_request_headers).replace("/us-east-1/", "/eu-west-1/");
  const moved = { ...login, iam_request_headers: encode(headers) };
  expect(checkVaultLogin(moved, { now: date, regions: ["us-east-1", "eu-west-1"] })).toMatchObject({
    ok: true,
  });
  expect(checkVaultLogin(moved, { now: date, regions: ["us-east-1"] })).toStrictEqual({
    ok: false,
    reason: "wrong-region",
    message: "the scope's region is not accepted",
  });
});

test("a login that is bound to any server is accepted by one without a name, which learns for whom it is", async () => {
  const login = await createVaultLogin(signer, { region, date, serverId });
  expect(checkVaultLogin(login, { now: date })).toMatchObject({
    ok: true,
    isBound: true,
    audience: serverId,
  });
});

test("a login signed in the query gets no header for an audience that it does not have", async () => {
  const login = await createVaultLogin(signer, { region, date });
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/sts/aws4_request",
    "X-Amz-Date": "20261124T120000Z",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0".repeat(64),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const claim = checkVaultLogin(
    {
      ...login,
      iam_request_url: encode(`https://sts.eu-west-1.amazonaws.com/?${query}`),
      iam_request_headers: headers,
    },
    { now: date },
  );
  if (!claim.ok) throw new Error(claim.message);
  expect(claim).toMatchObject({ isBound: false, audience: undefined });
  expect(claim.request.headers).toStrictEqual(headers);
});

test("only what was signed is sent, and what authenticates the request: no host, and no other header", async () => {
  const login = await createInfisicalLogin(signer, { region, identityId: "identity", date });
  const given = JSON.parse(decode(login.iamRequestHeaders)) as Record<string, string>;
  const signed = /SignedHeaders=([^,]*)/.exec(given["Authorization"] ?? "")?.[1]?.split(";") ?? [];
  expect(signed).toContain("host");
  const changed = { ...login, iamRequestHeaders: encode(JSON.stringify({ ...given, "user-agent": "a" })) };
  const claim = checkInfisicalLogin(changed, { now: date });
  if (!claim.ok) throw new Error(claim.message);
  const names = new Set([...signed, "authorization"]);
  names.delete("host");
  expect(Object.keys(claim.request.headers).toSorted()).toEqual([...names].toSorted());
});

test("an audience outside of the signature is reported, but not sent", async () => {
  const audience =
    "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
  const token = await createGoogleSubjectToken(signer, { region, date, audience, binding: "unsigned" });
  const claim = checkGoogleSubjectToken(token, { now: date, audience });
  if (!claim.ok) throw new Error(claim.message);
  expect(claim).toMatchObject({ isBound: false, audience });
  expect(Object.keys(claim.request.headers).toSorted()).toEqual(["authorization", "x-amz-date"]);
});
