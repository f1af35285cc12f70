import { STSClientError } from "../errors/client-error.ts";

/** An error of the network, with what is at the bottom of the runtime's error in its message. */
export function networkError(what: string, cause: unknown): STSClientError {
  let reason: unknown = cause;
  let each: unknown = cause;
  for (let depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) reason = each;
  const detail =
    reason instanceof Error ? reason.message || ("code" in reason && reason.code) || reason.name : reason;
  return new STSClientError("ERR_NETWORK", `${what}: ${String(detail)}`, { cause });
}
