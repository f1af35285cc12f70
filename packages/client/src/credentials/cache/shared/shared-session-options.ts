import { sleep as defaultSleep } from "../../../call/deadline.ts";
import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import type { SealingKeySource } from "./seal-session.ts";
import type { EventOptions } from "./session-events.ts";
import { LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of `sharedSession`. */
export interface SharedSessionOptions extends EventOptions {
  /** Where sessions are shared: `redisStore`, `ioredisStore`, `dynamoDbStore`, `fileStore`, or one of your own. */
  readonly store: SessionStore;
  /**
   * Whose session it is, such as the name of the service that runs with it. Everybody who gives the same key, with the
   * same role and parameters, gets the same session. Default: what the provider tells, when it is one of ours whose
   * source is known: keys of a user, an OpenID Connect token, or another provider of ours over those. It must be given
   * for any other provider, and where the source has temporary credentials, as on an instance.
   */
  readonly key?: string | undefined;
  /**
   * What entries are encrypted with: 32 random bytes, a `CryptoKey` for AES-GCM of 256 bits, several of which the first
   * encrypts and all decrypt, or a function that gets them. To change the key, give `[old, new]` everywhere, then `[new,
   * old]`, and once every session made before has ended, `new`.
   */
  readonly sealingKey?: SealingKeySource | undefined;
  /**
   * Stores entries in clear, where everybody who can read the store may have the sessions. Default `false`, and `true`
   * for a store that is private to the user.
   */
  readonly unsealed?: boolean | undefined;
  /**
   * Milliseconds before its end from which a session is renewed by one caller while the others use it on. Default 250
   * 000. Up to a fifth is added at random, and it never exceeds half the life of the session.
   */
  readonly refreshWindowMs?: number | undefined;
  /** Milliseconds before the end from which every caller waits for the new session. Default 60 000. */
  readonly mandatoryWindowMs?: number | undefined;
  /** Milliseconds in which nobody tries again after an early renewal failed. Default 30 000. */
  readonly retryDelayMs?: number | undefined;
  /**
   * Milliseconds after which others take over from a process that has died while it asked. Default 10 000. As long as
   * it lives, the lease is prolonged.
   */
  readonly leaseMs?: number | undefined;
  /**
   * Milliseconds to wait for somebody else's session, who may be asking a person for a code; then the provider is asked
   * without the store. Default 300 000. A lease is prolonged no longer than that.
   */
  readonly waitTimeoutMs?: number | undefined;
  /** Milliseconds the store may take to respond. Default 1000. */
  readonly storeTimeoutMs?: number | undefined;
  /**
   * Milliseconds by which sessions are taken to end earlier where neither the store nor the service has told its time,
   * so that only the host's clock is known. Default 30 000.
   */
  readonly clockMarginMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits, unless the signal is aborted, which rejects. Default a timer. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** Options with every default filled in. */
export type SharedSessionSettings = {
  readonly [K in (typeof SETTINGS)[number]]: NonNullable<SharedSessionOptions[K]>;
};

const SETTINGS = [
  "refreshWindowMs",
  "mandatoryWindowMs",
  "retryDelayMs",
  "leaseMs",
  "waitTimeoutMs",
  "storeTimeoutMs",
  "clockMarginMs",
  "now",
  "random",
  "sleep",
] as const;

/**
 * Fills in the defaults.
 *
 * @param isOurs - whether the provider can tell whose its sessions are
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` naming what is missing or cannot work.
 */
export function checkSharedSessionOptions(
  options: SharedSessionOptions,
  isOurs: boolean,
): SharedSessionSettings {
  const { store, key, sealingKey, unsealed } = options;
  const invalid = (message: string): CredentialsProviderError =>
    new CredentialsProviderError("ERR_OPTION_INVALID", `sharedSession: ${message}`);
  if (
    typeof store?.get !== "function" ||
    typeof store.put !== "function" ||
    typeof store.lease !== "function"
  )
    throw invalid("store must have get, put and lease; redisStore() and its like make one");
  if (key !== undefined && (typeof key !== "string" || key.trim() === ""))
    throw invalid("key must be a text that is not empty");
  if (key === undefined && !isOurs)
    throw invalid(
      "whose sessions these are cannot be told from this provider: pass key, the same wherever the same identity and role are used",
    );
  if (sealingKey === undefined && !unsealed && !store.isPrivate)
    throw invalid(
      `everybody who can read the store ${store.name} could use the sessions: pass sealingKey, 32 random bytes that all processes share, or unsealed: true`,
    );
  const {
    refreshWindowMs = 250_000,
    mandatoryWindowMs = 60_000,
    retryDelayMs = 30_000,
    leaseMs = 10_000,
    waitTimeoutMs = 300_000,
    storeTimeoutMs = 1000,
    clockMarginMs = 30_000,
    now = Date.now,
    random = Math.random,
    sleep = defaultSleep,
  } = options;
  const times = {
    refreshWindowMs,
    mandatoryWindowMs,
    retryDelayMs,
    leaseMs,
    waitTimeoutMs,
    storeTimeoutMs,
    clockMarginMs,
  };
  for (const [name, value] of Object.entries(times)) {
    const least = name === "leaseMs" || name === "storeTimeoutMs" ? 1 : 0;
    const most = name === "leaseMs" || name === "retryDelayMs" ? LONGEST_LEASE_MS : Number.MAX_SAFE_INTEGER;
    if (!(value >= least && value <= most)) throw invalid(`${name} must be ${least} to ${most} milliseconds`);
  }
  return { ...times, now, random, sleep };
}
