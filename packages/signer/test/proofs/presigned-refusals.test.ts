import { createSigner } from "@org/sts-signer";
import { checkBedrockToken, createBedrockToken } from "@org/sts-signer/bedrock";
import { checkElastiCacheToken, createElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkIotUrl, createIotUrl } from "@org/sts-signer/iot";
import { checkMskToken, createMskToken } from "@org/sts-signer/msk";
import { checkRdsToken, createRdsToken } from "@org/sts-signer/rds";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const signer = createSigner({ credentials });
const date = new Date("2026-11-24T12:00:00Z");
const region = "eu-west-1";
const database = { hostname: "db.example.com", port: 5432, username: "app", region, date };

const parameter = (name: string, value: string) => (text: string) =>
  text.replace(new RegExp(`(?<=[?&]${name}=)[^&]*`), value);
const without = (name: string) => (text: string) =>
  text.replace(new RegExp(`([?&])${name}=[^&]*&?`), "$1").replace(/&$/, "");

interface Format {
  readonly make: () => Promise<string>;
  readonly check: (proof: unknown) => { readonly ok: boolean };
}

const rds: Format = {
  make: () => createRdsToken(signer, database),
  check: (proof) => checkRdsToken(proof, { now: date, regions: [region] }),
};
const cache: Format = {
  make: () =>
    createElastiCacheToken(signer, {
      cacheName: "sessions",
      userId: "app",
      region,
      date,
      isServerless: true,
    }),
  check: (proof) => checkElastiCacheToken(proof, { now: date }),
};
const iot: Format = {
  make: () => createIotUrl(signer, { hostname: "abc123-ats.iot.eu-west-1.amazonaws.com", region, date }),
  check: (proof) => checkIotUrl(proof, { now: date }),
};
const LIFE = "X-Amz-Expires: expected 1 to 900 seconds";
const NO_HOST = "expected the name of a host";
const UNREADABLE = "a parameter cannot be read";
const FOREIGN = "a parameter that does not belong there, or one twice";

test.each<[what: string, format: Format, change: (text: string) => unknown, reason: string, message: string]>(
  [
    ["a number", rds, () => 1, "malformed", "token: expected text"],
    ["a long token", rds, () => "a".repeat(16_385), "too-large", "token: more than 16384 characters"],
    ["a blank in front", rds, (text) => ` ${text}`, "malformed", "expected visible ASCII"],
    ["a blank behind", rds, (text) => `${text} `, "malformed", "expected visible ASCII"],
    ["another scheme", iot, (text) => text.replace("wss", "https"), "wrong-host", "expected wss://"],
    ["no query", rds, () => "db.example.com/", "malformed", "expected a host, a path and a query"],
    [
      "a query before the host",
      rds,
      (text) => `?${text}`,
      "malformed",
      "expected a host, a path and a query",
    ],
    ["a user", rds, (text) => `user@${text}`, "wrong-host", NO_HOST],
    ["port 0", rds, (text) => text.replace(":5432", ":0"), "wrong-host", NO_HOST],
    ["port 65536", rds, (text) => text.replace(":5432", ":65536"), "wrong-host", NO_HOST],
    ["another path", rds, (text) => text.replace("/?", "/x?"), "wrong-path", "expected the path /"],
    [
      "another path of IoT",
      iot,
      (text) => text.replace("mqtt", "x"),
      "wrong-path",
      "expected the path /mqtt",
    ],
    ["no user name", rds, without("DBUser"), "wrong-parameters", "DBUser: missing"],
    ["an empty user name", rds, parameter("DBUser", ""), "wrong-parameters", "DBUser: missing"],
    ["another action", rds, parameter("Action", "other"), "wrong-action", "Action: not the format's value"],
    [
      "another kind of cache",
      cache,
      parameter("ResourceType", "other"),
      "wrong-parameters",
      "ResourceType: not the format's value",
    ],
    ["a parameter more", rds, (text) => `${text}&Extra=1`, "wrong-parameters", FOREIGN],
    ["a parameter twice", rds, (text) => `${text}&dbuser=app`, "wrong-parameters", FOREIGN],
    ["a parameter without a value", rds, (text) => `${text}&Extra`, "malformed", UNREADABLE],
    ["a bracket before a name", rds, (text) => text.replace("DBUser", "(DBUser"), "malformed", UNREADABLE],
    ["bytes that are no UTF-8", rds, (text) => `${text}%ff`, "malformed", UNREADABLE],
    [
      "no signed host",
      rds,
      parameter("X-Amz-SignedHeaders", "x-other"),
      "header-not-signed",
      "host is not among the signed headers",
    ],
    [
      "another signed header",
      rds,
      parameter("X-Amz-SignedHeaders", "host%3Bx-other"),
      "header-missing",
      "another header than host was signed",
    ],
    ["a life of 0 seconds", rds, parameter("X-Amz-Expires", "0"), "expires-out-of-range", LIFE],
    ["a life of 901 seconds", rds, parameter("X-Amz-Expires", "901"), "expires-out-of-range", LIFE],
    ["a life of 600.5 seconds", rds, parameter("X-Amz-Expires", "600.5"), "expires-out-of-range", LIFE],
    ["a life with a zero in front", rds, parameter("X-Amz-Expires", "0900"), "expires-out-of-range", LIFE],
    [
      "a life where the format has none",
      iot,
      (text) => `${text}&X-Amz-Expires=60`,
      "wrong-parameters",
      "X-Amz-Expires: the format has none",
    ],
    ["no signature", rds, without("X-Amz-Signature"), "wrong-parameters", "X-Amz-Signature: missing"],
    [
      "another service",
      rds,
      (text) => text.replace("%2Frds-db%2F", "%2Fsts%2F"),
      "wrong-service",
      "the scope's service is not rds-db",
    ],
    [
      "a service that is neither of two",
      cache,
      (text) => text.replace("%2Felasticache%2F", "%2Fsts%2F"),
      "wrong-service",
      "the scope's service is not elasticache or memorydb",
    ],
    [
      "another region",
      rds,
      (text) => text.replace("%2Feu-west-1%2F", "%2Fus-east-1%2F"),
      "wrong-region",
      "the scope's region is not accepted",
    ],
  ],
)(
  "a presigned proof with %s is refused, and the message says why",
  async (_, format, change, reason, message) => {
    const text = await format.make();
    expect(format.check(text)).toMatchObject({ ok: true });
    expect(format.check(change(text))).toStrictEqual({ ok: false, reason, message });
  },
);

test.each<[what: string, change: (text: string) => string]>([
  ["the shortest life", parameter("X-Amz-Expires", "1")],
  ["the highest port", (text) => text.replace(":5432", ":65535")],
])("a presigned proof with %s is accepted", async (_, change) => {
  expect(rds.check(change(await rds.make()))).toMatchObject({ ok: true });
});

test("the claim holds the request as it was signed, with the address that it stands for", async () => {
  const token = await createRdsToken(signer, database);
  const claim = checkRdsToken(token, { now: date });
  expect(claim).toMatchObject({
    request: {
      method: "GET",
      url: `https://${token}`,
      protocol: "https:",
      hostname: "db.example.com",
      port: 5432,
      path: "/",
      headers: { host: "db.example.com:5432" },
    },
  });
});

test("a signer is given the name of the host without its port", async () => {
  const seen: unknown[] = [];
  const presign = ((request: object, ...more: [never, never]) => {
    seen.push(request);
    return signer.presign(request as never, ...more);
  }) as typeof signer.presign;
  await createRdsToken({ presign }, database);
  expect(seen).toMatchObject([{ hostname: "db.example.com", headers: { host: "db.example.com:5432" } }]);
});

test("a user agent survives the alphabet of base64 for URLs, and is empty when there is none", async () => {
  const { token } = await createMskToken(signer, { region, date, userAgent: "~~~~~" });
  expect(token).toMatch(/^[\w-]*-[\w-]*$/);
  expect(checkMskToken(token, { now: date })).toMatchObject({ ok: true, userAgent: "~~~~~" });
  const text = Buffer.from(token, "base64url").toString();
  const silent = Buffer.from(without("User-Agent")(text)).toString("base64url");
  expect(checkMskToken(silent, { now: date })).toMatchObject({ ok: true, userAgent: "" });
});

describe("a Bedrock key", () => {
  const prefix = "bedrock-api-key-";

  test.each<[what: string, change: (base64: string) => string]>([
    ["without its padding", (base64) => base64.replace(/=+$/, "")],
    ["with blanks in front", (base64) => `    ${base64}`],
    ["with blanks behind", (base64) => `${base64}    `],
    ["of another alphabet", (base64) => `-_${base64.slice(2)}`],
    ["beyond ASCII", () => Buffer.from("é").toString("base64")],
  ])("is refused %s, and the message says why", async (_, change) => {
    const lives = [1, 10, 100];
    const keys = await Promise.all(
      lives.map((expiresIn) => createBedrockToken(signer, { region, date, expiresIn })),
    );
    const key = keys.find((one) => one.endsWith("=")) ?? "";
    expect(checkBedrockToken(key, { now: date })).toMatchObject({ ok: true });
    const changed = `${prefix}${change(key.slice(prefix.length))}`;
    expect(checkBedrockToken(changed, { now: date })).toStrictEqual({
      ok: false,
      reason: "malformed",
      message: "token: expected base64 of ASCII text",
    });
  });
});

test("the way in which a claim is printed can be replaced, or taken away", async () => {
  const claim = checkRdsToken(await createRdsToken(signer, database), { now: date });
  if (!claim.ok) throw new Error(claim.reason);
  const own = claim as unknown as Record<symbol, unknown>;
  own[inspect.custom] = () => "a token of RDS";
  expect(inspect(claim)).toBe("a token of RDS");
  delete own[inspect.custom];
  expect(inspect(claim)).toContain(claim.signature);
});
