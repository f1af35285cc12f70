import { fenceOf, leasedFor, LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of `redisStore` and `ioredisStore`. */
export interface RedisStoreOptions {
  /** Prefix of the store's keys. Default `sts-session:`. */
  readonly prefix?: string | undefined;
}

/** Runs a Lua script with one key. */
export type EvaluateScript = (script: string, key: string, parameters: string[]) => Promise<unknown>;

/**
 * Creates a store on anything that runs scripts in Redis 5 or Valkey.
 *
 * A session is one hash, so that a script sees all of it, a cluster keeps it in one place and memory pressure removes it
 * whole. Expiry is compared with the server's own clock inside the script.
 */
export function createRedisStore(
  name: string,
  evaluate: EvaluateScript,
  options: RedisStoreOptions = {},
): SessionStore {
  const { prefix = "sts-session:" } = options;
  const run = (script: string, entry: string, ...parameters: (string | number)[]): Promise<unknown> =>
    evaluate(script, prefix + entry, parameters.map(String));

  return {
    name,
    get: async (entry) => {
      const reply = await run(GET, entry);
      const [text, fence, until, end, seconds, microseconds] = Array.isArray(reply) ? reply : [];
      const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
      return {
        ...(typeof text === "string" && text !== "" && Number(end) > now && { text }),
        fence: fenceOf(fence),
        leasedForMs: leasedFor(until, now),
        now,
      };
    },
    put: async (entry, { text, lifeMs, fence }) =>
      Number(await run(PUT, entry, fence, text, Math.floor(lifeMs))) === 1,
    lease: async (entry, { lifeMs, fence = 0 }) =>
      fenceOf(await run(LEASE, entry, fence, Math.floor(lifeMs), LONGEST_LEASE_MS)) || undefined,
  };
}

// Every hit runs this one, so it is short: its result is checked here. Anything but a hash has no fields.
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
