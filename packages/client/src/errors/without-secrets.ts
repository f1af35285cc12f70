import { redactText } from "@org/sts-protocol/redact-text";

/**
 * Returns an error of foreign code unchanged or, if any part of it contains one of the secrets, a copy of its name, message, code
 * and causes without them: an HTTP library may attach the whole request, headers included, to what it throws.
 *
 * Escaped and cut echoes are found too. Secrets shorter than six characters are left, because ordinary words would be redacted
 * with them.
 */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  const clean = (text: string): string => redactText(text, secrets);
  return holds(error, (text) => clean(text) !== text, new Set()) ? copy(error, clean, 0) : error;
}

/** Whether a word that a service sent is an echo of a secret, whole or in part. */
export function isEcho(word: string, secrets: readonly string[]): boolean {
  return redactText(word, secrets) !== word;
}

// All own members are checked: `showHidden` shows those that are not enumerable.
function holds(value: unknown, isSecret: (text: string) => boolean, seen: Set<unknown>): boolean {
  if (typeof value === "string") return isSecret(value);
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  // Anything this large is not an error but a socket, a client, or a whole runtime.
  if (seen.size > 2000) return true;
  seen.add(value);
  if (value instanceof Headers) return [...value].some(([, text]) => holds(text, isSecret, seen));
  if (value instanceof Map || value instanceof Set)
    return [...value].flat().some((item) => holds(item, isSecret, seen));
  if (ArrayBuffer.isView(value)) return holds(new TextDecoder("latin1").decode(value), isSecret, seen);
  return Reflect.ownKeys(value).some((key) => {
    if (typeof key === "string" && isSecret(key)) return true;
    const { value: member } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    return holds(member, isSecret, seen);
  });
}

function copy(error: unknown, clean: (text: string) => string, depth: number): unknown {
  if (typeof error === "string") return clean(error);
  if (!(error instanceof Error) || depth > 10) return undefined;
  const { name, code, syscall, cause, errors } = error as Error & {
    readonly code?: unknown;
    readonly syscall?: unknown;
    readonly errors?: unknown;
  }; // an error may have any members; each is looked at
  const inner = copy(cause, clean, depth + 1);
  const cleaned = new Error(clean(error.message), inner === undefined ? undefined : { cause: inner });
  Object.defineProperty(cleaned, "name", { value: clean(name), configurable: true });
  cleaned.stack = clean(error.stack ?? "");
  return Object.assign(
    cleaned,
    typeof code === "string" && { code: clean(code) },
    typeof syscall === "string" && { syscall: clean(syscall) },
    Array.isArray(errors) && { errors: errors.map((each) => copy(each, clean, depth + 1)) },
  );
}
