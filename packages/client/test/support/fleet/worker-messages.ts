/** How a worker is started, as JSON. */
export interface WorkerOptions {
  /** Address of the fake STS. */
  readonly endpoint: string;
  /** Kind of store. */
  readonly kind: "redis" | "ioredis" | "dynamodb" | "file";
  /** URL or folder of the store. */
  readonly address: string;
  /** Callers at once. Default 1. */
  readonly callers?: number;
  readonly leaseMs?: number;
  readonly storeTimeoutMs?: number;
  /** Asks for an MFA session in place of a role. */
  readonly mfaSerial?: string;
  /** Keys of the user. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What a worker tells its parent. */
export interface WorkerReport {
  readonly ready?: true;
  /** The device that a code is needed of. */
  readonly question?: string;
  /** Access key ids that the callers got, each once. */
  readonly sessions?: readonly string[];
  /** How many callers got one. */
  readonly count?: number;
  readonly tookMs?: number;
  readonly counters?: Readonly<Record<string, number>>;
  readonly failure?: string;
}
