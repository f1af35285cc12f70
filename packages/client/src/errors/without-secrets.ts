import { REDACTED } from "@org/sts-protocol/redact-text";

/**
 * Returns an error of foreign code unchanged or, if any part of it contains one of the secrets, a copy of its name, message, code
 * and causes without them: an HTTP library may attach the whole request, headers included, to what it throws.
 *
 * Secrets shorter than six characters are left, because ordinary words would be redacted with them.
 */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  const forms = secrets.flatMap((secret) =>
    secret.length < 6 ? [] : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
  );
  return forms.length > 0 && holds(error, forms, new Set()) ? copy(error, forms, 0) : error;
}

// All own members are checked: `showHidden` shows those that are not enumerable.
function holds(value: unknown, secrets: readonly string[], seen: Set<unknown>): boolean {
  if (typeof value === "string") return secrets.some((secret) => value.includes(secret));
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  // Anything this large is not an error but a socket, a client, or a whole runtime.
  if (seen.size > 2000) return true;
  seen.add(value);
  if (value instanceof Headers) return [...value].some(([, text]) => holds(text, secrets, seen));
  if (value instanceof Map || value instanceof Set)
    return [...value].flat().some((item) => holds(item, secrets, seen));
  if (ArrayBuffer.isView(value)) return holds(new TextDecoder("latin1").decode(value), secrets, seen);
  return Reflect.ownKeys(value).some((key) => {
    if (typeof key === "string" && holds(key, secrets, seen)) return true;
    const { value: member } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    return holds(member, secrets, seen);
  });
}

function copy(error: unknown, secrets: readonly string[], depth: number): unknown {
  const clean = (text: string): string =>
    secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, REDACTED), text);
  if (typeof error === "string") return clean(error);
  if (!(error instanceof Error) || depth > 10) return undefined;
  const { name, code, syscall, cause, errors } = error as Error & {
    readonly code?: unknown;
    readonly syscall?: unknown;
    readonly errors?: unknown;
  }; // an error may have any members; each is looked at
  const inner = copy(cause, secrets, depth + 1);
  const cleaned = new Error(clean(error.message), inner === undefined ? undefined : { cause: inner });
  Object.defineProperty(cleaned, "name", { value: clean(name), configurable: true });
  cleaned.stack = clean(error.stack ?? "");
  return Object.assign(
    cleaned,
    typeof code === "string" && { code: clean(code) },
    typeof syscall === "string" && { syscall: clean(syscall) },
    Array.isArray(errors) && { errors: errors.map((each) => copy(each, secrets, depth + 1)) },
  );
}
