export { createStsMock, type MockOptions, type StsMock, type StsMockOptions } from "./mock.ts";
export {
  createFakeSts,
  demoRole,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type FakeStsState,
  type TradeInTokenOptions,
} from "./fake.ts";
export type { AccessKey, AccountOptions, MfaDevice, RoleOptions, UserOptions } from "./principals.ts";
export { createClock, type Clock, type ClockOptions, type ControlledClock } from "./clock.ts";
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestTokenClaims,
} from "./test-issuer.ts";
export type { OidcProviderOptions, SamlProviderOptions } from "./providers.ts";
export type { KeySet } from "./web-identity-issuer.ts";
export { totpCode, type TotpOptions } from "./totp.ts";
export { buildAnswer, type BuildAnswerOptions } from "./answers.ts";
export { serviceError } from "./service-errors.ts";

export { stsMatchers, type MatcherResult, type StsMatchers } from "./matchers.ts";
export type { Call } from "./calls.ts";
export type {
  ContentTypeFault,
  EmptyFault,
  ErrorFault,
  Fault,
  FaultSchedule,
  NetworkFault,
  RetryHint,
  SimpleFault,
  SkewedDateFault,
  SlowBodyFault,
  StallFault,
  StatusFault,
  ThrottlingFault,
} from "./faults.ts";
export type { LogEntry, Answer } from "./handle.ts";
export type {
  AnyOperation,
  CommandClass,
  OperationReference,
  Overrides,
  Reply,
  ReplyResult,
} from "./replies.ts";
export type { ConditionValue, OneOrMany, PolicyDocument, PolicyStatement } from "./policy.ts";

export { isStsHost, parseStsHost, type HostPattern, type StsHost } from "./hosts.ts";
