/**
 * Redeem a signed GetCallerIdentity request: ask STS who signed it.
 *
 * @module @org/sts-client/redeem
 */

export {
  redeemCallerIdentity,
  type RedeemedIdentity,
  type RedeemOptions,
} from "../redeem/redeem-caller-identity.ts";
export { createUsedProofs, type UsedProofs, type UsedProofsOptions } from "../redeem/used-proofs.ts";
export type {
  CallerPrincipal,
  FederatedUser,
  IamUser,
  OtherPrincipal,
  RoleSession,
  RootUser,
} from "../redeem/parse-principal.ts";

// For callers who branch on errors.
export { STSClientError, type STSClientErrorCode } from "../errors/client-error.ts";
export { STSServiceException } from "@org/sts-protocol";
