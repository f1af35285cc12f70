import { createRedisStore } from "./redis-store.ts";
import type { PlainCommands, RedisStoreOptions } from "./redis-store.ts";
import type { SessionStore } from "./session-store.ts";

/** What we use of a client, cluster or pool of the package `redis`. */
export interface RedisClient {
  /** Runs a Lua script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** HMGET. A client or pool that has it, {@link RedisClient.time} and `sendCommand` reads sessions without a script. */
  hmGet?(...parameters: never[]): Promise<unknown>;
  /** TIME. */
  time?(...parameters: never[]): Promise<unknown>;
  /** Sends a command; clusters and sentinels take other parameters than a client or pool. */
  sendCommand?(...parameters: never[]): Promise<unknown>;
  /** Whether the connection is ready. A client has it, and a pool has not. */
  readonly isReady?: boolean | undefined;
  /** What the client was created with. */
  readonly options?: object | undefined;
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
    {
      evaluate: (script, key, parameters) => client.eval(script, { keys: [key], arguments: parameters }),
      plain: plainCommands(client),
    },
    options,
  );
}

function plainCommands(client: RedisClient): PlainCommands | undefined {
  // A client and a pool take a command and options. Clusters and sentinels want to know the key, or whether a replica will do.
  if (!client.hmGet || !client.time || client.sendCommand?.length !== 2) return undefined;
  const plain = client as PlainClient; // the signatures since version 4
  // Commands as they are sent take the client less time, but get no prefix.
  const isDirect =
    typeof client.isReady === "boolean" &&
    client.options !== undefined &&
    (client.options as ClientOptions).keyPrefix === undefined;
  return {
    readFields: (key, fields) =>
      isDirect ? plain.sendCommand(["HMGET", key, ...fields]) : plain.hmGet(key, fields),
    readTime: () => plain.time(),
  };
}

interface ClientOptions {
  readonly keyPrefix?: unknown;
}

interface PlainClient {
  sendCommand(command: string[]): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<unknown>;
  time(): Promise<unknown>;
}
