import { STSClientError } from "../errors/client-error.ts";

/**
 * A network error, with the underlying message and the details of the system's
 * error as its own members. `cause` is the error that has the system's code: `fetch` wraps it in an error that says nothing.
 */
export function networkError(what: string, thrown: unknown): STSClientError {
  let reason: unknown = thrown;
  let system: SystemError | undefined;
  let each: unknown = thrown;
  for (let depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    reason = each;
    const { code }: SystemError = each;
    if (!system && typeof code === "string") system = each;
  }
  const message = `${what}: ${describe(reason)}`;
  const error = new STSClientError("ERR_NETWORK", message, { cause: system ?? thrown });
  return system ? Object.assign(error, detailsOf(system)) : error;
}

/** An error of Node.js, or one that looks like it. Where several addresses were tried, `errors` has one for each. */
interface SystemError extends Error {
  readonly code?: unknown;
  readonly errors?: readonly SystemError[];
  readonly errno?: unknown;
  readonly syscall?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
}

function detailsOf(error: SystemError): object {
  const { errno, syscall, address, port, hostname } = error.syscall ? error : (error.errors?.[0] ?? error);
  const details = { errno, syscall, address, port, hostname };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function describe(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  // One error for each address that was tried; the aggregate has no message.
  const { errors, code } = reason as Error & { readonly errors?: unknown; readonly code?: unknown };
  if (reason.message === "" && Array.isArray(errors) && errors.length > 0)
    return errors.map((each) => (each instanceof Error ? each.message : String(each))).join("; ");
  return reason.message || (typeof code === "string" ? code : reason.name);
}
