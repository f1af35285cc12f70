import { createSigner } from "@org/sts-signer";
import { checkAkeylessCloudId, createAkeylessCloudId } from "@org/sts-signer/akeyless";
import {
  checkCallerIdentity,
  presignCallerIdentity,
  signCallerIdentity,
} from "@org/sts-signer/caller-identity";
import { checkGoogleSubjectToken, createGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin, createInfisicalLogin } from "@org/sts-signer/infisical";
import { checkMongoDbParts, createMongoDbParts } from "@org/sts-signer/mongodb";
import { checkMskIamPayload, createMskIamPayload } from "@org/sts-signer/msk";
import { checkSnowflakeToken, createSnowflakeToken } from "@org/sts-signer/snowflake";
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

const audience =
  "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
const serverNonce = encode("n".repeat(64));
const stsName = "sts.eu-west-1.amazonaws.com";
type Json = Record<string, unknown>;
const edit = (text: string, change: (fields: Json) => Json): string =>
  encode(JSON.stringify(change(JSON.parse(decode(text)) as Json)));

const google = async (change: (fields: Json) => Json) => {
  const token = await createGoogleSubjectToken(signer, { region, date, audience, binding: "unsigned" });
  const fields = change(JSON.parse(decodeURIComponent(token)) as Json);
  return checkGoogleSubjectToken(encodeURIComponent(JSON.stringify(fields)), { now: date, audience });
};
const headerOf = (change: (header: Json) => unknown) => (fields: Json) => ({
  ...fields,
  headers: (fields["headers"] as Json[]).map((header) => change(header)),
});
const akeyless = async (headers: (lists: Json) => Json) => {
  const id = await createAkeylessCloudId(signer, { date });
  const changed = edit(id, (fields) => ({
    ...fields,
    sts_request_headers: edit(String(fields["sts_request_headers"]), headers),
  }));
  return checkAkeylessCloudId(changed, { now: date });
};
const mongo = async (change: (parts: Json) => Json, more: object = {}) => {
  const parts = await createMongoDbParts(signer, { host: stsName, serverNonce, date });
  return checkMongoDbParts(change({ ...parts }), { host: stsName, serverNonce, now: date, ...more });
};
const vault = async (value: unknown) => {
  const login = await createVaultLogin(signer, { region, date });
  return checkVaultLogin(
    { ...login, iam_request_headers: edit(login.iam_request_headers, (bag) => ({ ...bag, accept: value })) },
    { now: date },
  );
};
const infisical = async (change: (login: Json) => Json) => {
  const login = await createInfisicalLogin(signer, { region, identityId: "identity", date });
  return checkInfisicalLogin(change({ ...login }), { now: date });
};
const infisicalHeaders = (change: (headers: Json) => Json) =>
  infisical((login) => ({ ...login, iamRequestHeaders: edit(String(login["iamRequestHeaders"]), change) }));
const cloudId = async (change: (fields: Json) => Json) =>
  checkAkeylessCloudId(edit(await createAkeylessCloudId(signer, { date }), change), { now: date });
const snowflake = async (change: (fields: Json) => Json) =>
  checkSnowflakeToken(edit(await createSnowflakeToken(signer, { region, date }), change), { now: date });
const without = (name: string) => (fields: Json) =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
const same = (fields: Json): Json => fields;

const logins: readonly (readonly [
  what: string,
  check: () => Promise<unknown>,
  reason: string,
  message: string,
])[] = [
  [
    "a subject token without headers",
    () => google((fields) => ({ ...fields, headers: {} })),
    "malformed",
    "headers: expected a list",
  ],
  [
    "a subject token with a header that is text",
    () => google(headerOf(String)),
    "malformed",
    "a header: expected an object",
  ],
  [
    "a subject token with a header that has more",
    () => google(headerOf((header) => ({ ...header, more: 1 }))),
    "wrong-parameters",
    "a member that the format does not have",
  ],
  [
    "a subject token with a header without its value",
    () => google(headerOf(({ key }) => ({ key }))),
    "wrong-parameters",
    "value: missing",
  ],
  [
    "a subject token with a long name of a header",
    () => google(headerOf(({ value }) => ({ key: "a".repeat(129), value }))),
    "too-large",
    "key: more than 128 characters",
  ],
  [
    "a subject token without an audience",
    () =>
      google((fields) => ({
        ...fields,
        headers: (fields["headers"] as Json[]).filter(({ key }) => key !== "x-goog-cloud-target-resource"),
      })),
    "header-missing",
    "x-goog-cloud-target-resource is not there",
  ],
  [
    "a cloud id with a header that is text",
    () => akeyless((lists) => ({ ...lists, Host: "sts.amazonaws.com" })),
    "header-not-allowed",
    "a header without its list of one value",
  ],
  [
    "a cloud id with a header of no value",
    () => akeyless((lists) => ({ ...lists, Host: [] })),
    "header-not-allowed",
    "a header without its list of one value",
  ],
  [
    "a cloud id with a header of two values",
    () => akeyless((lists) => ({ ...lists, Host: ["sts.amazonaws.com", "a"] })),
    "header-not-allowed",
    "a header without its list of one value",
  ],
  [
    "a login of Vault with a header of two values",
    () => vault(["a", "b"]),
    "header-not-allowed",
    "a header with several values",
  ],
  [
    "a login of Vault with a header of no value",
    () => vault([]),
    "header-not-allowed",
    "a header with several values",
  ],
  [
    "parts for a host that is none",
    () => mongo(same, { host: "a/b" }),
    "wrong-host",
    "host: expected a name",
  ],
  [
    "parts for a nonce that is none",
    () => mongo(same, { serverNonce: "n" }),
    "wrong-audience",
    "serverNonce: expected 64 bytes in base64",
  ],
  ["parts without a date", () => mongo(({ a }) => ({ a })), "wrong-parameters", "d: missing"],
  [
    "parts with a long date",
    () => mongo((parts) => ({ ...parts, d: "1".repeat(65) })),
    "too-large",
    "d: more than 64 characters",
  ],
  [
    "parts with a long signature",
    () => mongo((parts) => ({ ...parts, a: "a".repeat(4097) })),
    "too-large",
    "a: more than 4096 characters",
  ],
  [
    "parts that sign too little",
    () => mongo((parts) => ({ ...parts, a: String(parts["a"]).replace("x-mongodb-gs2-cb-flag;", "") })),
    "header-not-signed",
    "x-mongodb-gs2-cb-flag is not among the signed headers",
  ],
  [
    "parts without a signature",
    () => mongo((parts) => ({ ...parts, a: "" })),
    "header-not-signed",
    "content-length is not among the signed headers",
  ],
  [
    "a proof without an address",
    async () => checkCallerIdentity({ method: "GET" }),
    "malformed",
    "url: missing",
  ],
  [
    "a proof whose headers are text",
    async () => checkCallerIdentity({ url: "", headers: "" }),
    "malformed",
    "headers: expected an object",
  ],
  ["a proof that is a number", async () => checkCallerIdentity(1), "malformed", "proof: expected an object"],
  [
    "a login of Infisical for nobody",
    () => infisical((login) => ({ ...login, identityId: null })),
    "malformed",
    "identityId: expected text",
  ],
  [
    "a login of Infisical for a long name",
    () => infisical((login) => ({ ...login, identityId: "i".repeat(257) })),
    "too-large",
    "identityId: more than 256 characters",
  ],
  [
    "a login of Infisical without a host",
    () => infisicalHeaders(without("Host")),
    "malformed",
    "the host header: expected text",
  ],
  [
    "a login of Infisical with a long host",
    () => infisicalHeaders((headers) => ({ ...headers, Host: "a".repeat(256) })),
    "too-large",
    "the host header: more than 255 characters",
  ],
  [
    "a login of Infisical for another host",
    () => infisicalHeaders((headers) => ({ ...headers, Host: "a".repeat(255) })),
    "wrong-host",
    "not https, or not a host of STS that is accepted",
  ],
  [
    "a login of Infisical with headers that are not base64",
    () => infisical((login) => ({ ...login, iamRequestHeaders: "?" })),
    "malformed",
    "iamRequestHeaders: expected base64 of ASCII text",
  ],
  [
    "a login of Infisical with headers that are no JSON",
    () => infisical((login) => ({ ...login, iamRequestHeaders: encode("?") })),
    "malformed",
    "iamRequestHeaders: expected JSON",
  ],
  [
    "a login of Infisical with a body that is not base64",
    () => infisical((login) => ({ ...login, iamRequestBody: "?" })),
    "malformed",
    "iamRequestBody: expected base64 of ASCII text",
  ],
  ["a login of Infisical that is a text", async () => checkInfisicalLogin("a"), "malformed", NO_OBJECT],
  [
    "a login of Infisical with more",
    () => infisical((login) => ({ ...login, more: 1 })),
    "wrong-parameters",
    "a member that the format does not have",
  ],
  ...["iamHttpRequestMethod", "iamRequestBody", "iamRequestHeaders", "identityId"].map(
    (name) =>
      [
        `a login of Infisical without ${name}`,
        () => infisical(without(name)),
        "wrong-parameters",
        `${name}: missing`,
      ] as const,
  ),
  [
    "a cloud id that is not base64",
    async () => checkAkeylessCloudId("?"),
    "malformed",
    "cloud id: expected base64 of ASCII text",
  ],
  [
    "a cloud id that is no JSON",
    async () => checkAkeylessCloudId(encode("?")),
    "malformed",
    "cloud id: expected JSON",
  ],
  [
    "a cloud id with more",
    () => cloudId((fields) => ({ ...fields, more: 1 })),
    "wrong-parameters",
    "a member that the format does not have",
  ],
  ...["sts_request_method", "sts_request_url", "sts_request_body", "sts_request_headers"].map(
    (name) =>
      [
        `a cloud id without ${name}`,
        () => cloudId(without(name)),
        "wrong-parameters",
        `${name}: missing`,
      ] as const,
  ),
  ...["sts_request_url", "sts_request_body", "sts_request_headers"].map(
    (name) =>
      [
        `a cloud id whose ${name} is not base64`,
        () => cloudId((fields) => ({ ...fields, [name]: "?" })),
        "malformed",
        `${name}: expected base64 of ASCII text`,
      ] as const,
  ),
  [
    "a cloud id with headers that are no JSON",
    () => cloudId((fields) => ({ ...fields, sts_request_headers: encode("?") })),
    "malformed",
    "sts_request_headers: expected JSON",
  ],
  [
    "a token of Snowflake that is not base64",
    async () => checkSnowflakeToken("?"),
    "malformed",
    "token: expected base64 of ASCII text",
  ],
  [
    "a token of Snowflake that is no JSON",
    async () => checkSnowflakeToken(encode("?")),
    "malformed",
    "token: expected JSON",
  ],
  [
    "a token of Snowflake with headers in a list",
    () => snowflake((fields) => ({ ...fields, headers: [] })),
    "malformed",
    "headers: expected an object",
  ],
  [
    "a token of Snowflake with more",
    () => snowflake((fields) => ({ ...fields, body: "" })),
    "wrong-parameters",
    "a member that the format does not have",
  ],
  ...["url", "method", "headers"].map(
    (name) =>
      [
        `a token of Snowflake without ${name}`,
        () => snowflake(without(name)),
        "wrong-parameters",
        `${name}: missing`,
      ] as const,
  ),
  [
    "a subject token that is a number",
    async () => checkGoogleSubjectToken(1, { audience }),
    "malformed",
    "token: expected text",
  ],
  [
    "a subject token that is no JSON",
    async () => checkGoogleSubjectToken("a", { audience }),
    "malformed",
    "token: expected JSON",
  ],
  [
    "a subject token with a header whose name is a number",
    () => google(headerOf(({ value }) => ({ key: 1, value }))),
    "malformed",
    "key: expected text",
  ],
  ...["body", "data"].map(
    (name) =>
      [
        `a subject token with a ${name} of its own`,
        () => google((fields) => ({ ...fields, [name]: "Action=AssumeRole" })),
        "wrong-parameters",
        "an Action in the query and a body",
      ] as const,
  ),
  ...["url", "method", "headers"].map(
    (name) =>
      [
        `a subject token without ${name}`,
        () => google(without(name)),
        "wrong-parameters",
        `${name}: missing`,
      ] as const,
  ),
  ["parts without a signature's header", () => mongo(without("a")), "wrong-parameters", "a: missing"],
  [
    "parts whose signature is a number",
    () => mongo((parts) => ({ ...parts, a: 1 })),
    "malformed",
    "a: expected text",
  ],
  [
    "parts whose date is a number",
    () => mongo((parts) => ({ ...parts, d: 1 })),
    "malformed",
    "d: expected text",
  ],
  [
    "parts that are a text",
    async () => checkMongoDbParts("", { host: stsName, serverNonce }),
    "malformed",
    "parts: expected an object",
  ],
  [
    "parts with a signature as long as allowed, which signs nothing",
    () => mongo((parts) => ({ ...parts, a: "a".repeat(4096) })),
    "header-not-signed",
    "content-length is not among the signed headers",
  ],
];

test.each(logins.map(([what, check, reason, message]) => ({ what, check, reason, message })))(
  "$what is refused as $reason: $message",
  async ({ check, reason, message }) => {
    expect(await check()).toStrictEqual({ ok: false, reason, message });
  },
);

test("logins that were not changed are accepted, with the headers of some in lists", async () => {
  expect(await google(same)).toMatchObject({ ok: true, audience, isBound: false });
  expect(await akeyless(same)).toMatchObject({ ok: true, isBound: false });
  expect(await mongo(same)).toMatchObject({ ok: true, isBound: true });
  expect(await vault("a")).toMatchObject({ ok: true });
  expect(await vault(["a"])).toMatchObject({ ok: true });
});

test("logins are taken with what is as long as allowed, and with names of headers in any case", async () => {
  const identityId = "i".repeat(256);
  expect(await infisical((login) => ({ ...login, identityId }))).toMatchObject({ ok: true, identityId });
  const lower = (headers: Json): Json =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  expect(await infisicalHeaders(lower)).toMatchObject({ ok: true, isBound: false });
  expect(await google((fields) => ({ ...fields, data: "" }))).toMatchObject({ ok: true });
  expect(await google((fields) => ({ ...fields, body: "" }))).toMatchObject({ ok: true });
  expect(await mongo((parts) => ({ ...parts, d: "1".repeat(64) }))).not.toMatchObject({
    reason: "too-large",
  });
});

test("a subject token is bound by its signature unless it is said otherwise", async () => {
  const token = await createGoogleSubjectToken(signer, { region, date, audience });
  const { headers } = JSON.parse(decodeURIComponent(token)) as { headers: { key: string; value: string }[] };
  const keys = headers.map(({ key }) => key);
  expect(keys).toEqual(keys.toSorted());
  expect(headers.find(({ key }) => key === "authorization")?.value).toContain("x-goog-cloud-target-resource");
  expect(checkGoogleSubjectToken(token, { now: date, audience, binding: "signed" })).toMatchObject({
    ok: true,
    isBound: true,
  });
});

test.each([
  ["sts.amazonaws.com", "us-east-1"],
  ["sts.eu-west-1.amazonaws.com", "eu-west-1"],
  ["localhost", "us-east-1"],
  ["a.b", "b"],
])("parts for the host %s are signed for the region %s", async (host, expected) => {
  const { a, t } = await createMongoDbParts(signer, { host, serverNonce, date });
  expect(a).toContain(`/20261124/${expected}/sts/aws4_request`);
  expect(t).toBeUndefined();
});

const REGION = String.raw`expected text of the form ^[a-z\d-]{1,63}$`;
const HEADER = "expected text of the form ^[!-~](?:[ -~]*[!-~])?$";
test.each<[message: string, make: () => Promise<unknown>]>([
  [`region: ${REGION}`, () => createGoogleSubjectToken(signer, { region: "a/b", audience })],
  [`audience: ${HEADER}`, () => createGoogleSubjectToken(signer, { region, audience: "a\nb" })],
  [`region: ${REGION}`, () => createVaultLogin(signer, { region: "" })],
  [`serverId: ${HEADER}`, () => createVaultLogin(signer, { serverId: " a" })],
  [`serverId: ${HEADER}`, () => createVaultLogin(signer, { serverId: "" })],
  [`region: ${REGION}`, () => createInfisicalLogin(signer, { region: "a.b", identityId: "a" })],
  [`region: ${REGION}`, () => createSnowflakeToken(signer, { region: "A" })],
  [`region: ${REGION}`, () => presignCallerIdentity(signer, { region: "a:1" })],
  [
    `region: ${REGION}`,
    () => signCallerIdentity(signer, { region: "", audience: { header: "x-a", value: "a" } }),
  ],
  [
    String.raw`audience.header: expected text of the form ^x-[\w-]{1,60}$`,
    () => signCallerIdentity(signer, { region, audience: { header: "host", value: "a" } }),
  ],
  [
    `audience.value: ${HEADER}`,
    () => signCallerIdentity(signer, { region, audience: { header: "x-a", value: "a\r\nb" } }),
  ],
  [
    String.raw`host: expected text of the form ^(?=.{1,255}$)[a-z\d-]+(?:\.[a-z\d-]+)*$`,
    () => createMongoDbParts(signer, { host: "a..b", serverNonce }),
  ],
  [
    String.raw`serverNonce: expected text of the form ^[A-Za-z\d+/]{86}==$`,
    () => createMongoDbParts(signer, { host: stsName, serverNonce: "n" }),
  ],
])("a login is not made from invalid input: %s", async (message, make) => {
  await expect(make()).rejects.toMatchObject({ code: "ERR_RECIPE_INPUT_INVALID", message });
});
