import type { CallContext } from "../call/call-context.ts";
import type { ClientMetadata } from "../errors/client-error.ts";
import { classifyError, isClockSkewError, isRejectedKey, isUntouched } from "./classify-error.ts";
import type { NamedValue } from "./find-one-time-value.ts";
import { oneTimeCodeError, withUnusedNote } from "./one-time-code-error.ts";
import { readRetryAfter } from "./retry-after.ts";
import type { RetryErrorType } from "./standard-strategy.ts";

/** What is known about a failed attempt besides its error. */
export interface FailedAttempt {
  /** The member of the input that the service accepts only once, if there is one. */
  readonly oneTimeValue: NamedValue | undefined;
  /** Whether the attempt was signed with a clock that has been corrected since. */
  readonly wasClockCorrected: boolean;
  /** The response's headers, names in lower case; empty without a response. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is known about the exchange. */
  readonly metadata: ClientMetadata;
}

/** What a failure means for another attempt. */
export interface Judgement {
  /** What kind of failure the strategy has to decide about. */
  readonly errorType: RetryErrorType;
  /** Whether the service does not know the key that signed the request, or no longer does. */
  readonly isKeyRejected?: boolean;
  /** The earliest moment at which the service wants to see another attempt. */
  readonly retryAfterHint?: Date | undefined;
  /** The call's error if there is no other attempt. */
  readonly failure: object;
  /** The call's error instead of another attempt, if a one-time value may have been used up. */
  readonly notResent?: object | undefined;
}

/** Decides what a failure means for another attempt. The strategy and the clock are considered afterwards. */
export function judgeFailure(
  error: object,
  { oneTimeValue, wasClockCorrected, headers, metadata }: FailedAttempt,
  context: CallContext,
): Judgement {
  const mayPass = wasClockCorrected && isClockSkewError(error);
  const isUsed = oneTimeValue && !isUntouched(error);
  return {
    errorType: mayPass ? "TRANSIENT" : classifyError(error),
    isKeyRejected: isRejectedKey(error),
    retryAfterHint: readRetryAfter(headers, context.configuration.now()),
    failure: oneTimeValue && !isUsed ? withUnusedNote(error, oneTimeValue) : error,
    notResent: isUsed ? oneTimeCodeError(context, oneTimeValue, error, metadata) : undefined,
  };
}
