/**
 * Canned responses and a strict fake of STS, for tests in any runtime.
 *
 * @module @org/sts-mock
 */

// For users.

export { createStsMock, type StsMock } from "./mock.ts";
export type { MockOptions, StsMockOptions } from "./mock-options.ts";
export { createFakeSts, demoRole, demoUser, type FakeSts } from "./fake/fake.ts";
export type { ProofVerdict } from "./fake/check-proof.ts";
export type { FakeStsOptions, FakeStsState, TradeInTokenOptions } from "./fake/fake-options.ts";
export type {
  AccessKey,
  AccountOptions,
  MfaDevice,
  RoleOptions,
  ServiceOptions,
  UserOptions,
} from "./fake/principals.ts";
export type { ConditionValue, OneOrMany, PolicyDocument, PolicyStatement } from "./fake/policy-document.ts";
export type { Mismatch, StatementReason } from "./fake/policy.ts";
export type { DenialReason, PolicyReason } from "./fake/denial-reason.ts";
export { createClock, type Clock, type ClockOptions, type ControlledClock } from "./fake/clock.ts";
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestTokenClaims,
} from "./fake/test-issuer.ts";
export type { OidcProviderOptions, SamlProviderOptions } from "./fake/identity-providers.ts";
export type { JsonWebKey, KeySet } from "./fake/web-identity-issuer.ts";
export { totpCode, type TotpOptions } from "./fake/totp.ts";
export { buildResponse, type BuildResponseOptions } from "./canned/responses.ts";
export { serviceError } from "./fake/service-errors.ts";
export { stsMatchers, type MatcherResult, type StsMatchers } from "./adapters/matchers.ts";
export type { Call } from "./calls.ts";
export type { Fault, FaultSchedule, RetryHint } from "./faults.ts";
export type { LogEntry } from "./log-entry.ts";
export type { Overrides, Reply, ReplyResult } from "./canned/replies.ts";
export type {
  AnyOperation,
  CommandClass,
  OperationReference,
  SdkCommand,
  SdkCommandClass,
} from "./operation-reference.ts";

// For library authors: what an adapter to another server or test runner needs.

export type { ConnectionFault, MockResponse } from "./mock-response.ts";
export { isStsHost, parseStsHost, type HostPattern, type StsHost } from "./fake/hosts.ts";
