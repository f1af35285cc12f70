import { fenceOf, leasedFor, LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";
import { createStoreClock } from "./store-clock.ts";

/** Options of `redisStore` and `ioredisStore`. */
export interface RedisStoreOptions {
  /** Prefix of the store's keys. Default `sts-session:`. */
  readonly prefix?: string | undefined;
}

/** How {@link createRedisStore} reaches a server. */
export interface RedisCommands {
  /** Runs a Lua script with one key. */
  readonly evaluate: (script: string, key: string, parameters: string[]) => Promise<unknown>;
  /**
   * The commands HMGET and TIME, of a client whose commands all go to one server. In a cluster the time would be another
   * node's, and the session perhaps that of a replica, which is behind.
   */
  readonly plain?: PlainCommands | undefined;
}

/** Commands that need no script. */
export interface PlainCommands {
  /** HMGET: an array. */
  readonly readFields: (key: string, fields: string[]) => Promise<unknown>;
  /** TIME: seconds and microseconds as an array, or a `Date`. */
  readonly readTime: () => Promise<unknown>;
}

/**
 * Creates a store on anything that runs scripts in Redis 5 or Valkey.
 *
 * A session is one hash, so that a script sees all of it, a cluster keeps it in one place and memory pressure removes it
 * whole. Writes compare expiry with the server's clock inside a script. Reads compare it with the same clock, which is asked
 * in the same round trip: once a minute, and again when it may have changed.
 */
export function createRedisStore(
  name: string,
  { evaluate, plain }: RedisCommands,
  options: RedisStoreOptions = {},
): SessionStore {
  const { prefix = "sts-session:" } = options;
  const clock = createStoreClock();
  let needsScript = plain === undefined;
  const run = (script: string, entry: string, ...parameters: (string | number)[]): Promise<unknown> =>
    evaluate(script, prefix + entry, parameters.map(String));

  const readByScript = async (entry: string): Promise<StoredSession> => {
    const reply = await run(GET, entry);
    return toSession(reply, toMilliseconds(Array.isArray(reply) ? reply.slice(FIELDS.length) : undefined));
  };

  return {
    name,
    get: async (entry) => {
      if (!plain || needsScript) return readByScript(entry);
      try {
        // Scripts take a server ten times as long as the commands in them.
        const sentAt = performance.now();
        const fields = plain.readFields(prefix + entry, FIELDS);
        if (clock.now(sentAt) === undefined) {
          const [values, time] = await Promise.all([fields, plain.readTime()]);
          const readAt = toMilliseconds(time);
          clock.learn(readAt, (sentAt + performance.now()) / 2);
          return toSession(values, readAt);
        }
        const values = await fields;
        const arrivedAt = performance.now();
        // The server read it halfway between, as far as anyone can tell.
        const readAt = (clock.now(arrivedAt) ?? Number.NaN) - (arrivedAt - sentAt) / 2;
        return toSession(values, readAt);
      } catch (error) {
        clock.forget();
        const code = errorCode(error);
        // The connection failed, not the command.
        if (code === undefined) throw error;
        const session = await readByScript(entry);
        // A proxy that does not pass on one of the commands will not pass on the next one either.
        needsScript = code !== "WRONGTYPE";
        return session;
      }
    },
    put: async (entry, { text, lifeMs, fence }) =>
      Number(await run(PUT, entry, fence, text, Math.floor(lifeMs))) === 1,
    lease: async (entry, { lifeMs, fence = 0 }) => {
      const granted = fenceOf(await run(LEASE, entry, fence, Math.floor(lifeMs), LONGEST_LEASE_MS));
      // Perhaps the lease only seemed to have ended, because somebody set the server's clock.
      if (granted === 0) clock.forget();
      return granted || undefined;
    },
  };
}

const FIELDS = ["text", "fence", "until", "end"];

// Anything but a hash has no fields.
function toSession(reply: unknown, now: number): StoredSession {
  const [text, fence, until, end] = Array.isArray(reply) ? reply : [];
  return {
    text: typeof text === "string" && text !== "" && Number(end) > now ? text : undefined,
    fence: fenceOf(fence),
    leasedForMs: leasedFor(until, now),
    now: Number.isNaN(now) ? undefined : now,
  };
}

// The first word of a server's error: WRONGTYPE if something other than a hash has the key's name.
function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]+(?= )/.exec(error.message)?.[0] : undefined;
}

function toMilliseconds(time: unknown): number {
  if (!Array.isArray(time)) return Number(time);
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
}

// Its result is checked here, so that it is short.
const GET = `
local v = redis.pcall('HMGET', KEYS[1], 'text', 'fence', 'until', 'end')
local t = redis.call('TIME')
return { v[1] or '', v[2] or '', v[3] or '', v[4] or '', t[1], t[2] }`;

// The start of the scripts that write: the time, and the fields of the hash as numbers. Anything but a hash counts as empty, and
// an invalid number as nothing. %.0f, because Lua would write large numbers in exponential form.
const START = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local v = redis.pcall('HMGET', KEYS[1], 'text', 'fence', 'until', 'end')
local rubbish = v.err
if rubbish then v = {} end
local function number(i)
  local n = tonumber(v[i] or 0) or 0
  if n > 0 and n < 9e15 then return n else return 0 end
end
local fence, leased, ends = number(2), number(3), number(4)
local function text(n) return string.format('%.0f', n) end
`;

// A new number is the time, or the next number: so numbers grow even when the server has lost everything.
const LEASE = `${START}
local mine, life, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if mine ~= 0 then
  if mine ~= fence then return '0' end
else
  if leased > now and leased - now <= longest then return '0' end
  fence = math.max(fence + 1, now)
end
if rubbish then redis.call('DEL', KEYS[1]) end
local till = life > 0 and now + life or 0
redis.call('HSET', KEYS[1], 'fence', text(fence), 'until', text(till))
redis.call('PEXPIREAT', KEYS[1], text(math.max(till, ends, now) + 60000))
return text(fence)`;

const PUT = `${START}
if tonumber(ARGV[1]) ~= fence then return 0 end
local till = now + tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'text', ARGV[2], 'end', text(till), 'until', '0')
redis.call('PEXPIREAT', KEYS[1], text(till + 60000))
return 1`;
