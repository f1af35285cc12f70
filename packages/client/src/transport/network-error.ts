import { STSClientError } from "../errors/client-error.ts";

/** An error of the network, with what is at the bottom of the runtime's error in its message. */
export function networkError(what: string, cause: unknown): STSClientError {
  let reason: unknown = cause;
  let each: unknown = cause;
  for (let depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) reason = each;
  return new STSClientError("ERR_NETWORK", `${what}: ${describe(reason)}`, { cause });
}

function describe(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  // One error for each address that was tried; the whole has no message.
  const { errors, code } = reason as Error & { readonly errors?: unknown; readonly code?: unknown };
  if (reason.message === "" && Array.isArray(errors) && errors.length > 0)
    return errors.map((each) => (each instanceof Error ? each.message : String(each))).join("; ");
  return reason.message || (typeof code === "string" ? code : reason.name);
}
