import type { CallContext } from "../call/call-context.ts";
import { type ClientMetadata, STSClientError } from "../errors/client-error.ts";
import type { NamedValue } from "./find-one-time-value.ts";

/** Codes of MFA devices change at full half minutes: RFC 6238's default, which AWS uses. */
const CODE_PERIOD_MS = 30_000;

/** Adds to an error that a one-time value was not used. The service's own words are not changed. */
export function withUnusedNote(error: object, [member]: NamedValue): object {
  if (error instanceof STSClientError && !error.message.includes("still good"))
    error.message += `. ${member} was not used and is still good`;
  return error;
}

/**
 * The error for a request that would be retried if it did not contain a one-time value: the service may have
 * acted on the failed attempt, and would then refuse the value.
 */
export function oneTimeCodeError(
  { configuration, operation }: CallContext,
  [member, value]: NamedValue,
  cause: object,
  $metadata: ClientMetadata,
): STSClientError {
  const serviceTime = configuration.now() + configuration.systemClockOffset;
  const nextCodeAt = new Date((Math.floor(serviceTime / CODE_PERIOD_MS) + 1) * CODE_PERIOD_MS);
  // Six digits come from a device that will show others; any other value has to be requested again.
  const isCode = /^\d{6}$/.test(value);
  const advice = isCode
    ? `the code that the device shows from ${nextCodeAt.toISOString()} on`
    : "a new value";
  const reason =
    cause instanceof Error ? cause.message.replace(new RegExp(`^${operation.name}: `), "") : "it failed";
  const error = new STSClientError(
    "ERR_NOT_RESENT",
    `${operation.name}: ${reason}. Not sent again: ${member} works once, and the failed attempt may have used it. Try again with ${advice}`,
    { cause },
  );
  return Object.assign(error, { $metadata }, isCode && { nextCodeAt });
}
