/**
 * Sessions that many machines share through Redis, with the package `redis`.
 *
 * @module @org/sts-client/credentials/redis
 */

export { redisStore } from "../credentials/cache/shared/redis-client.ts";

export type { RedisClient } from "../credentials/cache/shared/redis-client.ts";
export type { RedisStoreOptions } from "../credentials/cache/shared/redis-store.ts";
export type {
  LeaseRequest,
  NewSession,
  SessionStore,
  StoredSession,
} from "../credentials/cache/shared/session-store.ts";
