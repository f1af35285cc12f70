import { createSigner } from "@org/sts-signer";
import { createAkeylessCloudId } from "@org/sts-signer/akeyless";
import { createBedrockToken } from "@org/sts-signer/bedrock";
import { presignCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { createDsqlToken } from "@org/sts-signer/dsql";
import { createEksToken } from "@org/sts-signer/eks";
import { createElastiCacheToken } from "@org/sts-signer/elasticache";
import { createGoogleSubjectToken } from "@org/sts-signer/google";
import { createInfisicalLogin } from "@org/sts-signer/infisical";
import { createIotUrl } from "@org/sts-signer/iot";
import { createKeyspacesResponse } from "@org/sts-signer/keyspaces";
import { createMongoDbParts } from "@org/sts-signer/mongodb";
import { createMskIamPayload, createMskToken } from "@org/sts-signer/msk";
import { createRdsToken } from "@org/sts-signer/rds";
import { createSnowflakeToken } from "@org/sts-signer/snowflake";
import { createVaultLogin } from "@org/sts-signer/vault";
import { expect, test } from "vitest";

import { recorded } from "../support/recorded-proofs.ts";

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

type Source = Session | (() => Promise<Session>);

const date = new Date("2026-11-24T12:00:00Z");
const region = "eu-west-1";
const signer = (credentials: Source) => createSigner({ credentials });
const google = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
const audience = { header: "x-server-id", value: "api.example.com" };
const { host, nonce: serverNonce } = recorded.temporary.mongodb;

const MAKERS: Record<string, (source: Source) => Promise<unknown>> = {
  Akeyless: (source) => createAkeylessCloudId(signer(source), { date }),
  Bedrock: (source) => createBedrockToken(signer(source), { region, date }),
  "a presigned caller identity": (source) => presignCallerIdentity(signer(source), { region, date }),
  "a signed caller identity": (source) => signCallerIdentity(signer(source), { region, date, audience }),
  DSQL: (source) => createDsqlToken(signer(source), { hostname: "a.dsql.eu-west-1.on.aws", region, date }),
  EKS: (source) => createEksToken(signer(source), { clusterName: "demo", region, date }),
  ElastiCache: (source) =>
    createElastiCacheToken(signer(source), { cacheName: "cache", userId: "user", region, date }),
  Google: (source) => createGoogleSubjectToken(signer(source), { region, date, audience: google }),
  Infisical: (source) => createInfisicalLogin(signer(source), { region, date, identityId: "identity" }),
  IoT: (source) =>
    createIotUrl(signer(source), { hostname: "a-ats.iot.eu-west-1.amazonaws.com", region, date }),
  Keyspaces: (credentials) => createKeyspacesResponse({ credentials, region, nonce: "a nonce", date }),
  MongoDB: (source) => createMongoDbParts(signer(source), { host, serverNonce, date }),
  "MSK IAM": (source) => createMskIamPayload(signer(source), { host: "broker.example.com", region, date }),
  "MSK OAUTHBEARER": (source) => createMskToken(signer(source), { region, date }),
  RDS: (source) =>
    createRdsToken(signer(source), { hostname: "db.example.com", port: 5432, username: "a", region, date }),
  Snowflake: (source) => createSnowflakeToken(signer(source), { region, date }),
  Vault: (source) => createVaultLogin(signer(source), { region, date, role: "dev" }),
};

// A provider that does not keep its session returns another one each time. Others were seen to ask it for the key, and again for the secret.
test.each(Object.entries(MAKERS))("%s: key, token and signature are of one session", async (_, make) => {
  let sessions = 0;
  const next = (): Session => {
    sessions += 1;
    const { accessKeyId, secretAccessKey } = recorded.keys;
    return {
      accessKeyId: `${accessKeyId}${sessions}`,
      secretAccessKey: `${secretAccessKey}${sessions}`,
      sessionToken: `token${sessions}`,
    };
  };
  const first = next();
  sessions = 0;
  expect(await make(() => Promise.resolve(next()))).toEqual(await make(first));
  expect(sessions).toBe(1);
});
