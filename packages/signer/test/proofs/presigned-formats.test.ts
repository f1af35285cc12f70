import { createEksToken } from "@org/sts-signer/eks";
import { createSigner, verify } from "@org/sts-signer";
import {
  checkBedrockToken,
  createBedrockToken,
  type ProofClaim,
  type ProofFailure,
} from "@org/sts-signer/bedrock";
import { checkDsqlToken, createDsqlToken } from "@org/sts-signer/dsql";
import { checkElastiCacheToken, createElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkIotUrl, createIotUrl } from "@org/sts-signer/iot";
import { checkMskIamPayload, checkMskToken, createMskIamPayload, createMskToken } from "@org/sts-signer/msk";
import { checkRdsToken, createRdsToken } from "@org/sts-signer/rds";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { printedSecrets } from "../support/printed-secrets.ts";
import { damaged, fuzzChecker } from "../support/fuzz-proof.ts";
import { recorded, recordedAt, recordedKinds } from "../support/recorded-proofs.ts";

const credentials = { ...recorded.keys, sessionToken: "a/token+with=signs" };
const signer = createSigner({ credentials });
const region = "eu-west-1";
const date = recordedAt;
const hostname = "Database.abcdefghijkl.eu-west-1.rds.amazonaws.com";
const broker = "b-1.cluster.abcdef.c1.kafka.eu-west-1.amazonaws.com";
const prefix = "bedrock-api-key-";
const fromUrl = (text: string) => Buffer.from(text, "base64url").toString();
const toUrl = (text: string) => Buffer.from(text).toString("base64url");

interface Format {
  readonly name: string;
  readonly make: () => Promise<string>;
  /** The text of the presigned request. */
  readonly open: (proof: string) => string;
  readonly close: (text: string) => unknown;
  readonly check: (proof: unknown, more?: { now?: Date; regions?: string[] }) => ProofClaim | ProofFailure;
  readonly says: Record<string, unknown>;
  /** In seconds. */
  readonly life: number;
  readonly service: string;
  /** A parameter that the format demands, by name, with the reason for which another value is refused. */
  readonly demands: readonly (readonly [name: string, reason: string])[];
  readonly otherHosts: readonly string[];
}

const formats: readonly Format[] = [
  {
    name: "RDS",
    make: () => createRdsToken(signer, { hostname, port: 5432, username: "a user", region, date }),
    open: (proof) => proof,
    close: (text) => text,
    check: (proof, more) =>
      checkRdsToken(proof, { now: date, hostname, port: 5432, username: "a user", ...more }),
    says: { hostname, port: 5432, username: "a user" },
    life: 900,
    service: "rds-db",
    demands: [
      ["Action", "wrong-action"],
      ["DBUser", "wrong-user"],
    ],
    otherHosts: ["other.example.com:5432", `${hostname}:5433`, hostname, `${hostname.toLowerCase()}:5432`],
  },
  {
    name: "DSQL",
    make: () => createDsqlToken(signer, { hostname: "Cluster.dsql.eu-west-1.on.aws", region, date }),
    open: (proof) => proof,
    close: (text) => text,
    check: (proof, more) =>
      checkDsqlToken(proof, { now: date, hostname: "Cluster.dsql.eu-west-1.on.aws", role: "user", ...more }),
    says: { hostname: "Cluster.dsql.eu-west-1.on.aws", role: "user" },
    life: 900,
    service: "dsql",
    demands: [["Action", "wrong-action"]],
    otherHosts: ["other.example.com", "Cluster.dsql.eu-west-1.on.aws:443", "cluster.dsql.eu-west-1.on.aws"],
  },
  {
    name: "ElastiCache",
    make: () => createElastiCacheToken(signer, { cacheName: "My-Cluster", userId: "App-User", region, date }),
    open: (proof) => proof,
    close: (text) => text,
    check: (proof, more) =>
      checkElastiCacheToken(proof, { now: date, cacheName: "My-Cluster", userId: "App-User", ...more }),
    says: { cacheName: "My-Cluster", userId: "App-User", service: "elasticache", isServerless: false },
    life: 900,
    service: "elasticache",
    demands: [
      ["Action", "wrong-action"],
      ["User", "wrong-user"],
    ],
    otherHosts: ["other", "my-cluster", "My-Cluster:6379", "My-Cluster.example.com"],
  },
  {
    name: "Bedrock",
    make: () => createBedrockToken(signer, { region, expiresIn: 3600, date }),
    open: (proof) => Buffer.from(proof.slice(prefix.length), "base64").toString(),
    close: (text) => `${prefix}${Buffer.from(text).toString("base64")}`,
    check: (proof, more) => checkBedrockToken(proof, { now: date, ...more }),
    says: {},
    life: 3600,
    service: "bedrock",
    demands: [
      ["Action", "wrong-action"],
      ["Version", "wrong-parameters"],
    ],
    otherHosts: ["bedrock.eu-west-1.amazonaws.com", "bedrock.amazonaws.com:443", "Bedrock.amazonaws.com"],
  },
  {
    name: "IoT",
    make: () => createIotUrl(signer, { hostname: "abc123-ats.iot.eu-west-1.amazonaws.com", region, date }),
    open: (proof) => proof,
    close: (text) => text,
    check: (proof, more) =>
      checkIotUrl(proof, { now: date, hostname: "abc123-ats.iot.eu-west-1.amazonaws.com", ...more }),
    says: { hostname: "abc123-ats.iot.eu-west-1.amazonaws.com", port: 443 },
    life: 300,
    service: "iotdevicegateway",
    demands: [],
    otherHosts: ["other.example.com", "ABC123-ats.iot.eu-west-1.amazonaws.com"],
  },
  {
    name: "MSK (OAUTHBEARER)",
    make: async () => (await createMskToken(signer, { region, date, userAgent: "app/1" })).token,
    open: fromUrl,
    close: toUrl,
    check: (proof, more) => checkMskToken(proof, { now: date, ...more }),
    says: { userAgent: "app/1" },
    life: 900,
    service: "kafka-cluster",
    demands: [["Action", "wrong-action"]],
    otherHosts: [
      "kafka.us-east-1.amazonaws.com",
      "kafka.eu-west-1.amazonaws.com:443",
      "kafka.eu-west-1.amazonaws.com.example.com",
    ],
  },
];

const set = (name: string, value: string) => (text: string) =>
  text.replace(new RegExp(`([?&])${name}=[^&]*`), `$1${name}=${value}`);
const without = (name: string) => (text: string) =>
  text.replace(new RegExp(`([?&])${name}=[^&]*&?`), "$1").replace(/&$/, "");

/** What every checker of a presigned request refuses. */
const spoilings: readonly (readonly [what: string, reason: string, spoil: (text: string) => string])[] = [
  ["a parameter more", "wrong-parameters", (text) => `${text}&Extra=1`],
  ["a parameter twice", "wrong-parameters", (text) => `${text}&X-Amz-Date=20261124T120000Z`],
  ["a parameter twice in another case", "wrong-parameters", (text) => `${text}&x-amz-date=20261124T120000Z`],
  ["no signature", "wrong-parameters", without("X-Amz-Signature")],
  ["no credential", "wrong-parameters", without("X-Amz-Credential")],
  ["no date", "wrong-parameters", without("X-Amz-Date")],
  ["no algorithm", "wrong-parameters", without("X-Amz-Algorithm")],
  ["another algorithm", "unsupported-algorithm", set("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256")],
  ["a signature that is none", "malformed", set("X-Amz-Signature", "0")],
  [
    "another service",
    "wrong-service",
    (text) => text.replace(/%2F[\w-]+%2Faws4_request/, "%2Fsts%2Faws4_request"),
  ],
  ["another day in the scope", "wrong-day", (text) => text.replace("%2F20261124%2F", "%2F20261123%2F")],
  ["no scope", "malformed", set("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE")],
  ["30 February", "malformed", set("X-Amz-Date", "20260230T120000Z")],
  ["24:00", "malformed", set("X-Amz-Date", "20261123T240000Z")],
  ["no signed host", "header-not-signed", set("X-Amz-SignedHeaders", "x-other")],
  ["no signed header", "header-not-signed", set("X-Amz-SignedHeaders", "")],
  ["another signed header", "header-missing", set("X-Amz-SignedHeaders", "host%3Bx-other")],
  ["another path", "wrong-path", (text) => text.replace(/(\/|mqtt)\?/, "$1x?")],
  ["a user", "wrong-host", (text) => text.replace(/^(\w+:\/\/)?/, "$1user@")],
  ["an empty host", "wrong-host", (text) => text.replace(/^(\w+:\/\/)?[^/]+/, "$1")],
  ["a port out of range", "wrong-host", (text) => text.replace(/^(\w+:\/\/)?([^/:]+)(:\d+)?/, "$1$2:65536")],
  ["port 0", "wrong-host", (text) => text.replace(/^(\w+:\/\/)?([^/:]+)(:\d+)?/, "$1$2:0")],
  ["a fragment", "malformed", (text) => `${text}#x`],
  ["a plus sign", "malformed", (text) => `${text}+`],
  ["a blank", "malformed", (text) => `${text} `],
  ["a line end", "malformed", (text) => `${text}\n`],
  ["a character beyond ASCII", "malformed", (text) => `${text}é`],
  ["a percent sign alone", "malformed", (text) => `${text}%`],
  ["bytes that are no UTF-8", "malformed", (text) => `${text}%ff`],
  ["an empty parameter", "malformed", (text) => `${text}&`],
  ["no query", "malformed", (text) => text.split("?")[0] ?? ""],
];

describe.each(formats)("a presigned proof of $name", (format) => {
  test("passes the checker, says who, for what and until when, and has a good signature", async () => {
    const claim = format.check(await format.make());
    expect(claim).toMatchObject({
      ok: true,
      accessKeyId: credentials.accessKeyId,
      region,
      date,
      expires: new Date(+date + format.life * 1000),
      ...format.says,
    });
    if (!claim.ok) throw new Error(claim.reason);
    const options = { findKey: () => credentials, now: date, service: format.service };
    expect(await verify(claim.request, options)).toMatchObject({ ok: true, region });
    const other = { ...claim.request, headers: { host: "other.example.com" } };
    expect(await verify(other, options)).toMatchObject({ reason: "wrong-signature" });
  });

  test("prints its claim and its request without the token and the signature", async () => {
    const claim = format.check(await format.make());
    if (!claim.ok) throw new Error(claim.reason);
    expect(printedSecrets(claim, credentials.sessionToken)).toEqual([]);
  });

  test.each(spoilings)("is refused with %s: %s", async (_, reason, spoil) => {
    const text = format.open(await format.make());
    const spoilt = spoil(text);
    expect(spoilt).not.toBe(text);
    const result = format.check(format.close(spoilt));
    expect(result).toMatchObject({ ok: false, reason });
    expect(Object.keys(result).toSorted()).toEqual(["message", "ok", "reason"]);
  });

  test("is refused for another host", async () => {
    const text = format.open(await format.make());
    for (const host of format.otherHosts) {
      const moved = text.replace(/^(\w+:\/\/)?[^/]+/, `$1${host}`);
      expect(format.check(format.close(moved))).toMatchObject({ ok: false, reason: "wrong-host" });
    }
  });

  test("is refused without a parameter that it needs, and with another value", async () => {
    const text = format.open(await format.make());
    for (const [name, reason] of format.demands) {
      expect(format.check(format.close(without(name)(text)))).toMatchObject({ reason: "wrong-parameters" });
      expect(format.check(format.close(set(name, "other")(text)))).toMatchObject({ reason });
    }
  });

  test("is refused with a life that it cannot have", async () => {
    const text = format.open(await format.make());
    const reason = format.service === "iotdevicegateway" ? "wrong-parameters" : "expires-out-of-range";
    for (const life of ["0", "604801", "-1", "1.5", "1e2", "0900000", "", "NaN"]) {
      const changed = `${without("X-Amz-Expires")(text)}&X-Amz-Expires=${life}`;
      expect(format.check(format.close(changed))).toMatchObject({ ok: false, reason });
    }
  });

  test("ends when it says, and does not begin before", async () => {
    const proof = await format.make();
    const at = (seconds: number) => format.check(proof, { now: new Date(+date + seconds * 1000) });
    expect(at(format.life)).toMatchObject({ ok: true });
    expect(at(format.life + 1)).toMatchObject({ reason: "expired" });
    expect(at(-60)).toMatchObject({ ok: true });
    expect(at(-61)).toMatchObject({ reason: "not-yet-valid" });
    expect(at(Number.NaN)).toMatchObject({ reason: "not-yet-valid" });
  });

  test("is refused in another region than those that are accepted", async () => {
    const proof = await format.make();
    expect(format.check(proof, { regions: ["us-east-1", region] })).toMatchObject({ ok: true });
    expect(format.check(proof, { regions: ["us-east-1"] })).toMatchObject({ reason: "wrong-region" });
  });

  test.each<[what: string, proof: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["an object", {}],
    ["a list", []],
    ["an empty text", ""],
    ["a text", "no proof"],
    ["a text that is too large", "a".repeat(20_000)],
  ])("is never %s", (_, proof) => {
    const result = format.check(proof);
    expect(result.ok || result.reason).toMatch(/^(malformed|too-large|wrong-host)$/);
  });

  test("is refused or accepted without an exception when it is damaged", async () => {
    const proof = await format.make();
    const inner = damaged(format.open(proof)).map((text) => format.close(text));
    expect(() => fuzzChecker(fc.oneof(damaged(proof), inner), (given) => format.check(given))).not.toThrow();
  });
});

describe.each(recordedKinds)("with $kind credentials", ({ proofs, credentials: keys }) => {
  const own = createSigner({ credentials: keys });
  const good = async (claim: ProofClaim | ProofFailure): Promise<void> => {
    if (!claim.ok) throw new Error(claim.reason);
    expect(await verify(claim.request, { findKey: () => keys, now: claim.date })).toMatchObject({ ok: true });
  };

  test("the RDS token is the one that the AWS SDK makes, with capitals and port 443 kept", async () => {
    expect(await createRdsToken(own, { hostname, port: 5432, username: "a user", region, date })).toBe(
      proofs.rds,
    );
    expect(
      await createRdsToken(own, { hostname: "db.example.com", port: 443, username: "app", region, date }),
    ).toBe(proofs.rds443);
    await good(checkRdsToken(proofs.rds, { now: date }));
    await good(checkRdsToken(proofs.rds443, { now: date, port: 443 }));
  });

  test("the DSQL tokens are those that the AWS SDK makes, for users and for the admin", async () => {
    const options = { hostname: "Cluster.dsql.eu-west-1.on.aws", region, date };
    expect(await createDsqlToken(own, options)).toBe(proofs.dsql);
    expect(await createDsqlToken(own, { ...options, role: "admin", expiresIn: 3600 })).toBe(proofs.dsqlAdmin);
    await good(checkDsqlToken(proofs.dsql, { now: date, role: "user" }));
    await good(checkDsqlToken(proofs.dsqlAdmin, { now: date, role: "admin" }));
    expect(checkDsqlToken(proofs.dsqlAdmin, { now: date, role: "user" })).toMatchObject({
      reason: "wrong-user",
    });
    expect(checkDsqlToken(proofs.dsql, { now: date, role: "admin" })).toMatchObject({ reason: "wrong-user" });
  });

  test("the MSK token is the one that the library of AWS makes", async () => {
    const userAgent = `aws-msk-iam-sasl-signer-js/${recorded.versions["aws-msk-iam-sasl-signer-js"]}`;
    const { token, expiration } = await createMskToken(own, { region, date, userAgent });
    expect(token).toBe(proofs.msk.token);
    expect(+expiration).toBe(proofs.msk.expiryTime);
    await good(checkMskToken(proofs.msk.token, { now: date }));
  });

  test("the Bedrock key is the one that the library of AWS makes", async () => {
    expect(await createBedrockToken(own, { region, date, expiresIn: 3600 })).toBe(proofs.bedrock);
    expect(await createBedrockToken(own, { region, date })).toBe(proofs.bedrockDefault);
    await good(checkBedrockToken(proofs.bedrock, { now: date }));
    await good(checkBedrockToken(proofs.bedrockDefault, { now: date }));
  });

  test("the IoT address is the one that the library of AWS makes, on both ports", async () => {
    const options = { hostname: "abc123-ats.iot.eu-west-1.amazonaws.com", region, date };
    expect(await createIotUrl(own, options)).toBe(proofs.iot);
    expect(await createIotUrl(own, { ...options, port: 8443 })).toBe(proofs.iotPort);
    await good(checkIotUrl(proofs.iot, { now: date }));
    await good(checkIotUrl(proofs.iotPort, { now: date }));
    expect(checkIotUrl(proofs.iot.replace(".iot.eu-west-1", ".iot.us-east-1"), { now: date })).toMatchObject({
      reason: "wrong-region",
    });
  });

  test.each(["elasticache", "memorydb"] as const)(
    "the token of %s is the one that Valkey GLIDE sends",
    async (service) => {
      const { user, token } = proofs[service];
      // The driver has a clock of its own, so the record says when it was made.
      const claim = checkElastiCacheToken(token, { now: readDate(token), service, userId: user });
      if (!claim.ok) throw new Error(claim.reason);
      await good(claim);
      const made = await createElastiCacheToken(own, {
        cacheName: "My-Cluster",
        userId: user,
        region,
        service,
        date: claim.date,
      });
      expect(made).toBe(token);
    },
  );
});

function readDate(token: string): Date {
  const [, year, month, day, hour, minute, second] =
    /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(token) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

describe("a token of ElastiCache", () => {
  const options = { cacheName: "sessions", userId: "app", region, date };

  test("says that the cache is serverless, by a parameter that is signed", async () => {
    const token = await createElastiCacheToken(signer, { ...options, isServerless: true });
    expect(token).toContain("Action=connect&ResourceType=ServerlessCache&User=app&");
    const claim = checkElastiCacheToken(token, { now: date });
    expect(claim).toMatchObject({ ok: true, isServerless: true });
    const moved = token.replace("ServerlessCache", "Other");
    expect(checkElastiCacheToken(moved, { now: date })).toMatchObject({ reason: "wrong-parameters" });
    if (!claim.ok) throw new Error(claim.reason);
    expect(await verify(claim.request, { findKey: () => credentials, now: date })).toMatchObject({
      ok: true,
    });
  });

  test("is for one service", async () => {
    const token = await createElastiCacheToken(signer, { ...options, service: "memorydb" });
    expect(checkElastiCacheToken(token, { now: date })).toMatchObject({ ok: true, service: "memorydb" });
    expect(checkElastiCacheToken(token, { now: date, service: "elasticache" })).toMatchObject({
      reason: "wrong-service",
    });
  });
});

describe("a message of AWS_MSK_IAM", () => {
  const make = (more = {}) =>
    createMskIamPayload(signer, { host: broker, region, date, userAgent: "app/1", ...more });
  const check = (payload: unknown, more = {}) =>
    checkMskIamPayload(payload, { host: broker, now: date, ...more });
  const change = async (changes: Record<string, unknown>) =>
    JSON.stringify({ ...(JSON.parse(await make()) as object), ...changes });

  test("has the members of the specification in its order, all of them text", async () => {
    expect(JSON.parse(await make())).toEqual({
      version: "2020_10_22",
      host: broker,
      "user-agent": "app/1",
      action: "kafka-cluster:Connect",
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/kafka-cluster/aws4_request",
      "x-amz-date": "20261124T120000Z",
      "x-amz-security-token": credentials.sessionToken,
      "x-amz-signedheaders": "host",
      "x-amz-expires": "900",
      "x-amz-signature": expect.stringMatching(/^[\da-f]{64}$/) as string,
    });
    const plain = await createMskIamPayload(createSigner({ credentials: recorded.keys }), {
      host: broker,
      region,
      date,
    });
    expect(plain).not.toContain("x-amz-security-token");
  });

  test("passes the checker and has a good signature", async () => {
    const claim = check(await make());
    expect(claim).toMatchObject({ ok: true, userAgent: "app/1", region });
    if (!claim.ok) throw new Error(claim.reason);
    expect(
      await verify(claim.request, { findKey: () => credentials, now: date, service: "kafka-cluster" }),
    ).toMatchObject({ ok: true });
  });

  test.each<[reason: string, changes: Record<string, unknown>]>([
    ["wrong-parameters", { version: "2020_10_23" }],
    ["malformed", { version: 1 }],
    ["wrong-host", { host: "b-2.example.com" }],
    ["malformed", { host: null }],
    ["wrong-action", { action: "kafka-cluster:Read" }],
    ["wrong-parameters", { action: "" }],
    ["malformed", { action: [] }],
    ["unsupported-algorithm", { "x-amz-algorithm": "AWS4" }],
    ["malformed", { "x-amz-credential": "AKIAIOSFODNN7EXAMPLE" }],
    ["wrong-service", { "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/sts/aws4_request" }],
    [
      "wrong-day",
      { "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/kafka-cluster/aws4_request" },
    ],
    ["malformed", { "x-amz-date": "20260230T120000Z" }],
    ["malformed", { "x-amz-date": 1 }],
    ["header-not-signed", { "x-amz-signedheaders": "other" }],
    ["header-missing", { "x-amz-signedheaders": "host;other" }],
    ["expires-out-of-range", { "x-amz-expires": "901" }],
    ["malformed", { "x-amz-expires": 900 }],
    ["malformed", { "x-amz-signature": "0" }],
    ["malformed", { "x-amz-security-token": {} }],
    ["too-large", { "x-amz-security-token": "a".repeat(20_000) }],
    ["wrong-parameters", { more: "" }],
    ["wrong-parameters", { "X-Amz-Date": "20261124T120000Z" }],
    ["expired", { "x-amz-date": "20261124T110000Z" }],
    ["not-yet-valid", { "x-amz-date": "20261124T130000Z" }],
  ])("is refused as %s with %o", async (reason, changes) => {
    expect(check(await change(changes))).toMatchObject({ ok: false, reason });
  });

  test("has each member once, and every one that it needs", async () => {
    const payload = await make();
    expect(check(payload.replace("{", '{"host":"b-2.example.com",'))).toMatchObject({
      reason: "wrong-parameters",
    });
    for (const name of Object.keys(JSON.parse(payload) as object).filter(
      (one) => one !== "x-amz-security-token",
    ))
      expect(check(await change({ [name]: undefined }))).toMatchObject({ reason: "wrong-parameters" });
    expect(check(payload, { regions: ["us-east-1"] })).toMatchObject({ reason: "wrong-region" });
    for (const other of [undefined, null, 1, "", "[]", "null", "{}"])
      expect(check(other)).toMatchObject({ ok: false });
  });

  test("is refused or accepted without an exception when it is damaged", async () => {
    const payload = await make();
    expect(() => fuzzChecker(damaged(payload), (given) => check(given))).not.toThrow();
  });
});

describe("the makers of presigned proofs", () => {
  /** Options without those that are missing, which the types forbid. */
  const only = (given: object): never => given as never;

  test.each<[what: string, make: () => Promise<unknown>]>([
    [
      "a host with a slash",
      () => createRdsToken(signer, { hostname: "a/b", port: 1, username: "a", region }),
    ],
    ["a port that is none", () => createRdsToken(signer, { hostname, port: 1.5, username: "a", region })],
    ["a region with a dot", () => createDsqlToken(signer, { hostname, region: "a.b" })],
    [
      "a cache name with a dot",
      () => createElastiCacheToken(signer, { cacheName: "a.b", userId: "a", region }),
    ],
    ["a user with a blank", () => createElastiCacheToken(signer, { cacheName: "a", userId: "a b", region })],
    ["an IoT host with a port", () => createIotUrl(signer, { hostname: "a:1", region })],
    ["a broker with a port", () => createMskIamPayload(signer, { host: "a:1", region })],
    ["an RDS host that is missing", () => createRdsToken(signer, only({}))],
    ["a DSQL region that is missing", () => createDsqlToken(signer, only({ hostname }))],
    ["a cache user that is missing", () => createElastiCacheToken(signer, only({ cacheName: "a", region }))],
    ["an IoT region that is missing", () => createIotUrl(signer, only({ hostname }))],
    ["a broker that is missing", () => createMskIamPayload(signer, only({ region }))],
    ["a Bedrock region that is missing", () => createBedrockToken(signer, only({}))],
    ["a cluster name that is missing", () => createEksToken(signer, only({ region }))],
    ["a Bedrock region with a slash", () => createBedrockToken(signer, { region: "a/b" })],
  ])("refuse %s", async (_, make) => {
    await expect(make()).rejects.toMatchObject({ name: "SignerError", code: "ERR_RECIPE_INPUT_INVALID" });
  });

  test("refuse a life that the service would refuse", async () => {
    for (const expiresIn of [0, -1, 43_201, Number.NaN])
      await expect(createBedrockToken(signer, { region, expiresIn })).rejects.toMatchObject({
        code: "ERR_EXPIRES_IN_INVALID",
      });
    for (const expiresIn of [0, 604_801])
      await expect(createDsqlToken(signer, { hostname, region, expiresIn })).rejects.toMatchObject({
        code: "ERR_EXPIRES_IN_INVALID",
      });
  });
});
