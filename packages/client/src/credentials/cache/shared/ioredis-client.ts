import { createRedisStore } from "./redis-store.ts";
import type { PlainCommands, RedisStoreOptions } from "./redis-store.ts";
import type { SessionStore } from "./session-store.ts";

/** What we use of a client or cluster of the package `ioredis`; `iovalkey` has the same. */
export interface IoredisClient {
  /** Runs a Lua script. */
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Whether commands go to several servers. If `false`, sessions are read without a script. */
  readonly isCluster?: boolean | undefined;
  /** HMGET. */
  hmget?(...parameters: never[]): Promise<unknown>;
  /** TIME. */
  time?(...parameters: never[]): Promise<unknown>;
}

/**
 * A store in Redis or Valkey through a client of the package `ioredis` (or `iovalkey`), which you create and close.
 *
 * The client needs the commands EVAL, TIME, HMGET, HSET, PEXPIREAT and DEL on keys with the prefix; its `keyPrefix` is put
 * before that.
 *
 * @example
 * import { Redis } from "ioredis";
 * import { ioredisStore } from "@org/sts-client/credentials/ioredis";
 *
 * const store = ioredisStore(new Redis("rediss://cache.example.com"));
 */
export function ioredisStore(client: IoredisClient, options?: RedisStoreOptions): SessionStore {
  return createRedisStore(
    "ioredis",
    {
      evaluate: (script, key, parameters) => client.eval(script, 1, key, ...parameters),
      plain: plainCommands(client),
    },
    options,
  );
}

function plainCommands(client: IoredisClient): PlainCommands | undefined {
  if (client.isCluster !== false || !client.hmget || !client.time) return undefined;
  const plain = client as PlainClient; // the signatures since version 4
  return {
    readFields: (key, fields) => plain.hmget(key, ...fields),
    readTime: () => plain.time(),
  };
}

interface PlainClient {
  hmget(key: string, ...fields: string[]): Promise<unknown>;
  time(): Promise<unknown>;
}
