import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { inspect } from "node:util";

import {
  createUsedProofs,
  redeemCallerIdentity,
  type RedeemOptions,
  STSClientError,
} from "@org/sts-client/redeem";
import { createClock, createFakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { createSigner } from "@org/sts-signer";
import {
  type CallerIdentityClaim,
  checkCallerIdentity,
  type ProofFailure,
  signCallerIdentity,
} from "@org/sts-signer/caller-identity";
import { checkAkeylessCloudId } from "@org/sts-signer/akeyless";
import { checkEksToken, createEksToken } from "@org/sts-signer/eks";
import { checkGoogleSubjectToken, createGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin } from "@org/sts-signer/infisical";
import { checkMongoDbParts } from "@org/sts-signer/mongodb";
import { checkSnowflakeToken } from "@org/sts-signer/snowflake";
import { checkVaultLogin, createVaultLogin } from "@org/sts-signer/vault";
import { expect, onTestFinished, test, vi } from "vitest";

interface MongoRecord {
  readonly host: string;
  readonly nonce: string;
  readonly parts: object;
}

// What the real packages sent, recorded by tools/proof-peers in this form.
const { time, keys, longTerm } = JSON.parse(
  readFileSync(new URL("../../../signer/test/proofs/recorded-proofs.json", import.meta.url), "utf8"),
) as {
  time: string;
  keys: { accessKeyId: string; secretAccessKey: string };
  longTerm: {
    google: string;
    snowflake: string;
    akeyless: string;
    infisical: object;
    mongodb: MongoRecord;
    mongodbGlobal: MongoRecord;
  };
};

const date = new Date(time);
const clock = () => date;
const audience = { header: "x-server-id", value: "api.example.com" };
const provider =
  "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
const signer = createSigner({ credentials: keys });
const user = { name: "app", userId: "AIDACKCEVSQ6C2EXAMPLE", accessKeys: [keys] };
const identity = {
  Account: "123456789012",
  Arn: "arn:aws:iam::123456789012:user/app",
  UserId: "AIDACKCEVSQ6C2EXAMPLE",
  partition: "aws",
  principal: { kind: "user", userName: "app", path: "/" },
};

function createFake() {
  const sts = createFakeSts({ users: [user], clock: createClock({ at: date }) });
  const fetch = (url: string, init: RequestInit) => sts.fetch(url, init);
  return { sts, fetch };
}

function accept(claim: CallerIdentityClaim | ProofFailure): CallerIdentityClaim {
  if (!claim.ok) throw new Error(`${claim.reason}: ${claim.message}`);
  return claim;
}

async function makeClaim(): Promise<CallerIdentityClaim> {
  const proof = await signCallerIdentity(signer, { region: "eu-west-1", audience, date });
  return accept(checkCallerIdentity(JSON.parse(JSON.stringify(proof)), { audience, now: date }));
}

/** A `fetch` that counts, and never goes anywhere. */
function respondWith(make: () => Response | Promise<Response>) {
  const sent: [url: string, init: RequestInit][] = [];
  const fetch = async (url: string, init: RequestInit) => {
    sent.push([url, init]);
    return await make();
  };
  return { sent, fetch };
}

const xml = (arn: string, account = "123456789012", id = "AIDA") =>
  new Response(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${id}</UserId><Account>${account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    { headers: { "content-type": "text/xml" } },
  );

async function codeOf(redeemed: Promise<unknown>): Promise<unknown> {
  const error: unknown = await redeemed.catch((thrown: unknown) => thrown);
  return error instanceof STSClientError ? error.code : error;
}

const proofs: [
  name: string,
  make: () => Promise<CallerIdentityClaim | ProofFailure>,
  more?: RedeemOptions,
][] = [
  ["a request of one's own", makeClaim],
  [
    "a token of EKS",
    async () => {
      const { token } = await createEksToken(signer, {
        clusterName: "production",
        region: "eu-west-1",
        date,
      });
      return checkEksToken(token, { clusterName: "production", now: date });
    },
  ],
  [
    "a login of Vault",
    async () =>
      checkVaultLogin(
        await createVaultLogin(signer, { region: "eu-west-1", serverId: "vault.example.com", date }),
        { serverId: "vault.example.com", now: date },
      ),
  ],
  [
    "a signed subject token of Google",
    async () =>
      checkGoogleSubjectToken(
        await createGoogleSubjectToken(signer, { region: "eu-west-1", audience: provider, date }),
        { audience: provider, now: date },
      ),
  ],
  [
    "what google-auth-library sends",
    async () => checkGoogleSubjectToken(longTerm.google, { audience: provider, now: date }),
    { allowUnbound: true },
  ],
  ["what snowflake-sdk sends", async () => checkSnowflakeToken(longTerm.snowflake, { now: date })],
  [
    "what the MongoDB driver sends",
    async () =>
      checkMongoDbParts(longTerm.mongodb.parts, {
        host: longTerm.mongodb.host,
        serverNonce: longTerm.mongodb.nonce,
        now: date,
      }),
  ],
  [
    "what the MongoDB driver sends for the global endpoint",
    async () =>
      checkMongoDbParts(longTerm.mongodbGlobal.parts, {
        host: longTerm.mongodbGlobal.host,
        serverNonce: longTerm.mongodbGlobal.nonce,
        now: date,
      }),
  ],
  [
    "what Infisical's SDK sends",
    async () => checkInfisicalLogin(longTerm.infisical, { now: date }),
    { allowUnbound: true },
  ],
  [
    "what akeyless-cloud-id makes",
    async () => checkAkeylessCloudId(longTerm.akeyless, { now: date }),
    { allowUnbound: true },
  ],
];

test.each(proofs)("redeeming a proof of identity says who made %s", async (_, make, more) => {
  const claim = accept(await make());
  expect(await redeemCallerIdentity(claim, { fetch: createFake().fetch, clock, ...more })).toEqual(identity);
});

test.each(proofs)("redeeming a proof of identity says over HTTP who made %s", async (_, make, more) => {
  const server = await startStsServer({ sts: createFake().sts });
  try {
    const claim = accept(await make());
    const fetch = (url: string, init: RequestInit) => sendTo(server.port, url, init);
    expect(await redeemCallerIdentity(claim, { fetch, clock, ...more })).toEqual(identity);
  } finally {
    await server.close();
  }
});

test("redeeming a proof of identity fails in the service's words when the signature is another, without what was signed", async () => {
  const claim = await makeClaim();
  const authorization =
    claim.request.headers["authorization"]?.replace(/Signature=\w+/, `Signature=${"0".repeat(64)}`) ?? "";
  const forged = {
    ...claim,
    request: { ...claim.request, headers: { ...claim.request.headers, authorization } },
  };
  const error: unknown = await redeemCallerIdentity(forged, { fetch: createFake().fetch, clock }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "SignatureDoesNotMatch" });
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(authorization);
});

test("redeeming a proof of identity fails in the service's words for a key that nobody has", async () => {
  const stranger = createSigner({ credentials: { ...keys, accessKeyId: "AKIAI44QH8DHBEXAMPLE" } });
  const proof = await signCallerIdentity(stranger, { region: "eu-west-1", audience, date });
  const claim = accept(checkCallerIdentity(proof, { audience, now: date }));
  await expect(redeemCallerIdentity(claim, { fetch: createFake().fetch, clock })).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("redeeming a proof of identity sends exactly the request of the proof, once, without following redirects", async () => {
  const claim = await makeClaim();
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  await redeemCallerIdentity(claim, { fetch, clock });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.[0]).toBe("https://sts.eu-west-1.amazonaws.com/");
  expect(sent[0]?.[1]).toMatchObject({
    method: "POST",
    body: "Action=GetCallerIdentity&Version=2011-06-15",
    headers: { accept: "application/json", ...claim.request.headers },
    redirect: "manual",
  });
});

const change = async (
  request: Partial<CallerIdentityClaim["request"]>,
  more: Partial<CallerIdentityClaim> = {},
) => {
  const claim = await makeClaim();
  return { ...claim, ...more, request: { ...claim.request, ...request } };
};

const HOST = "its host is not an STS host of the accepted partitions";
const URL_PARTS = "its URL has more than a host and a query";
const ACTION = "it is not a GetCallerIdentity request";
const refusal = (why: string) => ({
  code: "ERR_PROOF_REFUSED",
  message: `the proof cannot be redeemed: ${why}`,
});

test.each([
  ["https://example.com/", HOST],
  ["https://sts.s3.amazonaws.com/", HOST],
  ["https://sts.-.amazonaws.com/", HOST],
  ["https://sts.eu-west-1.amazonaws.com.example.com/", HOST],
  ["https://vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com/", HOST],
  ["https://sts.cn-north-1.amazonaws.com.cn/", HOST],
  ["https://sts.us-gov-west-1.amazonaws.com/", HOST],
  ["https://169.254.169.254/", HOST],
  ["https://localhost/", HOST],
  ["a text that is no URL", HOST],
  ["http://sts.eu-west-1.amazonaws.com/", HOST],
  ["https://sts.eu-west-1.amazonaws.com:8443/", URL_PARTS],
  ["https://user@sts.eu-west-1.amazonaws.com/", URL_PARTS],
  ["https://:example@sts.eu-west-1.amazonaws.com/", URL_PARTS],
  ["https://sts.eu-west-1.amazonaws.com/x", URL_PARTS],
  ["https://sts.eu-west-1.amazonaws.com/#x", URL_PARTS],
  ["https://sts.eu-west-1.amazonaws.com/?Action=AssumeRole", ACTION],
])("a proof that must not be redeemed is not sent to %s, whatever the checker was told", async (url, why) => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  await expect(redeemCallerIdentity(await change({ url }), { fetch, clock })).rejects.toMatchObject(
    refusal(why),
  );
  expect(sent).toEqual([]);
});

test.each<[what: string, request: Partial<CallerIdentityClaim["request"]>]>([
  ["another action", { body: "Action=AssumeRole&Version=2011-06-15" }],
  ["no action", { body: "" }],
  ["two actions", { body: "Action=GetCallerIdentity&Action=AssumeRole" }],
  ["the same action twice", { body: "Action=GetCallerIdentity&Action=GetCallerIdentity" }],
  ["a second action in other letters", { body: "Action=GetCallerIdentity&action=AssumeRole" }],
  ["another method", { method: "PUT" }],
  ["a method that begins as one of STS does", { method: "POSTS" }],
  ["a method that ends as one of STS does", { method: "XGET" }],
])("a proof that must not be redeemed is not sent with %s", async (_, request) => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  await expect(redeemCallerIdentity(await change(request), { fetch, clock })).rejects.toMatchObject(
    refusal(ACTION),
  );
  expect(sent).toEqual([]);
});

test.each(["Actions=x", "Transaction=x"])(
  "a proof that may be redeemed can have the parameter %s, which is no second action",
  async (parameter) => {
    const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
    const claim = await change({ body: `Action=GetCallerIdentity&${parameter}` });
    expect(await redeemCallerIdentity(claim, { fetch, clock })).toMatchObject({
      principal: { kind: "root" },
    });
    expect(sent).toHaveLength(1);
  },
);

test("a proof that must not be redeemed is one that no header binds, unless the caller says otherwise", async () => {
  const fake = createFake();
  const claim = accept(checkGoogleSubjectToken(longTerm.google, { audience: provider, now: date }));
  await expect(redeemCallerIdentity(claim, { fetch: fake.fetch, clock })).rejects.toMatchObject(
    refusal(
      "no signed header binds it to this service; check it with an audience, or give allowUnbound: true",
    ),
  );
  expect(await redeemCallerIdentity(claim, { fetch: fake.fetch, clock, allowUnbound: true })).toEqual(
    identity,
  );
});

test("a proof that must not be redeemed is one that has ended, or one that a checker refused", async () => {
  const fake = createFake();
  const claim = await makeClaim();
  const at = (ms: number) => ({ fetch: fake.fetch, clock: () => new Date(+claim.expires + ms) });
  await expect(redeemCallerIdentity(claim, at(1))).rejects.toMatchObject(refusal("it has expired"));
  const never = { ...claim, expires: new Date(Number.NaN) };
  await expect(redeemCallerIdentity(never, at(0))).rejects.toMatchObject(refusal("it has expired"));
  const refused = checkCallerIdentity("no proof") as unknown as CallerIdentityClaim; // what a careless caller does
  await expect(redeemCallerIdentity(refused, { fetch: fake.fetch, clock })).rejects.toMatchObject(
    refusal("a checker has refused it"),
  );
  expect(fake.sts.calls()).toEqual([]);
});

test.each([undefined, null, "", "text", {}, [], Symbol("none")])(
  "a proof that must not be redeemed is %s, which no checker has accepted",
  async (claim) => {
    const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
    await expect(redeemCallerIdentity(claim as never, { fetch, clock })).rejects.toMatchObject(
      refusal("a checker has refused it"),
    );
    expect(sent).toEqual([]);
  },
);

test("a proof can be redeemed until the moment in which it ends", async () => {
  const { fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  const claim = await makeClaim();
  const end = { fetch, clock: () => claim.expires };
  expect(await redeemCallerIdentity(claim, end)).toMatchObject({ principal: { kind: "root" } });
});

test("a proof is redeemed with the runtime's clock and fetch where no others are given", async () => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  vi.stubGlobal("fetch", fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  const inMs = async (ms: number) => change({}, { expires: new Date(Date.now() + ms) });
  await expect(redeemCallerIdentity(await inMs(-1000))).rejects.toMatchObject(refusal("it has expired"));
  expect(sent).toEqual([]);
  expect(await redeemCallerIdentity(await inMs(600_000))).toMatchObject({ principal: { kind: "root" } });
  expect(sent).toHaveLength(1);
});

test("a proof is sent without its host header, which fetch writes, and without a body where it has none", async () => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  const { headers } = (await makeClaim()).request;
  const withHost = await change({ headers: { ...headers, host: "sts.eu-west-1.amazonaws.com" } });
  await redeemCallerIdentity(withHost, { fetch, clock });
  expect(sent[0]?.[1].headers).not.toHaveProperty("host");
  const { token } = await createEksToken(signer, { clusterName: "production", region: "eu-west-1", date });
  const eks = accept(checkEksToken(token, { clusterName: "production", now: date }));
  await redeemCallerIdentity(eks, { fetch, clock });
  expect(sent[1]?.[1]).toMatchObject({ method: "GET" });
  expect(sent[1]?.[1]).not.toHaveProperty("body");
});

const session = createSigner({ credentials: { ...keys, sessionToken: "example-session-token/1+2=" } });
const secretProofs: [name: string, make: () => Promise<CallerIdentityClaim | ProofFailure>][] = [
  [
    "headers",
    async () =>
      checkCallerIdentity(await signCallerIdentity(session, { region: "eu-west-1", audience, date }), {
        audience,
        now: date,
      }),
  ],
  [
    "the query",
    async () => {
      const { token } = await createEksToken(session, {
        clusterName: "production",
        region: "eu-west-1",
        date,
      });
      return checkEksToken(token, { clusterName: "production", now: date });
    },
  ],
];
const echoes: [name: string, respond: (text: string) => Response][] = [
  [
    "a network error",
    (text) => {
      throw new TypeError("fetch failed", { cause: new Error(`cannot send: ${text}`) });
    },
  ],
  [
    "a response that breaks off",
    (text) =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new Error(`broken at: ${text}`)),
        }),
      ),
  ],
  [
    "an error of the service",
    (text) =>
      Response.json(
        { Error: { Code: "AccessDenied", Message: `not allowed: ${text}`, Type: "Sender" }, RequestId: "r" },
        { status: 403 },
      ),
  ],
];
test.each(
  secretProofs.flatMap(([place, make]) => echoes.map(([name, respond]) => ({ place, make, name, respond }))),
)("a proof with its secrets in $place is not shown by $name that quotes it", async ({ make, respond }) => {
  const claim = accept(await make());
  const secrets = [claim.signature, "example-session-token/1+2="];
  const fetch = async () => respond(secrets.join(" and "));
  const error: unknown = await redeemCallerIdentity(claim, { fetch, clock }).catch(
    (thrown: unknown) => thrown,
  );
  const text = inspect(error, { showHidden: true, depth: Infinity });
  expect(text).toMatch(/(?:cannot send|broken at|not allowed): \S+ and /);
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test("a proof may be for another partition where the caller accepts it", async () => {
  const china = await change({ url: "https://sts.cn-north-1.amazonaws.com.cn/" });
  const { fetch } = respondWith(() => xml("arn:aws-cn:iam::123456789012:root"));
  const redeemed = await redeemCallerIdentity(china, { fetch, clock, partitions: ["aws-cn"] });
  expect(redeemed).toMatchObject({ partition: "aws-cn", principal: { kind: "root" } });
});

test("the memory of used proofs makes each proof good once, also when two come at the same time", async () => {
  const fake = createFake();
  const options = { fetch: fake.fetch, clock, usedProofs: createUsedProofs({ clock }) };
  const claim = await makeClaim();
  const codes = await Promise.all([1, 2, 3].map(async () => codeOf(redeemCallerIdentity(claim, options))));
  expect(codes.filter((code) => code === "ERR_PROOF_USED")).toHaveLength(2);
  expect(fake.sts.calls()).toHaveLength(1);
  await expect(redeemCallerIdentity(claim, options)).rejects.toThrow(/^the proof was redeemed before$/);
});

test("the memory of used proofs refuses every proof when it is down, and sends nothing", async () => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  const cause = new Error("no connection");
  for (const add of [
    () => {
      throw cause;
    },
    async () => {
      throw cause;
    },
  ]) {
    const redeemed = redeemCallerIdentity(await makeClaim(), { fetch, clock, usedProofs: { add } });
    await expect(redeemed).rejects.toMatchObject({
      code: "ERR_PROOF_STORE",
      message: "the store of used proofs failed; the proof was not redeemed",
      cause,
    });
  }
  const full = new STSClientError("ERR_PROOF_STORE", "full");
  const usedProofs = { add: () => Promise.reject(full) };
  await expect(redeemCallerIdentity(await makeClaim(), { fetch, clock, usedProofs })).rejects.toBe(full);
  expect(sent).toEqual([]);
});

test("the memory of used proofs forgets what has ended, and refuses more than it may hold", async () => {
  let now = date;
  const used = createUsedProofs({ maxProofs: 2, clock: () => now });
  const after = (seconds: number) => new Date(+date + seconds * 1000);
  expect([
    await used.add("a", after(10)),
    await used.add("b", after(20)),
    await used.add("a", after(10)),
  ]).toEqual([true, true, false]);
  expect(() => used.add("c", after(30))).toThrow(
    expect.objectContaining({
      code: "ERR_PROOF_STORE",
      message: "more than 2 proofs are good at once (maxProofs)",
    }) as Error,
  );
  now = after(11);
  expect(await used.add("c", after(30))).toBe(true);
  expect(await used.add("b", after(20))).toBe(false);
  // In the moment in which it ends a proof can still be redeemed.
  now = after(20);
  expect(await used.add("b", after(20))).toBe(false);
});

test("the memory of used proofs goes by the system clock where it is given none", async () => {
  const used = createUsedProofs();
  const inMs = (ms: number) => new Date(Date.now() + ms);
  expect([await used.add("a", inMs(600_000)), await used.add("a", inMs(600_000))]).toEqual([true, false]);
  const past = createUsedProofs({ maxProofs: 1 });
  expect([await past.add("a", inMs(-1000)), await past.add("b", inMs(600_000))]).toEqual([true, true]);
});

test.each<[arn: string, principal: object]>([
  ["arn:aws:iam::123456789012:root", { kind: "root" }],
  ["arn:aws:iam::123456789012:user/app", { kind: "user", userName: "app", path: "/" }],
  [
    "arn:aws:iam::123456789012:user/division/team/app",
    { kind: "user", userName: "app", path: "/division/team/" },
  ],
  [
    "arn:aws:sts::123456789012:assumed-role/deploy/session@x",
    { kind: "role-session", roleName: "deploy", sessionName: "session@x" },
  ],
  ["arn:aws:sts::123456789012:federated-user/guest", { kind: "federated-user", name: "guest" }],
  ["arn:aws:sts::123456789012:something/new", { kind: "other", resource: "something/new" }],
  ...[
    "sts root",
    "sts user/app",
    "iam user/",
    "iam user/app/",
    "iam users/app",
    "iam x/iam:user/app",
    "iam assumed-role/deploy/session",
    "sts assumed-role/deploy",
    "sts assumed-role/deploy/",
    "sts assumed-role//session",
    "sts assumed-role/deploy/session/more",
    "sts x/sts:assumed-role/deploy/session",
    "iam federated-user/guest",
    "sts federated-user/",
    "sts federated-user/guest/more",
    "sts x/sts:federated-user/guest",
    `sts ${"a".repeat(1600)}`,
  ].map((text): [arn: string, principal: object] => {
    const [service, resource] = text.split(" ");
    return [`arn:aws:${service}::123456789012:${resource}`, { kind: "other", resource }];
  }),
])("what comes back from STS is taken apart: %s", async (arn, principal) => {
  const { fetch } = respondWith(() => xml(arn));
  expect(await redeemCallerIdentity(await makeClaim(), { fetch, clock })).toMatchObject({
    Arn: arn,
    principal,
  });
});

test.each<[what: string, response: () => Response]>([
  ["an ARN of another account", () => xml("arn:aws:iam::111122223333:root")],
  ["an ARN of another partition", () => xml("arn:aws-cn:iam::123456789012:root")],
  ["an ARN that is none", () => xml("root")],
  ["an ARN with text before it", () => xml("xarn:aws:iam::123456789012:root")],
  ["an ARN with text after it", () => xml("arn:aws:iam::123456789012:root x")],
  ["an ARN of another service", () => xml("arn:aws:s3::123456789012:root")],
  ["an ARN of a region", () => xml("arn:aws:iam:eu-west-1:123456789012:root")],
  ["an ARN without a resource", () => xml("arn:aws:iam::123456789012:")],
  ["an ARN of endless length", () => xml(`arn:aws:iam::123456789012:${"a".repeat(1601)}`)],
  ["an ARN of an account with too few digits", () => xml("arn:aws:iam::12345678901:root", "12345678901")],
  ["an ARN of an account of letters", () => xml("arn:aws:iam::abcdefghijkl:root", "abcdefghijkl")],
  ["an identity without an id", () => xml("arn:aws:iam::123456789012:root", "123456789012", "")],
])("what comes back from STS is refused when it is %s", async (_, response) => {
  const { fetch } = respondWith(response);
  await expect(redeemCallerIdentity(await makeClaim(), { fetch, clock })).rejects.toMatchObject(
    refusal("the response of STS does not name an identity of its partition"),
  );
});

test.each<[what: string, response: () => Response]>([
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://example.com/" } })],
  ["a redirect without an address", () => new Response(null, { status: 307 })],
  ["a choice of addresses", () => new Response(null, { status: 300 })],
  ["an unknown redirect", () => new Response(null, { status: 399 })],
  // What browsers and workers show of a redirect.
  [
    "an opaque redirect",
    () => Object.defineProperty(xml("arn:aws:iam::123456789012:root"), "type", { value: "opaqueredirect" }),
  ],
])("what comes back from STS is refused when it is %s", async (_, response) => {
  const { fetch } = respondWith(response);
  await expect(redeemCallerIdentity(await makeClaim(), { fetch, clock })).rejects.toMatchObject(
    refusal("the host wants to redirect it, which STS never does"),
  );
});

test("what comes back from STS with status 400 is an error of the service", async () => {
  const { fetch } = respondWith(() =>
    Response.json({ Error: { Code: "ExpiredToken", Message: "expired" }, RequestId: "r" }, { status: 400 }),
  );
  await expect(redeemCallerIdentity(await makeClaim(), { fetch, clock })).rejects.toMatchObject({
    name: expect.stringContaining("ExpiredToken") as string,
  });
});

test("what comes back from STS is refused when it is too large, or no response of STS", async () => {
  const large = respondWith(() => new Response("a".repeat(70_000)));
  await expect(redeemCallerIdentity(await makeClaim(), { fetch: large.fetch, clock })).rejects.toMatchObject({
    code: "ERR_RESPONSE_TOO_LARGE",
    message: expect.stringMatching(/^the response of STS is larger than 65536 bytes/) as string,
  });
  const page = respondWith(() => new Response("<html></html>"));
  await expect(redeemCallerIdentity(await makeClaim(), { fetch: page.fetch, clock })).rejects.toMatchObject({
    name: "ProtocolError",
    message: expect.stringContaining("sts.eu-west-1.amazonaws.com") as string,
  });
});

test("what comes back from STS is not waited for longer than the limit, even by a fetch that looks at no signal", async () => {
  const never = () => new Promise<Response>(() => {});
  const { signal } = new AbortController();
  for (const more of [{}, { signal }])
    await expect(
      redeemCallerIdentity(await makeClaim(), { fetch: never, clock, timeoutMs: 20, ...more }),
    ).rejects.toMatchObject({ code: "ERR_TIMEOUT", message: "STS took longer than 20 ms (timeoutMs)" });
});

test("what comes back from STS is not waited for when the caller has left, before or meanwhile", async () => {
  const reason = new Error("the caller left");
  const never = () => new Promise<Response>(() => {});
  const options = { fetch: never, clock, timeoutMs: 600_000 };
  await expect(
    redeemCallerIdentity(await makeClaim(), { ...options, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
  const controller = new AbortController();
  let seen: AbortSignal | null | undefined;
  const fetch = (_: string, init: RequestInit) => {
    seen = init.signal;
    setImmediate(() => controller.abort(reason));
    return never();
  };
  await expect(
    redeemCallerIdentity(await makeClaim(), { ...options, fetch, signal: controller.signal }),
  ).rejects.toBe(reason);
  expect(seen?.aborted).toBe(true);
});

test("what comes back from STS does not come when the network is down", async () => {
  const down = async () => {
    throw new TypeError("fetch failed");
  };
  await expect(redeemCallerIdentity(await makeClaim(), { fetch: down, clock })).rejects.toMatchObject({
    code: "ERR_NETWORK",
    message: "GetCallerIdentity: the proof could not be sent: fetch failed",
  });
});

/** Sends what would go to a host of STS to a server on this machine, with the headers as they are. */
async function sendTo(port: number, url: string, init: RequestInit): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const body = typeof init.body === "string" ? init.body : "";
  // `redeemCallerIdentity` gives a plain object.
  const headers = {
    host,
    "content-length": String(body.length),
    ...(init.headers as Record<string, string>),
  };
  return await new Promise<Response>((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method: init.method, path: pathname + search, headers },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve(
            new Response(Buffer.concat(parts).toString(), {
              status: response.statusCode ?? 0,
              headers: { "content-type": response.headers["content-type"] ?? "" },
            }),
          ),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
