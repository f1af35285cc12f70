import { sleep as defaultSleep } from "../../../call/deadline.ts";
import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import type { SealingKeySource } from "./seal-session.ts";
import type { EventOptions } from "./session-events.ts";
import { LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of `sharedSession`. */
export interface SharedSessionOptions extends EventOptions {
  /** Where sessions are shared: `redisStore`, `ioredisStore`, `dynamoDbStore`, `fileStore`, or your own store. */
  readonly store: SessionStore;
  /**
   * Whose session it is, such as the name of the service that runs with it. Everybody who gives the same key, with the
   * same role and parameters, gets the same session. Default: what the provider says, if it is one of ours and its
   * source is known: keys of a user, an OpenID Connect token, or another of our providers on top of those. It is required
   * for any other provider, and if the source has temporary credentials, as on an instance.
   */
  readonly key?: string | undefined;
  /**
   * What entries are encrypted with: 32 random bytes; a 256-bit `CryptoKey` for AES-GCM; several of these, of which the first
   * encrypts and all decrypt; or a function that gets them. To change the key, deploy `[old, new]` everywhere, then `[new,
   * old]`, and once every earlier session has expired, `new`.
   */
  readonly sealingKey?: SealingKeySource | undefined;
  /**
   * Stores entries in clear, so that everybody who can read the store can use the sessions. Default `false`, and `true`
   * for a store that is private to the user.
   */
  readonly unsealed?: boolean | undefined;
  /**
   * Milliseconds before expiry from which one caller renews a session while the others keep using it. Default 250
   * 000. Up to a fifth is added at random, and it never exceeds half the session's lifetime.
   */
  readonly refreshWindowMs?: number | undefined;
  /** Milliseconds before expiry from which every caller waits for the new session. Default 60 000. */
  readonly mandatoryWindowMs?: number | undefined;
  /** Milliseconds after a failed early renewal in which nobody tries again. Default 30 000. */
  readonly retryDelayMs?: number | undefined;
  /**
   * Milliseconds after which others take over from a process that died while it was asking. Default 10 000. As long as
   * it lives, the lease is extended.
   */
  readonly leaseMs?: number | undefined;
  /**
   * Milliseconds to wait for somebody else's session (they may be asking a person for a code); after that, the provider is called
   * without the store. Default 300 000. A lease is extended no longer than that.
   */
  readonly waitTimeoutMs?: number | undefined;
  /** Milliseconds the store may take to respond. Default 1000. */
  readonly storeTimeoutMs?: number | undefined;
  /**
   * Safety margin in milliseconds by which sessions are assumed to expire earlier if neither the store nor the service has given its
   * time, so that only the host's clock is known. Default 30 000.
   */
  readonly clockMarginMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits; rejects when the signal is aborted. Default a timer. */
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
 * @param isOurs - whether the provider can say whose its sessions are
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` naming what is missing or invalid.
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
    throw invalid(
      "store must have get, put and lease; create one with redisStore(), dynamoDbStore() or fileStore()",
    );
  if (key !== undefined && (typeof key !== "string" || key.trim() === ""))
    throw invalid("key must be a non-empty string");
  if (key === undefined && !isOurs)
    throw invalid(
      "this provider does not say whose sessions these are: pass key, the same wherever the same identity and role are used",
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
