import { type OperationSchema, redact, STSServiceException } from "@org/sts-protocol";

import { isAsymmetricMatcher } from "./check-members.ts";
import type { DenialReason } from "./fake/denial-reason.ts";

/** A request that the mock received. It prints without secrets. */
export interface Call {
  /** Name of the operation. */
  readonly operation: string;
  /** Decoded input, with secrets replaced by `***SensitiveInformation***`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Decoded input with the secrets, for assertions on them. */
  reveal(): Readonly<Record<string, unknown>>;
  /** Host that the request was sent to. */
  readonly host: string;
  /** Key id that signed it; `undefined` for an unsigned request. */
  readonly accessKeyId: string | undefined;
  /** Request id of the response. */
  readonly requestId: string;
  /** When it arrived, by the mock's clock. */
  readonly time: Date;
  /** `"ok"`, the error's wire code, or `"fault"` for a planned fault of connection or bytes; `undefined` while the call is being handled. */
  readonly outcome: string | undefined;
  /**
   * Why the outcome is `AccessDenied`: which policies were evaluated, and what in each statement did not match. `undefined`
   * for any other outcome. `fake.encodeAuthorizationMessage(call.reason)` turns it into an encoded message.
   */
  readonly reason: DenialReason | undefined;
}

/** A call while it is being handled. */
export type OpenCall = { -readonly [Name in keyof Call]: Call[Name] };

/** Starts the record of a call. */
export function openCall(
  operation: OperationSchema,
  input: Record<string, unknown>,
  { host, accessKeyId, requestId, time }: Pick<Call, "host" | "accessKeyId" | "requestId" | "time">,
): OpenCall {
  return {
    operation: operation.name,
    get input() {
      return redact(operation.input, input);
    },
    reveal: () => input,
    host,
    accessKeyId,
    requestId,
    time,
    outcome: undefined,
    reason: undefined,
  };
}

/** Returns whether `input` contains everything in `wanted`, with members and list items compared by value. */
export function containsInput(input: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return Object.is(input, wanted);
  if (isAsymmetricMatcher(wanted)) return wanted.asymmetricMatch(input);
  if (typeof input !== "object" || input === null) return false;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(input) &&
      input.length === wanted.length &&
      wanted.every((item, index) => containsInput(input[index], item))
    );
  }
  const record = input as Readonly<Record<string, unknown>>; // an object, looked up by name
  return Object.entries(wanted).every(([name, value]) =>
    isAsymmetricMatcher(value) || value !== undefined
      ? containsInput(record[name], value)
      : record[name] === undefined,
  );
}

/** The wire code of an exception. */
export function outcomeOf(error: STSServiceException): string {
  return error.Code ?? error.name;
}
