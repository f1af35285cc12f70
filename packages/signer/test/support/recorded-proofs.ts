import { readFileSync } from "node:fs";

/** What the real packages sent under one clock and one pair of keys. `tools/proof-peers` records it. */
export interface RecordedProofs {
  readonly time: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly longTerm: RecordedKind;
  readonly temporary: RecordedKind;
}

interface MongoRecord {
  readonly host: string;
  readonly nonce: string;
  readonly parts: { readonly a: string; readonly d: string; readonly t?: string };
}

/** The same with long-term and with temporary credentials. */
export interface RecordedKind {
  readonly rds: string;
  readonly rds443: string;
  readonly dsql: string;
  readonly dsqlAdmin: string;
  readonly msk: { readonly token: string; readonly expiryTime: number };
  readonly bedrock: string;
  readonly bedrockDefault: string;
  readonly iot: string;
  readonly iotPort: string;
  readonly akeyless: string;
  readonly keyspaces: string;
  readonly google: string;
  readonly snowflake: string;
  readonly snowflakeChina: string;
  readonly mongodb: MongoRecord;
  readonly mongodbGlobal: MongoRecord;
  readonly infisical: Readonly<Record<string, string>>;
  readonly elasticache: { readonly user: string; readonly token: string };
  readonly memorydb: { readonly user: string; readonly token: string };
}

// The file is written by one program, in this form.
export const recorded = JSON.parse(
  readFileSync(new URL("../proofs/recorded-proofs.json", import.meta.url), "utf8"),
) as RecordedProofs;

/** The credentials of each kind, as they were recorded. */
export const recordedKinds = [
  { kind: "long-term", proofs: recorded.longTerm, credentials: recorded.keys },
  {
    kind: "temporary",
    proofs: recorded.temporary,
    credentials: { ...recorded.keys, sessionToken: "a/token+with=signs" },
  },
] as const;

/** When everything was recorded, but for the proofs of a library that has a clock of its own. */
export const recordedAt = new Date(recorded.time);
