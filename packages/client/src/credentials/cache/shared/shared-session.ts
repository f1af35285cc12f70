import { log } from "../../../call/logger.ts";
import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import type {
  AwsCredentialIdentity,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../../provider.ts";
import { memoize } from "../memoize.ts";
import { guardStore, StoreFailure } from "./guard-store.ts";
import type { OpenedSession } from "./guard-store.ts";
import { createSealer } from "./seal-session.ts";
import { createEventRecorder } from "./session-events.ts";
import { digest, ownedSessions, withOwner } from "./session-owner.ts";
import { checkSharedSessionOptions } from "./shared-session-options.ts";
import type { SharedSessionOptions } from "./shared-session-options.ts";
import { readSessionText, writeSessionText } from "./session-text.ts";
import type { SessionText } from "./session-text.ts";

/**
 * One session for a fleet: a provider's credentials, shared by every process that can reach the same store.
 *
 * Callers take the session from the store. If there is none, one of them, anywhere, takes a lease and calls the provider;
 * the others wait for the result, or keep using the session they have while it is valid. The session is renewed ahead of expiry in the
 * same way. If the holder of the lease is killed, the lease ends after `leaseMs` and one of the waiters takes over. A holder that
 * comes back late cannot overwrite newer entries.
 *
 * A call never fails because of the store. If it is down, slow, full or contains garbage, the process calls the provider
 * itself, tells `logger` once, and tries the store again the next time. Entries are encrypted, and bound to what
 * the session belongs to: an entry that was changed, moved or sealed with an unknown key is ignored and replaced.
 * Credentials without an expiration are not shared.
 *
 * Expiry is judged by the service's time, or else the store's: the host's clock may be wrong.
 *
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` immediately when a sealing key is missing or unusable, or at
 * the first call when `key` is missing and the provider cannot say whose its sessions are. Whatever the provider throws.
 * @example
 * import { createClient } from "redis";
 * import { fromMfaSession, sharedSession } from "@org/sts-client/credentials";
 * import { redisStore } from "@org/sts-client/credentials/redis";
 *
 * const client = createClient({ url: "rediss://cache.example.com" });
 * client.on("error", console.error);
 * await client.connect();
 * const credentials = sharedSession(fromMfaSession({ profile: "build" }), {
 *   store: redisStore(client),
 *   sealingKey: Buffer.from(process.env["SESSION_KEY"] ?? "", "base64"),
 * });
 */
export function sharedSession(
  provider: CredentialsProvider,
  options: SharedSessionOptions,
): CredentialsProvider {
  const own = ownedSessions(provider);
  const settings = checkSharedSessionOptions(options, own !== undefined);
  const { now, random, sleep, mandatoryWindowMs } = settings;
  const store = guardStore(options.store, createSealer(options.sealingKey), {
    logger: options.logger,
    timeoutMs: settings.storeTimeoutMs,
  });
  const record = createEventRecorder(options.store.name, options);
  const givenKey = options.key === undefined ? undefined : `key ${options.key}`;
  let entryName: string | undefined;
  // The session returned last, and the one that the provider returned last.
  let last: string | undefined;
  let lastAsked: AwsCredentialIdentity | undefined;
  // What to add to the host's clock; until the time is known, sessions count as expiring earlier.
  let offsetMs = settings.clockMarginMs;
  const time = (): number => now() + offsetMs;

  const nameEntry = async (asked: CredentialsProviderOptions | undefined): Promise<string> => {
    const owner = await own?.owner(asked);
    const source = givenKey ?? owner?.source;
    if (source !== undefined) return digest(["sts session 1", source, owner?.session]);
    throw new CredentialsProviderError(
      "ERR_OPTION_INVALID",
      "sharedSession: the provider's source has temporary credentials, which do not say whose they are: pass key, the same wherever the same identity asks",
    );
  };

  const look = async (entry: string, sentAt = now()): Promise<Found> => {
    const { text, isUnreadable, fence, leasedForMs, now: storeMs } = await store.get(entry);
    const at = now();
    if (storeMs !== undefined) offsetMs = storeMs - (sentAt + at) / 2;
    const session = text === undefined ? undefined : readSessionText(text);
    if (isUnreadable || (text !== undefined && !session)) record({ kind: "discard", entry, durationMs: 0 });
    return { session, fence, leasedForMs, at };
  };

  const leftOf = ({ identity }: SessionText, at = now()): number =>
    identity.expiration.getTime() - at - offsetMs;
  const isDue = (session: SessionText, at: number): boolean =>
    leftOf(session, at) <= Math.min(settings.refreshWindowMs * 1.2, session.lifeMs / 2);

  // Takes the session from the store, or returns the lease under which to create it.
  const findOrLease = async (entry: string, isForced: boolean, startedAt: number): Promise<Turn> => {
    let found = await look(entry, startedAt);
    const refused = isForced ? (last ?? found.session?.identity.accessKeyId) : undefined;
    const usable = ({ session, at }: Found): SessionText | undefined =>
      session && session.identity.accessKeyId !== refused && leftOf(session, at) > 0 ? session : undefined;
    let pauseMs = FIRST_PAUSE_MS;
    let turns = 0;
    let waited = false;
    const hit = (session: SessionText, at: number): Turn => {
      record({ kind: waited ? "wait" : "hit", entry, durationMs: at - startedAt });
      return session;
    };
    for (;;) {
      const held = usable(found);
      if (held && !isDue(held, found.at)) return hit(held, found.at);
      if (found.leasedForMs === 0) {
        const fence = await store.lease(entry, { lifeMs: settings.leaseMs });
        if (fence !== undefined) {
          // Somebody may have stored a session between the read and the lease.
          const again = await look(entry);
          const newest = usable(again);
          if (!newest || isDue(newest, again.at)) return { fence, held: newest };
          await store.lease(entry, { fence, lifeMs: 0 });
          return hit(newest, now());
        }
      }
      // Somebody is renewing it, and it is valid until then.
      if (held && leftOf(held) > mandatoryWindowMs) return hit(held, now());
      if (turns >= MOST_TURNS) throw new StoreFailure(`${turns} others asked for the session and failed`);
      if (now() - startedAt >= settings.waitTimeoutMs)
        throw new StoreFailure(`somebody has been asking for the session for ${settings.waitTimeoutMs} ms`);
      await sleep(pauseMs * (0.5 + random()));
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
      waited = true;
      const before = found;
      found = await look(entry);
      // The lease went to another caller, or was granted and given back; if there were a session, it would have been found.
      if (before.leasedForMs > 0 ? found.fence !== before.fence : found.leasedForMs === 0) turns += 1;
    }
  };

  // Asks the provider for a session that is not about to expire. If its own cache has one that is, it must refresh right away:
  // a plain call that fails and returns the cached session would lead to a second call to STS.
  const ask = async (
    entry: string,
    asked: CredentialsProviderOptions | undefined,
  ): Promise<Asked & { readonly identity: AwsCredentialIdentity }> => {
    const startedAt = now();
    try {
      const isHeld = lastAsked !== undefined && isShort(lastAsked);
      const identity = await provider(isHeld ? { ...asked, forceRefresh: true } : asked);
      await learnServiceTime();
      lastAsked = identity;
      record({ kind: "call", entry, durationMs: now() - startedAt });
      const { sessionToken, expiration } = identity;
      const lifeMs = Number(expiration) - time();
      const isShared = sessionToken !== undefined && expiration !== undefined && lifeMs > 0;
      return { identity, session: isShared ? { identity: { ...identity, expiration }, lifeMs } : undefined };
    } catch (error) {
      record({ kind: "call", entry, durationMs: now() - startedAt, error });
      throw error;
    }
  };
  const isShort = ({ expiration }: AwsCredentialIdentity): boolean =>
    expiration !== undefined && expiration.getTime() - time() <= settings.refreshWindowMs * 1.2;
  const learnServiceTime = async (): Promise<void> => {
    offsetMs = (await own?.clockOffsetMs()) ?? offsetMs;
  };

  // Asks on behalf of everybody, under the lease.
  const askForAll = async (
    entry: string,
    { fence, held }: LeasedTurn,
    asked: CredentialsProviderOptions | undefined,
  ): Promise<AwsCredentialIdentity> => {
    const lease = (lifeMs: number): Promise<number | undefined> =>
      store.lease(entry, { fence, lifeMs }).catch(() => undefined);
    const done = new AbortController();
    const prolonging = prolong(lease, done.signal);
    // Extending the lease must be over before the request that ends it is sent.
    const { identity, session, error } = await ask(entry, asked)
      .catch((error: unknown): Asked => ({ error }))
      .finally(() => done.abort());
    await prolonging;
    if (identity) {
      const isStored =
        session !== undefined &&
        (await store.put(entry, { text: writeSessionText(session), lifeMs: session.lifeMs, fence }));
      if (!isStored) await lease(0);
      return identity;
    }
    const spareMs = held && !asked?.forceRefresh ? leftOf(held) - mandatoryWindowMs : 0;
    // The lease is kept, so that one process tries again later instead of each immediately.
    await lease(Math.max(0, Math.min(spareMs, settings.retryDelayMs)));
    if (held && spareMs > 0) return held.identity;
    throw error;
  };

  const prolong = async (
    lease: (lifeMs: number) => Promise<number | undefined>,
    signal: AbortSignal,
  ): Promise<void> => {
    const startedAt = now();
    try {
      while (!signal.aborted && now() - startedAt < settings.waitTimeoutMs) {
        await sleep(settings.leaseMs / 3, signal);
        if (!signal.aborted) await lease(settings.leaseMs);
      }
    } catch {
      // The work is done.
    }
  };

  const load: CredentialsProvider = async (asked) => {
    const entry = (entryName ??= await nameEntry(asked));
    let turn: Turn;
    const startedAt = now();
    try {
      turn = await findOrLease(entry, asked?.forceRefresh === true, startedAt);
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      record({ kind: "fallback", entry, durationMs: now() - startedAt, error });
      turn = {};
    }
    const identity =
      turn.identity ??
      (turn.fence === undefined
        ? (await ask(entry, asked)).identity
        : await askForAll(entry, { fence: turn.fence, held: turn.held }, asked));
    last = identity.accessKeyId;
    return identity;
  };

  const { logger } = options;
  const warn = logger && ((message: string) => log(logger, "warn", message));
  const remembered = memoize(load, { ...settings, now: time, warn });
  return withOwner(remembered, {
    owner: async (asked) => {
      const owner = await own?.owner(asked);
      return {
        session: await digest(["shared", owner?.session]),
        source: givenKey === undefined ? owner?.source : await digest(givenKey),
      };
    },
    clockOffsetMs: async () => offsetMs,
  });
}

// What the provider returned, and the part that can be shared; or why it returned nothing.
interface Asked {
  readonly identity?: AwsCredentialIdentity;
  readonly session?: SessionText | undefined;
  readonly error?: unknown;
}

// What the store had.
interface Found extends Pick<OpenedSession, "fence" | "leasedForMs"> {
  readonly session: SessionText | undefined;
  /** When it arrived, by the host's clock. */
  readonly at: number;
}

// A session, or a lease under which to create one; if neither, it is created without the store.
interface Turn extends Partial<LeasedTurn> {
  readonly identity?: AwsCredentialIdentity;
}

interface LeasedTurn {
  readonly fence: number;
  readonly held: SessionText | undefined;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** How many others may try and fail one after another before a waiter asks for itself, to get the error. */
const MOST_TURNS = 3;
