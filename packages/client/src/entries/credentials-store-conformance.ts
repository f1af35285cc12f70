/**
 * Tests for your own session store, and a store in memory.
 *
 * @module @org/sts-client/credentials/store-conformance
 */

export { sessionStoreTests } from "../credentials/cache/shared/store-conformance.ts";
export { memoryStore } from "../credentials/cache/shared/memory-store.ts";

export type {
  SessionStoreTest,
  SessionStoreTestOptions,
} from "../credentials/cache/shared/store-conformance.ts";
export type { MemoryStoreOptions } from "../credentials/cache/shared/memory-store.ts";
export type {
  LeaseRequest,
  NewSession,
  SessionStore,
  StoredSession,
} from "../credentials/cache/shared/session-store.ts";
