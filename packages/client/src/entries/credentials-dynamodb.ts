/**
 * Sessions that many machines share through a DynamoDB table.
 *
 * @module @org/sts-client/credentials/dynamodb
 */

export { dynamoDbStore } from "../credentials/cache/shared/dynamodb-store.ts";

export type { DynamoDbStoreOptions } from "../credentials/cache/shared/dynamodb-store.ts";
export type {
  LeaseRequest,
  NewSession,
  SessionStore,
  StoredSession,
} from "../credentials/cache/shared/session-store.ts";
