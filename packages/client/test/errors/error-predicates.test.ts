import {
  isClockSkew,
  isExpiredCredentials,
  isMfaFailure,
  isThrottling,
  STSServiceException,
} from "@org/sts-client";
import { classifyError } from "@org/sts-client/retry";
import { expect, test } from "vitest";

const error = (name: string, message = "No"): Error => new STSServiceException({ name, message });

test.for(["ExpiredToken", "ExpiredTokenException", "ExpiredTradeInTokenException", "RequestExpired"])(
  "isExpiredCredentials knows %s",
  (name) => {
    expect(isExpiredCredentials(error(name))).toBe(true);
  },
);

test.for([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "PriorRequestNotComplete",
  "SlowDown",
  "EC2ThrottledException",
  "TransactionInProgressException",
])("isThrottling knows %s, and retries treat it the same", (name) => {
  expect(isThrottling(error(name))).toBe(true);
  expect(classifyError(error(name))).toBe("THROTTLING");
});

test("isThrottling knows status 429, and what the model marks", () => {
  expect(isThrottling(Object.assign(error("Unknown"), { $metadata: { httpStatusCode: 429 } }))).toBe(true);
  expect(isThrottling(Object.assign(error("Unknown"), { $retryable: { throttling: true } }))).toBe(true);
  expect(isThrottling(Object.assign(error("Unknown"), { $retryable: {} }))).toBe(false);
});

test.for([
  ["RequestExpired", "No"],
  ["RequestInTheFuture", "No"],
  ["RequestTimeTooSkewed", "No"],
  ["SignatureDoesNotMatch", "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"],
  [
    "SignatureDoesNotMatch",
    "Signature not yet current: 20260301T123000Z is still later than 20260301T121500Z",
  ],
  ["InvalidSignatureException", "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"],
])("isClockSkew knows %s: %s", ([name = "", message]) => {
  expect(isClockSkew(error(name, message))).toBe(true);
});

test("isClockSkew knows a wrong secret key from a wrong clock", () => {
  expect(
    isClockSkew(error("SignatureDoesNotMatch", "The request signature we calculated does not match")),
  ).toBe(false);
});

test.for([
  ["AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."],
  ["AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code."],
  ["AccessDeniedException", "MultiFactorAuthentication failed with invalid MFA one time pass code."],
])("isMfaFailure knows %s: %s", ([name = "", message]) => {
  expect(isMfaFailure(error(name, message))).toBe(true);
});

test("isMfaFailure knows another refusal from a failed code", () => {
  expect(isMfaFailure(error("AccessDenied", "with an explicit deny"))).toBe(false);
  expect(isMfaFailure(error("ValidationError", "MultiFactorAuthentication failed"))).toBe(false);
});

test.for([isExpiredCredentials, isThrottling, isClockSkew, isMfaFailure])(
  "the predicates of errors may be asked about any value: %o",
  (predicate) => {
    for (const value of [
      undefined,
      null,
      "ExpiredToken",
      0,
      {},
      { name: Symbol("x").description },
      new Error("Throttling"),
    ]) {
      expect(predicate(value)).toBe(false);
    }
  },
);

test.for([isExpiredCredentials, isThrottling, isClockSkew, isMfaFailure])(
  "the predicates of errors count errors of the AWS SDK too: %o",
  (predicate) => {
    const names = ["ExpiredToken", "Throttling", "RequestTimeTooSkewed", "AccessDenied"];
    const foreign = names.map((name) =>
      Object.assign(new Error("MultiFactorAuthentication failed"), { name }),
    );
    expect(foreign.filter((each) => predicate(each))).toHaveLength(1);
  },
);
