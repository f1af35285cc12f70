import { withSource } from "../sources/credential-source.ts";
import type { AwsCredentialIdentity, CredentialsProviderOptions } from "../provider.ts";

/** Keeps sessions between runs of a program and lets several programs take turns. `diskCache` creates one. */
export interface SessionCache {
  /**
   * Returns the document stored under a key; `undefined` when there is none or it is invalid. Does not throw in either
   * case.
   */
  readonly read: (key: string) => Promise<CachedDocument | undefined>;
  /**
   * Stores a document whole or not at all. If the store cannot be written to, this must not fail: the caller has valid
   * credentials.
   */
  readonly write: (key: string, value: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Runs `work` while nobody else with the same cache runs work under the same key. */
  readonly lock: <T>(key: string, work: () => Promise<T>) => Promise<T>;
}

/** A document of a {@link SessionCache}. */
export interface CachedDocument {
  /** The stored members. */
  readonly value: Readonly<Record<string, unknown>>;
  /** When it was stored, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** An STS response in the part that is cached: the AWS CLI's file format is exactly such a response. */
export interface SessionResponse {
  /** The session's keys. */
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly SecretAccessKey: string;
    readonly SessionToken: string;
    readonly Expiration: Date;
  };
  /** Metadata of the exchange. */
  readonly $metadata?: { readonly requestId?: string | undefined };
}

/** What {@link shareSession} needs to know about one session. */
export interface SharedSession {
  /** Where the session is stored. */
  readonly key: string;
  /** What nobody else may do at the same time: create this session, or use this device. Default: the key. */
  readonly lockKey?: string | undefined;
  /** What the caller wants: `forceRefresh` rejects the session that was returned last, or the one that was refused. */
  readonly asked: CredentialsProviderOptions | undefined;
  /** Whether a stored response belongs to this session, if its key does not say everything. */
  readonly isOurs?: ((stored: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /** Runs before anybody else has to wait, when no session is available. */
  readonly prepare?: (() => Promise<unknown>) | undefined;
  /** Creates a session. */
  readonly request: () => Promise<SessionResult>;
}

/** A new session from STS. */
export interface SessionResult {
  /** In the clients' form. */
  readonly identity: AwsCredentialIdentity;
  /** In the service's form, for storing. */
  readonly response: SessionResponse;
}

/**
 * Creates a function that takes a session from the cache, or creates and stores one while everybody else waits.
 *
 * A forced refresh rejects the session that was returned last, not one that another process has created since.
 */
export function shareSession(
  cache: SessionCache | undefined,
  feature: readonly [name: string, id: string],
  now: () => number,
  clockOffset: () => number,
): (session: SharedSession) => Promise<AwsCredentialIdentity> {
  let last: string | undefined;
  return async ({ key, lockKey = key, asked, isOurs, prepare, request }) => {
    if (!cache) {
      await prepare?.();
      return (await request()).identity;
    }
    const stored = async (): Promise<AwsCredentialIdentity | undefined> => {
      const found = await readSession(cache, key, { now: now() + clockOffset(), isOurs });
      const unwanted = asked?.rejectedKeyId ?? last;
      const refused = asked?.forceRefresh && (unwanted === undefined || found?.accessKeyId === unwanted);
      return found && !refused ? withSource(found, ...feature) : undefined;
    };
    const make = async (): Promise<AwsCredentialIdentity> => {
      const { identity, response } = await request();
      await writeSession(cache, key, response, identity.accountId);
      return identity;
    };
    const share = async (): Promise<AwsCredentialIdentity> => {
      await prepare?.();
      return cache.lock(lockKey, async () => (await stored()) ?? make());
    };
    const identity = (await stored()) ?? (await share());
    last = identity.accessKeyId;
    return identity;
  };
}

// `undefined` when there is none, it is incomplete or it is about to expire.
async function readSession(
  cache: SessionCache,
  key: string,
  { now, isOurs }: { readonly now: number } & Pick<SharedSession, "isOurs">,
): Promise<AwsCredentialIdentity | undefined> {
  const document = await cache.read(key);
  if (!document || (isOurs && !isOurs(document.value))) return undefined;
  // The members are checked one by one below; anything but an object has none of them.
  const credentials = (document.value["Credentials"] ?? {}) as Readonly<Record<string, unknown>>;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } = credentials;
  if (
    typeof AccessKeyId !== "string" ||
    typeof SecretAccessKey !== "string" ||
    typeof SessionToken !== "string"
  ) {
    return undefined;
  }
  // The CLI writes the service's form; boto3 writes `2026-01-01T00:00:00UTC`, which JavaScript does not promise to
  // parse.
  const expiresAt = Date.parse(String(Expiration).replace(/UTC$/, "Z"));
  const lifeMs = expiresAt - document.writtenAt;
  // A quarter of an hour as in the CLI, but a session of a quarter of an hour can still be shared.
  const windowMs = lifeMs > 0 ? Math.max(60_000, Math.min(900_000, lifeMs / 3)) : 900_000;
  if (!(expiresAt - now >= windowMs)) return undefined;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: new Date(expiresAt),
    ...(typeof AccountId === "string" && { accountId: AccountId }),
  };
}

// In the form of the AWS CLI.
async function writeSession(
  cache: SessionCache,
  key: string,
  response: SessionResponse & {
    readonly $metadata?: { readonly requestId?: string | undefined } | undefined;
  },
  accountId: string | undefined,
): Promise<void> {
  const { $metadata, Credentials, ...rest } = response;
  await cache.write(key, {
    Credentials: {
      AccessKeyId: Credentials.AccessKeyId,
      SecretAccessKey: Credentials.SecretAccessKey,
      SessionToken: Credentials.SessionToken,
      Expiration: `${Credentials.Expiration.toISOString().slice(0, 19)}Z`,
      ...(accountId && { AccountId: accountId }),
    },
    ...rest,
    ResponseMetadata: {
      ...($metadata?.requestId && { RequestId: $metadata.requestId }),
      HTTPStatusCode: 200,
      HTTPHeaders: {},
      RetryAttempts: 0,
    },
  });
}
