/**
 * Sessions that many machines share through Redis, with the package `ioredis`.
 *
 * @module @org/sts-client/credentials/ioredis
 */

export { ioredisStore } from "../credentials/cache/shared/ioredis-client.ts";

export type { IoredisClient } from "../credentials/cache/shared/ioredis-client.ts";
export type { RedisStoreOptions } from "../credentials/cache/shared/redis-store.ts";
export type {
  LeaseRequest,
  NewSession,
  SessionStore,
  StoredSession,
} from "../credentials/cache/shared/session-store.ts";
