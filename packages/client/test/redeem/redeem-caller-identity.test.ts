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
import { expect, test } from "vitest";

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

test.each([
  "https://example.com/",
  "https://sts.s3.amazonaws.com/",
  "https://sts.-.amazonaws.com/",
  "https://sts.eu-west-1.amazonaws.com.example.com/",
  "https://vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com/",
  "https://sts.cn-north-1.amazonaws.com.cn/",
  "https://sts.us-gov-west-1.amazonaws.com/",
  "https://169.254.169.254/",
  "https://localhost/",
  "http://sts.eu-west-1.amazonaws.com/",
  "https://sts.eu-west-1.amazonaws.com:8443/",
  "https://user@sts.eu-west-1.amazonaws.com/",
  "https://sts.eu-west-1.amazonaws.com/x",
  "https://sts.eu-west-1.amazonaws.com/#x",
  "https://sts.eu-west-1.amazonaws.com/?Action=AssumeRole",
])("a proof that must not be redeemed is not sent to %s, whatever the checker was told", async (url) => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  expect(await codeOf(redeemCallerIdentity(await change({ url }), { fetch, clock }))).toBe(
    "ERR_PROOF_REFUSED",
  );
  expect(sent).toEqual([]);
});

test.each<[what: string, request: Partial<CallerIdentityClaim["request"]>]>([
  ["another action", { body: "Action=AssumeRole&Version=2011-06-15" }],
  ["no action", { body: "" }],
  ["two actions", { body: "Action=GetCallerIdentity&Action=AssumeRole" }],
  ["another method", { method: "PUT" }],
])("a proof that must not be redeemed is not sent with %s", async (_, request) => {
  const { sent, fetch } = respondWith(() => xml("arn:aws:iam::123456789012:root"));
  expect(await codeOf(redeemCallerIdentity(await change(request), { fetch, clock }))).toBe(
    "ERR_PROOF_REFUSED",
  );
  expect(sent).toEqual([]);
});

test("a proof that must not be redeemed is one that no header binds, unless the caller says otherwise", async () => {
  const fake = createFake();
  const claim = accept(checkGoogleSubjectToken(longTerm.google, { audience: provider, now: date }));
  expect(await codeOf(redeemCallerIdentity(claim, { fetch: fake.fetch, clock }))).toBe("ERR_PROOF_REFUSED");
  expect(await redeemCallerIdentity(claim, { fetch: fake.fetch, clock, allowUnbound: true })).toEqual(
    identity,
  );
});

test("a proof that must not be redeemed is one that has ended, or one that a checker refused", async () => {
  const fake = createFake();
  const late = () => new Date(+date + 900_001);
  expect(await codeOf(redeemCallerIdentity(await makeClaim(), { fetch: fake.fetch, clock: late }))).toBe(
    "ERR_PROOF_REFUSED",
  );
  const refused = checkCallerIdentity("no proof") as unknown as CallerIdentityClaim; // what a careless caller does
  expect(await codeOf(redeemCallerIdentity(refused, { fetch: fake.fetch, clock }))).toBe("ERR_PROOF_REFUSED");
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
    await expect(redeemed).rejects.toMatchObject({ code: "ERR_PROOF_STORE", cause });
  }
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
    expect.objectContaining({ code: "ERR_PROOF_STORE" }) as Error,
  );
  now = after(11);
  expect(await used.add("c", after(30))).toBe(true);
  expect(await used.add("b", after(20))).toBe(false);
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
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://example.com/" } })],
  ["a redirect without an address", () => new Response(null, { status: 307 })],
])("what comes back from STS is refused when it is %s", async (_, response) => {
  const { fetch } = respondWith(response);
  expect(await codeOf(redeemCallerIdentity(await makeClaim(), { fetch, clock }))).toBe("ERR_PROOF_REFUSED");
});

test("what comes back from STS is refused when it is too large, or no response of STS", async () => {
  const large = respondWith(() => new Response("a".repeat(70_000)));
  expect(await codeOf(redeemCallerIdentity(await makeClaim(), { fetch: large.fetch, clock }))).toBe(
    "ERR_RESPONSE_TOO_LARGE",
  );
  const page = respondWith(() => new Response("<html></html>"));
  await expect(redeemCallerIdentity(await makeClaim(), { fetch: page.fetch, clock })).rejects.toMatchObject({
    name: "ProtocolError",
  });
});

test("what comes back from STS is not waited for longer than the limit, even by a fetch that looks at no signal", async () => {
  const never = () => new Promise<Response>(() => {});
  expect(await codeOf(redeemCallerIdentity(await makeClaim(), { fetch: never, clock, timeoutMs: 20 }))).toBe(
    "ERR_TIMEOUT",
  );
  const reason = new Error("the caller left");
  await expect(
    redeemCallerIdentity(await makeClaim(), { fetch: never, clock, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

test("what comes back from STS does not come when the network is down", async () => {
  const down = async () => {
    throw new TypeError("fetch failed");
  };
  expect(await codeOf(redeemCallerIdentity(await makeClaim(), { fetch: down, clock }))).toBe("ERR_NETWORK");
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
