// First, so that it counts what the others bring.
import { growthOf } from "../support/count-steps.ts";

import { createSigner } from "@org/sts-signer";
import { checkAkeylessCloudId, createAkeylessCloudId } from "@org/sts-signer/akeyless";
import { checkBedrockToken } from "@org/sts-signer/bedrock";
import { checkCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { checkDsqlToken } from "@org/sts-signer/dsql";
import { checkEksToken, createEksToken } from "@org/sts-signer/eks";
import { checkElastiCacheToken, createElastiCacheToken } from "@org/sts-signer/elasticache";
import { checkGoogleSubjectToken, createGoogleSubjectToken } from "@org/sts-signer/google";
import { checkInfisicalLogin, createInfisicalLogin } from "@org/sts-signer/infisical";
import { checkIotUrl } from "@org/sts-signer/iot";
import { checkKeyspacesResponse, createKeyspacesResponse } from "@org/sts-signer/keyspaces";
import { checkMongoDbParts } from "@org/sts-signer/mongodb";
import { checkMskIamPayload, checkMskToken, createMskIamPayload } from "@org/sts-signer/msk";
import { checkRdsToken } from "@org/sts-signer/rds";
import { checkSnowflakeToken } from "@org/sts-signer/snowflake";
import { checkVaultLogin, createVaultLogin } from "@org/sts-signer/vault";
import { expect, test } from "vitest";

import { recorded, recordedAt } from "../support/recorded-proofs.ts";

const now = recordedAt;
const date = recordedAt;
const region = "eu-west-1";
const credentials = { ...recorded.keys, sessionToken: "a/token+with=signs" };
const signer = createSigner({ credentials });
const { temporary } = recorded;
const google = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
const broker = "b-1.cluster.abcdef.c1.kafka.eu-west-1.amazonaws.com";
const audience = { header: "x-server-id", value: "api.example.com" };
const { nonce, parts } = temporary.mongodb;

/** Every checker of a proof, with one that it takes. */
const CHECKERS: Record<string, readonly [proof: unknown, check: (proof: unknown) => unknown, size?: number]> =
  {
    RDS: [temporary.rds, (proof) => checkRdsToken(proof, { now })],
    DSQL: [temporary.dsql, (proof) => checkDsqlToken(proof, { now })],
    ElastiCache: [
      await createElastiCacheToken(signer, { cacheName: "cache", userId: "user", region, date }),
      (proof) => checkElastiCacheToken(proof, { now }),
    ],
    Bedrock: [temporary.bedrock, (proof) => checkBedrockToken(proof, { now })],
    IoT: [temporary.iot, (proof) => checkIotUrl(proof, { now })],
    "MSK OAUTHBEARER": [temporary.msk.token, (proof) => checkMskToken(proof, { now })],
    "MSK IAM": [
      await createMskIamPayload(signer, { host: broker, region, date, userAgent: "app/1" }),
      (proof) => checkMskIamPayload(proof, { now, host: broker }),
    ],
    // No token of EKS of more than 4,096 characters is read.
    EKS: [
      (await createEksToken(signer, { clusterName: "demo", region, date })).token,
      (proof) => checkEksToken(proof, { now, clusterName: "demo" }),
      400,
    ],
    "caller identity": [
      await signCallerIdentity(signer, { region, date, audience }),
      (proof) => checkCallerIdentity(proof, { now, audience }),
    ],
    Vault: [
      await createVaultLogin(signer, { region, date, role: "dev", serverId: "vault.example.com" }),
      (proof) => checkVaultLogin(proof, { now, serverId: "vault.example.com" }),
    ],
    Google: [
      await createGoogleSubjectToken(signer, { region, date, audience: google }),
      (proof) => checkGoogleSubjectToken(proof, { now, audience: google, binding: "signed" }),
    ],
    Snowflake: [temporary.snowflake, (proof) => checkSnowflakeToken(proof, { now })],
    MongoDB: [
      parts,
      (proof) => checkMongoDbParts(proof, { now, host: temporary.mongodb.host, serverNonce: nonce }),
    ],
    Infisical: [
      await createInfisicalLogin(signer, { region, date, identityId: "identity" }),
      (proof) => checkInfisicalLogin(proof, { now }),
    ],
    Akeyless: [
      await createAkeylessCloudId(signer, { date }),
      (proof) => checkAkeylessCloudId(proof, { now }),
    ],
    Keyspaces: [
      await createKeyspacesResponse({ credentials, region, nonce: "a nonce", date }),
      (proof) => checkKeyspacesResponse(proof, { now, region, nonce: "a nonce", findKey: () => credentials }),
    ],
  };

/** What parsers look for: repeated, it makes a careless one look at the same part again and again. */
const PIECES = ["%2F", "a=1&", "=", "/", ",", ";", " ", '"', "[", '{"a":'];

test.each(Object.entries(CHECKERS))(
  "%s: the steps of the checker grow no faster than a proof",
  async (_, row) => {
    const [proof, check, startSize = SIZE] = row;
    expect(await check(proof), "the proof is good before it is inflated").toMatchObject({ ok: true });
    const others: string[] = [];
    let most = 0;
    for (const piece of PIECES) {
      const { growth, steps } = await growthOf((size) => {
        const inflated = inflate(proof, { piece, size });
        return async () => {
          for (const one of inflated) await check(one);
        };
      }, startSize);
      if (growth !== "linear") others.push(`${piece}: ${growth}`);
      most = Math.max(most, steps[2] ?? 0);
    }
    expect(others.join("; ")).toBe("");
    // Each character is looked at somewhere, or the count does not see the work.
    expect(most).toBeGreaterThan(4 * startSize);
  },
);

/** In characters. The fourfold is still read when it is encoded twice in base64: no proof of more than 16,384 is. */
const SIZE = 1700;

interface Filling {
  readonly piece: string;
  readonly size: number;
}

/** All that comes of putting a filling into one part of a proof, into what is encoded in it as well. */
function inflate(proof: unknown, filling: Filling): unknown[] {
  if (typeof proof === "string") return inflateText(proof, filling);
  if (typeof proof !== "object" || proof === null) return [];
  const entries = Object.entries(proof);
  const inflated = entries.flatMap(([name, value]) =>
    inflate(value, filling).map((one): unknown => Object.assign(structuredClone(proof), { [name]: one })),
  );
  const names = Array.from({ length: Math.ceil(filling.size / 8) }, (_, index) => `m${index}`);
  const more = Array.isArray(proof)
    ? [...(proof as unknown[]), ...names]
    : { ...proof, ...Object.fromEntries(names.map((name) => [name, "1"])) };
  return [...inflated, more];
}

function inflateText(text: string, filling: Filling): string[] {
  const filler = filling.piece.repeat(Math.ceil(filling.size / filling.piece.length));
  const places = new Set([
    0,
    Math.floor(text.length / 2),
    text.length,
    // Between two parts, so that what comes before is in order.
    ...["?", "&", ",", ";"].map((separator) => text.indexOf(separator) + 1),
  ]);
  const direct = [...places].map((place) => text.slice(0, place) + filler + text.slice(place));
  const encoded = CODECS.flatMap(({ decode, encode }) => {
    const inner = decode(text);
    return inner === undefined ? [] : inflate(inner, filling).map((one) => encode(one, text));
  });
  return [...direct, ...encoded];
}

interface Codec {
  /** What is encoded in a text; undefined where it is not in this form. */
  readonly decode: (text: string) => unknown;
  readonly encode: (inner: unknown, text: string) => string;
}

const PREFIX = /^(?:k8s-aws-v1\.|bedrock-api-key-)?/;
const prefixOf = (text: string) => PREFIX.exec(text)?.[0] ?? "";

const CODECS: readonly Codec[] = [
  {
    decode: (text) => {
      try {
        return /^[[{]/.test(text) ? JSON.parse(text) : undefined;
      } catch {
        return undefined;
      }
    },
    encode: (inner) => JSON.stringify(inner),
  },
  {
    decode: (text) => (text.startsWith("%7B") ? decodeURIComponent(text) : undefined),
    encode: (inner) => encodeURIComponent(String(inner)),
  },
  ...(["base64", "base64url"] as const).map((form): Codec => {
    return {
      decode: (text) => {
        const bytes = Buffer.from(text.slice(prefixOf(text).length), form);
        const isForm = bytes.toString(form) === text.slice(prefixOf(text).length);
        return isForm && text.length > 30 && /^[ -~]+$/.test(bytes.toString("latin1"))
          ? bytes.toString("latin1")
          : undefined;
      },
      encode: (inner, text) => prefixOf(text) + Buffer.from(String(inner)).toString(form),
    };
  }),
];
