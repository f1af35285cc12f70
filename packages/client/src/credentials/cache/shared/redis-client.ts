import { createRedisStore } from "./redis-store.ts";
import type { RedisStoreOptions } from "./redis-store.ts";
import type { SessionStore } from "./session-store.ts";

/** What we use of a client, cluster or pool of the package `redis`. */
export interface RedisClient {
  /** Runs a Lua script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/**
 * A store in Redis or Valkey through a client of the package `redis` (node-redis), version 4 or newer, which you connect
 * and close.
 *
 * The client needs the commands EVAL, TIME, HMGET, HSET, PEXPIREAT and DEL on keys with the prefix. Add a listener for
 * `error` to the client: without one, a lost connection ends the process.
 *
 * @example
 * import { createClient } from "redis";
 * import { redisStore } from "@org/sts-client/credentials/redis";
 *
 * const client = createClient({ url: "rediss://cache.example.com" });
 * client.on("error", console.error);
 * await client.connect();
 * const store = redisStore(client);
 *
 * @see {@link https://redis.io/docs/latest/develop/use/patterns/distributed-locks/ Distributed locks with Redis}
 */
export function redisStore(client: RedisClient, options?: RedisStoreOptions): SessionStore {
  return createRedisStore(
    "redis",
    (script, key, parameters) => client.eval(script, { keys: [key], arguments: parameters }),
    options,
  );
}
