import { report } from "../../call/logger.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { type SharedLoad, shareLoad } from "./shared-load.ts";

/** When {@link memoize} calls the provider again. */
export interface MemoizeOptions {
  /**
   * Milliseconds before expiry from which one caller refreshes while the others keep using the current credentials. Default
   * 300 000. Up to a fifth is added at random, and it never exceeds half the life that the credentials had when they
   * arrived.
   */
  readonly refreshWindowMs?: number | undefined;
  /** Milliseconds before expiry from which every caller waits for new credentials. Default 60 000. */
  readonly mandatoryWindowMs?: number | undefined;
  /** Milliseconds to wait after a failed early refresh before the next one. Default 30 000. */
  readonly retryDelayMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Milliseconds by which the service's clock is ahead of `now`, as far as known: the service decides when credentials expire.
   * Default: 0.
   */
  readonly clockOffset?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Called once when a renewal fails and the old credentials are kept. Default `console.warn`. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** What {@link memoize} accepts: a provider whose `expiration` may have been through JSON. */
export type RevivableProvider = (options?: CredentialsProviderOptions) => Promise<RevivableIdentity>;

/** Credentials whose `expiration` may have been through JSON. */
export interface RevivableIdentity extends Omit<AwsCredentialIdentity, "expiration"> {
  /** When the credentials expire, as a date, its text, or milliseconds since 1970. */
  readonly expiration?: Date | string | number | undefined;
}

/**
 * Keeps what a provider returned and calls it again shortly before that expires.
 *
 * Callers at the same moment share one request, which is aborted when the last of them has given up. If a refresh fails
 * while the old credentials are still valid, that is not an error: the old ones are returned, `warn` is called once, and the refresh
 * is retried later. Credentials without `expiration` are kept for good. `forceRefresh` always calls the provider, and fails if the
 * provider fails; with `rejectedKeyId` it calls the provider only while that key is the current one. New credentials are used for
 * the call they were fetched for, whatever the clock says. An `expiration` that is a string or a number, as after a round trip
 * through JSON, becomes a `Date`.
 *
 * @throws TypeError when the provider does not return an object, or returns an `expiration` that is not a date.
 */
export function memoize(provider: RevivableProvider, options: MemoizeOptions = {}): CredentialsProvider {
  const {
    refreshWindowMs = 300_000,
    mandatoryWindowMs = 60_000,
    retryDelayMs = 30_000,
    now = Date.now,
    clockOffset = () => 0,
    random = Math.random,
    warn = (message: string) => console.warn(message),
  } = options;
  let current: HeldCredentials | undefined;
  let pending: SharedLoad<AwsCredentialIdentity> | undefined;
  let retryAt = 0;
  let hasWarned: boolean | undefined;

  const leftMs = ({ expiresAt }: HeldCredentials): number => expiresAt - now() - clockOffset();
  // Computed each time: the clock may have been corrected since they came.
  const isDue = (held: HeldCredentials): boolean => {
    const lifeMs = held.expiresAt - held.gotAt - clockOffset();
    const windowMs = Math.min(refreshWindowMs * (1 + held.jitter / 5), lifeMs / 2);
    return leftMs(held) <= windowMs && now() >= retryAt;
  };

  const load = async (asked: CredentialsProviderOptions): Promise<AwsCredentialIdentity> => {
    try {
      const { identity, expiresAt } = revive(await provider(asked));
      current = { identity, expiresAt, gotAt: now(), jitter: random() };
      retryAt = 0;
      hasWarned = false;
      return identity;
    } catch (error) {
      retryAt = now() + retryDelayMs;
      throw error;
    }
  };
  const start = (asked: CredentialsProviderOptions | undefined): SharedLoad<AwsCredentialIdentity> => {
    const started = shareLoad(load, asked, () => {
      if (pending === started) pending = undefined;
    });
    return (pending = started);
  };
  const keep = (held: HeldCredentials, error: unknown): AwsCredentialIdentity => {
    if (!hasWarned) void report(() => warn(keptMessage(held, error)));
    hasWarned = true;
    return held.identity;
  };

  // The caller that starts a refresh waits for it: work left running behind a response is cancelled on Workers
  // and frozen on Lambda, and would then block everyone who joins it.
  return async function getRemembered(asked) {
    const held = current;
    const isForced =
      asked?.forceRefresh === true &&
      (asked.rejectedKeyId === undefined || asked.rejectedKeyId === held?.identity.accessKeyId);
    const isGood = held !== undefined && !isForced && leftMs(held) > mandatoryWindowMs;
    if (isGood && (pending !== undefined || !isDue(held))) return held.identity;
    // A request that may ask a person does not join one that may not.
    const isOpen = pending !== undefined && (!pending.isRestricted || asked?.rejectedKeyId !== undefined);
    const shared = isOpen && pending ? pending : start(asked);
    try {
      return await shared.join(asked);
    } catch (error) {
      const isAborted = asked?.abortSignal?.aborted === true;
      if (held === undefined || isForced || isAborted || leftMs(held) <= 0) throw error;
      return keep(held, error);
    }
  };
}

interface HeldCredentials {
  readonly identity: AwsCredentialIdentity;
  /** By the service's clock. */
  readonly expiresAt: number;
  /** By the local clock. */
  readonly gotAt: number;
  readonly jitter: number;
}

function revive(value: unknown): Pick<HeldCredentials, "identity" | "expiresAt"> {
  if (typeof value !== "object" || value === null)
    throw new TypeError("credentials: the provider did not return an object");
  const given = value as RevivableIdentity; // the signer looks at the keys
  if (given.expiration === undefined || given.expiration === null) {
    const { expiration: _, ...identity } = given;
    return { identity, expiresAt: Infinity };
  }
  const expiration = new Date(given.expiration);
  if (Number.isNaN(expiration.getTime())) throw new TypeError("credentials: expiration is not a date");
  return { identity: { ...given, expiration }, expiresAt: expiration.getTime() };
}

// By name, because importing the classes would bundle them wherever this is used alone.
const OURS = /^(CredentialsProvider|STSClient|Timeout)Error$/;

function keptMessage({ identity }: HeldCredentials, error: unknown): string {
  // Only our own messages are known to contain no secret.
  const isOurs =
    error instanceof Error &&
    "code" in error &&
    /^ERR_[A-Z_]+$/.test(String(error.code)) &&
    OURS.test(error.name);
  const reason = isOurs ? error.message : error instanceof Error ? error.name : "the provider failed";
  const end = identity.expiration?.toISOString() ?? "they are refused";
  return `sts-client: credentials could not be renewed, and the current ones are used until ${end}: ${reason}`;
}
