import { type OperationSchema, redact } from "@org/sts-protocol";

import type { StsMock } from "../mock.ts";
import { type AnyOperation, operationOf } from "../operation-reference.ts";

/** What a matcher of vitest or jest returns. */
export interface MatcherResult {
  /** Whether the expectation holds. */
  readonly pass: boolean;
  /** The failure message, with secrets redacted. */
  message(): string;
}

/**
 * The matchers of `expect`, to merge into its types:
 *
 * @example
 * import type { StsMatchers } from "@org/sts-mock";
 *
 * declare module "vitest" {
 *   interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends StsMatchers<R> {}
 * }
 */
export interface StsMatchers<R = unknown> {
  /** The mock received the operation, with at least this input if one is given. */
  toHaveReceivedOperation(operation: AnyOperation, input?: object): R;
  /** The mock received the operation this often. */
  toHaveReceivedOperationTimes(operation: AnyOperation, times: number): R;
  /** The mock's nth call, counted from 1, was of the operation, with at least this input if one is given. */
  toHaveReceivedNthOperation(nth: number, operation: AnyOperation, input?: object): R;
}

/** Matchers for vitest and jest: `expect.extend(stsMatchers)`. Inputs can contain `expect.any(…)` and other asymmetric matchers. */
export const stsMatchers: {
  /** See {@link StsMatchers.toHaveReceivedOperation}. */
  toHaveReceivedOperation(mock: StsMock, operation: AnyOperation, input?: object): MatcherResult;
  /** See {@link StsMatchers.toHaveReceivedOperationTimes}. */
  toHaveReceivedOperationTimes(mock: StsMock, operation: AnyOperation, times: number): MatcherResult;
  /** See {@link StsMatchers.toHaveReceivedNthOperation}. */
  toHaveReceivedNthOperation(
    mock: StsMock,
    nth: number,
    operation: AnyOperation,
    input?: object,
  ): MatcherResult;
} = {
  toHaveReceivedOperation: (mock, reference, input) =>
    result(mock, mock.calls(reference, input).length > 0, describe(operationOf(reference, "expect"), input)),
  toHaveReceivedOperationTimes: (mock, reference, times) =>
    result(
      mock,
      mock.calls(reference).length === times,
      `${operationOf(reference, "expect").name} ${times} times`,
    ),
  toHaveReceivedNthOperation: (mock, nth, reference, input) => {
    const wanted = mock.calls()[nth - 1];
    const pass = wanted !== undefined && mock.calls(reference, input).includes(wanted);
    return result(mock, pass, `as call ${nth} ${describe(operationOf(reference, "expect"), input)}`);
  },
};

function result(mock: StsMock, pass: boolean, wanted: string): MatcherResult {
  return {
    pass,
    message: () => {
      const calls = mock
        .calls()
        .map(({ operation, input }, index) => `  ${index + 1}. ${operation} ${JSON.stringify(input)}`);
      const received = calls.length === 0 ? "It received nothing." : `It received:\n${calls.join("\n")}`;
      return `expected the STS mock ${pass ? "not to" : "to"} have received ${wanted}\n\n${received}`;
    },
  };
}

function describe({ name, input: members }: OperationSchema, input: object | undefined): string {
  return input === undefined ? name : `${name} with ${JSON.stringify(redact(members, input))}`;
}
