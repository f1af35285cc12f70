import {
  isClockSkew,
  isExpiredCredentials,
  isMfaFailure,
  isThrottling,
  STSServiceException,
} from "@org/sts-client";
import { classifyError } from "@org/sts-client/retry";
import { describe, expect, it } from "vitest";

const error = (name: string, message = "No"): Error => new STSServiceException({ name, message });

describe("isExpiredCredentials knows", () => {
  it.for(["ExpiredToken", "ExpiredTokenException", "ExpiredTradeInTokenException", "RequestExpired"])(
    "%s",
    (name) => {
      expect(isExpiredCredentials(error(name))).toBe(true);
    },
  );
});

describe("isThrottling knows", () => {
  it.for([
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
  ])("%s, and retries treat it the same", (name) => {
    expect(isThrottling(error(name))).toBe(true);
    expect(classifyError(error(name))).toBe("THROTTLING");
  });

  it("status 429, and what the model marks", () => {
    expect(isThrottling(Object.assign(error("Unknown"), { $metadata: { httpStatusCode: 429 } }))).toBe(true);
    expect(isThrottling(Object.assign(error("Unknown"), { $retryable: { throttling: true } }))).toBe(true);
    expect(isThrottling(Object.assign(error("Unknown"), { $retryable: {} }))).toBe(false);
  });
});

describe("isClockSkew knows", () => {
  it.for([
    ["RequestExpired", "No"],
    ["RequestInTheFuture", "No"],
    ["RequestTimeTooSkewed", "No"],
    ["SignatureDoesNotMatch", "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"],
    [
      "SignatureDoesNotMatch",
      "Signature not yet current: 20260301T123000Z is still later than 20260301T121500Z",
    ],
    ["InvalidSignatureException", "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"],
  ])("%s: %s", ([name = "", message]) => {
    expect(isClockSkew(error(name, message))).toBe(true);
  });

  it("a wrong secret key from a wrong clock", () => {
    expect(
      isClockSkew(error("SignatureDoesNotMatch", "The request signature we calculated does not match")),
    ).toBe(false);
  });
});

describe("isMfaFailure knows", () => {
  it.for([
    ["AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."],
    ["AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code."],
    ["AccessDeniedException", "MultiFactorAuthentication failed with invalid MFA one time pass code."],
  ])("%s: %s", ([name = "", message]) => {
    expect(isMfaFailure(error(name, message))).toBe(true);
  });

  it("another refusal from a failed code", () => {
    expect(isMfaFailure(error("AccessDenied", "with an explicit deny"))).toBe(false);
    expect(isMfaFailure(error("ValidationError", "MultiFactorAuthentication failed"))).toBe(false);
  });
});

it.for([isExpiredCredentials, isThrottling, isClockSkew, isMfaFailure])(
  "any value may be asked about: %o",
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

it.for([isExpiredCredentials, isThrottling, isClockSkew, isMfaFailure])(
  "errors of the AWS SDK count too: %o",
  (predicate) => {
    const names = ["ExpiredToken", "Throttling", "RequestTimeTooSkewed", "AccessDenied"];
    const foreign = names.map((name) =>
      Object.assign(new Error("MultiFactorAuthentication failed"), { name }),
    );
    expect(foreign.filter((each) => predicate(each))).toHaveLength(1);
  },
);
