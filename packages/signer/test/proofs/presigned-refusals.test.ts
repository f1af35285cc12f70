import { createSigner } from "@org/sts-signer";
import { checkBedrockToken, createBedrockToken } from "@org/sts-signer/bedrock";
import { checkDsqlToken, createDsqlToken } from "@org/sts-signer/dsql";
import { checkElastiCacheToken, createElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkIotUrl, createIotUrl } from "@org/sts-signer/iot";
import { checkMskIamPayload, checkMskToken, createMskIamPayload, createMskToken } from "@org/sts-signer/msk";
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

describe("a presigned proof for somebody else", () => {
  const cluster = "cluster.dsql.eu-west-1.on.aws";
  const dsql = () => createDsqlToken(signer, { hostname: cluster, region, date });
  const thing = () => createIotUrl(signer, { hostname: "abc123.iot.eu-west-1.amazonaws.com", region, date });
  const broker = "b-1.example.com";
  const now = date;
  const toBase64 = (text: string) => Buffer.from(text).toString("base64url");
  const fromBase64 = (text: string) => Buffer.from(text, "base64url").toString();

  type Refusal = readonly [
    make: () => Promise<string>,
    check: (proof: string) => unknown,
    reason: string,
    message: string,
  ];
  const refusals: readonly Refusal[] = [
    [rds.make, (t) => checkRdsToken(t.replace(":5432", ""), { now }), "wrong-host", "expected a port"],
    [
      rds.make,
      (t) => checkRdsToken(t, { now, hostname: "DB.example.com" }),
      "wrong-host",
      "the token is for another host",
    ],
    [rds.make, (t) => checkRdsToken(t, { now, port: 5433 }), "wrong-host", "the token is for another port"],
    [
      rds.make,
      (t) => checkRdsToken(t, { now, username: "App" }),
      "wrong-user",
      "the token is for another user",
    ],
    [dsql, (t) => checkDsqlToken(t.replace("/?", ":5432/?"), { now }), "wrong-host", "expected no port"],
    [
      dsql,
      (t) => checkDsqlToken(t.replace("DbConnect", "Connect"), { now }),
      "wrong-action",
      "expected DbConnect or DbConnectAdmin",
    ],
    [
      dsql,
      (t) => checkDsqlToken(t, { now, hostname: "other.example.com" }),
      "wrong-host",
      "the token is for another host",
    ],
    [
      dsql,
      (t) => checkDsqlToken(t, { now, role: "admin" }),
      "wrong-user",
      "the token is not for the role admin",
    ],
    [
      cache.make,
      (t) => checkElastiCacheToken(t.replace("sessions/", "sessions.example.com/"), { now }),
      "wrong-host",
      "expected a name without a dot or a port",
    ],
    [
      cache.make,
      (t) => checkElastiCacheToken(t, { now, cacheName: "Sessions" }),
      "wrong-host",
      "the token is for another cache",
    ],
    [
      cache.make,
      (t) => checkElastiCacheToken(t, { now, userId: "App" }),
      "wrong-user",
      "the token is for another user",
    ],
    [
      thing,
      (t) => checkIotUrl(t, { now, hostname: "other.example.com" }),
      "wrong-host",
      "the address is for another host",
    ],
    [
      thing,
      (t) => checkIotUrl(t.replace(".iot.eu-west-1", ".iot.us-east-1"), { now }),
      "wrong-region",
      "the scope's region is not the host's",
    ],
    [
      () => createBedrockToken(signer, { region, date }),
      (t) => checkBedrockToken(t.replace("bedrock", "Bedrock"), { now }),
      "malformed",
      "token: expected bedrock-api-key-",
    ],
    [
      () => createBedrockToken(signer, { region, date }),
      (t) => {
        const text = Buffer.from(t.replace("bedrock-api-key-", ""), "base64").toString();
        const moved = text.replace("bedrock.amazonaws.com", "bedrock.example.com");
        return checkBedrockToken(`bedrock-api-key-${Buffer.from(moved).toString("base64")}`, { now });
      },
      "wrong-host",
      "expected the host bedrock.amazonaws.com",
    ],
    [
      async () => "a+b",
      (t) => checkMskToken(t, { now }),
      "malformed",
      "token: expected base64url of an address",
    ],
    [
      async () => (await createMskToken(signer, { region, date })).token,
      (t) => checkMskToken(toBase64(fromBase64(t).replace("kafka.eu-west-1", "kafka.us-east-1")), { now }),
      "wrong-host",
      "not the host of Kafka in the scope's region",
    ],
    [
      () => createMskIamPayload(signer, { host: broker, region, date }),
      (t) => checkMskIamPayload(t, { now, host: "b-2.example.com" }),
      "wrong-host",
      "the payload is for another broker",
    ],
    [
      () => createMskIamPayload(signer, { host: broker, region, date }),
      (t) => checkMskIamPayload(t.replace("2020_10_22", "2020_10_23"), { now, host: broker }),
      "wrong-parameters",
      "version: expected 2020_10_22",
    ],
  ];
  test.each(refusals.map(([make, check, reason, message]) => ({ make, check, reason, message })))(
    "is refused as $reason: $message",
    async ({ make, check, reason, message }) => {
      expect(check(await make())).toStrictEqual({ ok: false, reason, message });
    },
  );

  test("a proof is accepted if nothing but its form is asked for, and says who it is for", async () => {
    expect(checkRdsToken(await rds.make(), { now })).toMatchObject({
      hostname: "db.example.com",
      port: 5432,
      username: "app",
    });
    expect(checkDsqlToken(await dsql(), { now })).toMatchObject({ hostname: cluster, role: "user" });
    expect(checkElastiCacheToken(await cache.make(), { now })).toMatchObject({
      cacheName: "sessions",
      userId: "app",
      service: "elasticache",
      isServerless: true,
    });
    expect(checkIotUrl(await thing(), { now })).toMatchObject({ port: 443 });
    const { token, expiration } = await createMskToken(signer, { region, date });
    expect(checkMskToken(token, { now })).toMatchObject({ ok: true, userAgent: "sts-signer" });
    expect(expiration).toEqual(new Date(+date + 900_000));
    const payload = await createMskIamPayload(signer, { host: broker, region, date });
    expect(checkMskIamPayload(payload, { now, host: broker })).toMatchObject({
      ok: true,
      userAgent: "sts-signer",
    });
  });

  test.each<[string, credentialsExpiration: number, signedAt: number, life: number]>([
    ["no later than the credentials", 600_000, 0, 600],
    ["in whole seconds", 600_999, 0, 600],
    ["after 15 minutes", 901_000, 0, 900],
    ["15 minutes after the second in which it was signed", 3_600_000, 999, 900],
  ])("a token of MSK ends %s", async (_, ends, signedAt, life) => {
    const at = new Date(+date + signedAt);
    const credentialsExpiration = new Date(+at + ends);
    const { token, expiration } = await createMskToken(signer, { region, date: at, credentialsExpiration });
    expect(fromBase64(token)).toContain(`X-Amz-Expires=${life}&`);
    expect(expiration).toEqual(new Date(+date + life * 1000));
  });

  const HOST = "text of the form ^[a-z\\d.-]{1,253}$";
  const REGION = "text of the form ^[a-z\\d-]{1,63}$";
  const NAME = "text of the form ^[a-z][a-z\\d-]{0,62}$";
  const PORT = "text of the form ^\\d{1,5}$";
  const invalid: readonly (readonly [make: () => Promise<unknown>, message: string])[] = [
    [() => createRdsToken(signer, { ...database, hostname: "a/b" }), `hostname: expected ${HOST}`],
    [() => createRdsToken(signer, { ...database, hostname: "" }), `hostname: expected ${HOST}`],
    [() => createRdsToken(signer, { ...database, port: 100_000 }), `port: expected ${PORT}`],
    [() => createRdsToken(signer, { ...database, port: -1 }), `port: expected ${PORT}`],
    [() => createDsqlToken(signer, { hostname: "a:1", region }), `hostname: expected ${HOST}`],
    [() => createDsqlToken(signer, { hostname: cluster, region: "a.b" }), `region: expected ${REGION}`],
    [
      () => createElastiCacheToken(signer, { cacheName: "1a", userId: "a", region }),
      `cacheName: expected ${NAME}`,
    ],
    [
      () => createElastiCacheToken(signer, { cacheName: "a", userId: "a".repeat(64), region }),
      `userId: expected ${NAME}`,
    ],
    [
      () => createElastiCacheToken(signer, { cacheName: "a", userId: "a", region: "A" }),
      `region: expected ${REGION}`,
    ],
    [() => createIotUrl(signer, { hostname: "a b", region }), `hostname: expected ${HOST}`],
    [() => createIotUrl(signer, { hostname: "a", region, port: 1.5 }), `port: expected ${PORT}`],
    [() => createIotUrl(signer, { hostname: "a", region: "" }), `region: expected ${REGION}`],
    [() => createBedrockToken(signer, { region: "a/b" }), `region: expected ${REGION}`],
    [() => createMskToken(signer, { region: "a/b" }), `region: expected ${REGION}`],
    [() => createMskIamPayload(signer, { host: "a:1", region }), `host: expected ${HOST}`],
    [() => createMskIamPayload(signer, { host: "a", region: "a/b" }), `region: expected ${REGION}`],
  ];
  test.each(invalid.map(([make, message]) => ({ make, message })))(
    "is not made from invalid input: $message",
    async ({ make, message }) => {
      await expect(make()).rejects.toMatchObject({ code: "ERR_RECIPE_INPUT_INVALID", message });
    },
  );
});
