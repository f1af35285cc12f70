import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import { encodeRequest, decodeResponse, GetSessionToken } from "@org/sts-protocol";
import { createSigner, type Signer } from "@org/sts-signer";
import {
  checkBedrockToken,
  createBedrockToken,
  type ProofClaim,
  type ProofFailure,
} from "@org/sts-signer/bedrock";
import { checkCallerIdentity, presignCallerIdentity } from "@org/sts-signer/caller-identity";
import { checkDsqlToken, createDsqlToken } from "@org/sts-signer/dsql";
import { checkElastiCacheToken, createElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkIotUrl, createIotUrl } from "@org/sts-signer/iot";
import { checkMskIamPayload, checkMskToken, createMskIamPayload, createMskToken } from "@org/sts-signer/msk";
import { checkRdsToken, createRdsToken } from "@org/sts-signer/rds";
import { describe, expect, test } from "vitest";

const date = new Date("2026-01-01T00:00:00Z");
const region = "eu-west-1";
const [key] = demoUser.accessKeys ?? [];
const credentials = { accessKeyId: key?.accessKeyId ?? "", secretAccessKey: key?.secretAccessKey ?? "" };
const hostname = "db.example.com";
const identity = {
  Account: "123456789012",
  Arn: "arn:aws:iam::123456789012:user/demo",
  UserId: demoUser.userId,
};

const proofs: [name: string, make: (signer: Signer) => Promise<ProofClaim | ProofFailure>, life: number][] = [
  [
    "RDS",
    async (signer) =>
      checkRdsToken(await createRdsToken(signer, { hostname, port: 5432, username: "app", region, date }), {
        now: date,
      }),
    900,
  ],
  [
    "DSQL",
    async (signer) =>
      checkDsqlToken(await createDsqlToken(signer, { hostname, region, date }), { now: date }),
    900,
  ],
  [
    "ElastiCache",
    async (signer) =>
      checkElastiCacheToken(
        await createElastiCacheToken(signer, { cacheName: "sessions", userId: "app", region, date }),
        { now: date },
      ),
    900,
  ],
  [
    "Bedrock",
    async (signer) => checkBedrockToken(await createBedrockToken(signer, { region, date }), { now: date }),
    43_200,
  ],
  [
    "IoT",
    async (signer) => checkIotUrl(await createIotUrl(signer, { hostname, region, date }), { now: date }),
    300,
  ],
  [
    "MSK",
    async (signer) => checkMskToken((await createMskToken(signer, { region, date })).token, { now: date }),
    900,
  ],
  [
    "MSK by AWS_MSK_IAM",
    async (signer) =>
      checkMskIamPayload(await createMskIamPayload(signer, { host: hostname, region, date }), {
        host: hostname,
        now: date,
      }),
    900,
  ],
];

function accept(claim: ProofClaim | ProofFailure): ProofClaim {
  if (!claim.ok) throw new Error(claim.reason);
  return claim;
}

describe.each(proofs)("a proof for %s", (_, make, life) => {
  test("a proof is good when a user of the fake made it, for as long as it says", async () => {
    const clock = createClock({ at: date });
    const fake = createFakeSts({ clock });
    const claim = accept(await make(createSigner({ credentials })));
    expect(await fake.check(claim)).toEqual({ ok: true, ...identity });
    clock.advanceSeconds(life + 1);
    expect(await fake.check(claim)).toMatchObject({ ok: false, reason: "expired" });
  });

  test("a proof is good when a session of the fake made it, and says whose session it is", async () => {
    const fake = createFakeSts({ clock: createClock({ at: date }) });
    const request = encodeRequest(GetSessionToken, {}, { hostname: "sts.eu-west-1.amazonaws.com" });
    const signed = await createSigner({ credentials }).sign(request, { region, service: "sts", date });
    const response = await fake.fetch("https://sts.eu-west-1.amazonaws.com/", {
      method: "POST",
      headers: signed.headers,
      body: String(signed.body),
    });
    const headers = Object.fromEntries(response.headers);
    const { Credentials } = await decodeResponse(GetSessionToken, {
      statusCode: response.status,
      headers,
      body: await response.text(),
    });
    if (Credentials === undefined) throw new Error("no credentials");
    const claim = accept(await make(createSigner({ credentials: Credentials })));
    expect(await fake.check(claim)).toEqual({ ok: true, ...identity });
  });

  test("a proof is refused when another secret made it, or a key that nobody has", async () => {
    const fake = createFakeSts({ clock: createClock({ at: date }) });
    const forged = accept(
      await make(createSigner({ credentials: { ...credentials, secretAccessKey: "other" } })),
    );
    expect(await fake.check(forged)).toMatchObject({ ok: false, reason: "wrong-signature" });
    const stranger = accept(
      await make(createSigner({ credentials: { ...credentials, accessKeyId: "AKIAI44QH8DHBEXAMPLE" } })),
    );
    expect(await fake.check(stranger)).toMatchObject({ ok: false, reason: "unknown-key" });
  });
});

test("a presigned GetCallerIdentity can be checked without being sent", async () => {
  const fake = createFakeSts({ clock: createClock({ at: date }) });
  const url = await presignCallerIdentity(createSigner({ credentials }), { region, date });
  expect(await fake.check(accept(checkCallerIdentity(url, { now: date })))).toEqual({
    ok: true,
    ...identity,
  });
});
