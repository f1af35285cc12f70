/**
 * Records what the real packages send, under a fixed clock and fixed keys, into the file that the tests of our proofs read.
 *
 * Makers without a network are called; drivers connect to servers on 127.0.0.1 that end with the run. One library
 * (`@valkey/valkey-glide`) has its own clock, so its record differs from run to run in its date and signature.
 *
 *     pnpm -C tools/proof-peers install && node tools/proof-peers/record.ts
 */
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";

import { fixClock, KEYS, TEMPORARY, TIME } from "./fixed-clock.ts";
import { recordGlide } from "./record-glide.ts";
import { recordInfisical } from "./record-infisical.ts";
import { recordMongo } from "./record-mongo.ts";

fixClock();
const AUDIENCE =
  "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/aws";
process.env["AWS_REGION"] = "eu-west-1";
process.env["AWS_EC2_METADATA_DISABLED"] = "true";

const require = createRequire(import.meta.url);
const versionOf = (name: string): string =>
  (createRequire(import.meta.url)(`./node_modules/${name}/package.json`) as { version: string }).version;

const records: Record<string, unknown> = {};
for (const [kind, credentials] of [
  ["longTerm", KEYS],
  ["temporary", TEMPORARY],
] as const)
  records[kind] = await recordAll(credentials);

const file = new URL("../../packages/signer/test/proofs/recorded-proofs.json", import.meta.url);
const names = [
  "@aws-sdk/rds-signer",
  "@aws-sdk/dsql-signer",
  "aws-msk-iam-sasl-signer-js",
  "@aws/bedrock-token-generator",
  "aws-iot-device-sdk",
  "akeyless-cloud-id",
  "aws-sigv4-auth-cassandra-plugin",
  "google-auth-library",
  "snowflake-sdk",
  "mongodb",
  "@infisical/sdk",
  "@valkey/valkey-glide",
];
const versions = Object.fromEntries(names.map((name) => [name, versionOf(name)]));
writeFileSync(
  file,
  `${JSON.stringify({ time: TIME, keys: KEYS, temporary: TEMPORARY, versions, ...records }, undefined, 2)}\n`,
);
console.log(`recorded into ${file.pathname.split("/").slice(-5).join("/")}`);
process.exit(0);

async function recordAll(
  credentials: typeof KEYS & { sessionToken?: string },
): Promise<Record<string, unknown>> {
  process.env["AWS_ACCESS_KEY_ID"] = credentials.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey;
  if (credentials.sessionToken === undefined) delete process.env["AWS_SESSION_TOKEN"];
  else process.env["AWS_SESSION_TOKEN"] = credentials.sessionToken;

  const { Signer } = require("@aws-sdk/rds-signer");
  const { DsqlSigner } = require("@aws-sdk/dsql-signer");
  const { generateAuthTokenFromCredentialsProvider } = require("aws-msk-iam-sasl-signer-js");
  const { getToken } = require("@aws/bedrock-token-generator");
  const { prepareWebSocketUrl } = require("aws-iot-device-sdk").device;
  const {
    computeSigV4SignatureCassandraRequest,
  } = require("aws-sigv4-auth-cassandra-plugin/lib/sigv4-auth-signature.js");
  const { AwsClient } = require("google-auth-library");
  const {
    getAwsAttestationToken,
  } = require("snowflake-sdk/dist/lib/authentication/auth_workload_identity/attestation_aws.js");
  const AWS = createRequire(require.resolve("akeyless-cloud-id"))("aws-sdk");
  const { getAWsCloudId } = require("akeyless-cloud-id");
  const region = "eu-west-1";
  const dsql = (expiresIn?: number) =>
    new DsqlSigner({ hostname: "Cluster.dsql.eu-west-1.on.aws", region, credentials, expiresIn });
  const iot = (host: string, port?: number) =>
    prepareWebSocketUrl(
      { host, port, region },
      credentials.accessKeyId,
      credentials.secretAccessKey,
      credentials.sessionToken,
    );
  const google = (url: string) =>
    new AwsClient({
      type: "external_account",
      audience: AUDIENCE,
      subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
      token_url: "http://127.0.0.1:9/token",
      credential_source: { environment_id: "aws1", regional_cred_verification_url: url },
    }).retrieveSubjectToken();
  const snowflake = (name: string) => {
    process.env["AWS_REGION"] = name;
    return getAwsAttestationToken().finally(() => (process.env["AWS_REGION"] = region));
  };
  AWS.config.update({ credentials: new AWS.Credentials(credentials) });
  return {
    rds: await new Signer({
      hostname: "Database.abcdefghijkl.eu-west-1.rds.amazonaws.com",
      port: 5432,
      username: "a user",
      region,
      credentials,
    }).getAuthToken(),
    rds443: await new Signer({
      hostname: "db.example.com",
      port: 443,
      username: "app",
      region,
      credentials,
    }).getAuthToken(),
    dsql: await dsql().getDbConnectAuthToken(),
    dsqlAdmin: await dsql(3600).getDbConnectAdminAuthToken(),
    msk: await generateAuthTokenFromCredentialsProvider({
      region,
      awsCredentialsProvider: async () => credentials,
    }),
    bedrock: await getToken({ credentials, region, expiresInSeconds: 3600 }),
    bedrockDefault: await getToken({ credentials, region }),
    iot: iot("abc123-ats.iot.eu-west-1.amazonaws.com"),
    iotPort: iot("abc123-ats.iot.eu-west-1.amazonaws.com", 8443),
    akeyless: await getAWsCloudId(),
    keyspaces: computeSigV4SignatureCassandraRequest({
      region,
      nonce: "91703fdc2ef562e19fbdab0f58e42fe5",
      date: new Date(),
      ...credentials,
    }),
    google: await google("https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"),
    snowflake: await snowflake(region),
    snowflakeChina: await snowflake("cn-north-1"),
    mongodb: await recordMongo(credentials, "sts.eu-west-1.amazonaws.com"),
    mongodbGlobal: await recordMongo(credentials, "sts.amazonaws.com"),
    infisical: await recordInfisical(region),
    elasticache: await recordGlide("My-Cluster", "Elasticache"),
    memorydb: await recordGlide("My-Cluster", "MemoryDB"),
  };
}
