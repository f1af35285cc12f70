import { inspect } from "node:util";

/** How a secret can be written by whoever quotes it. */
export const encodings: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ["as it is", (text) => text],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded as in a form", (text) => new URLSearchParams({ "": text }).toString().slice(1)],
  ["escaped as in JSON", (text) => JSON.stringify(text).slice(1, -1)],
  [
    "escaped as in XML",
    (text) =>
      text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&apos;"),
  ],
  [
    "escaped as in XML, by number",
    (text) => text.replaceAll(/[^\w]/g, (found) => `&#${found.charCodeAt(0)};`),
  ],
];

/** Parts of a secret that are as good as the whole, or nearly. Of a code of six digits, half is no secret any more. */
export const parts: readonly (readonly [name: string, cut: (text: string) => string])[] = [
  ["whole", (text) => text],
  ["the first half", (text) => text.slice(0, Math.ceil(text.length / 2))],
  ["the second half", (text) => text.slice(-Math.ceil(text.length / 2))],
];

const SHORTEST_PART = 8;

/** Every encoding of every part of the secrets, with a name that says which. Encodings that change nothing are left out. */
export function writings(
  secrets: Readonly<Record<string, string>>,
): (readonly [name: string, text: string])[] {
  const names = new Map<string, string>();
  for (const [secret, value] of Object.entries(secrets)) {
    for (const [part, cut] of parts) {
      const text = cut(value);
      if (text.length < SHORTEST_PART && text !== value) continue;
      for (const [encoding, write] of encodings)
        if (!names.has(write(text))) names.set(write(text), `${secret}, ${part}, ${encoding}`);
    }
  }
  return [...names].map(([text, name]) => [name, text]);
}

/** Names of those {@link writings} that a text shows. */
export function leaksIn(text: string, written: ReturnType<typeof writings>): string[] {
  return written.flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
}

/** What came of a failure: what was thrown, and what can be printed beside it. */
export interface Failure {
  /** What was thrown, or a result that says why something was refused. */
  readonly error: unknown;
  /** Clients, commands, providers and the like that somebody may print. */
  readonly printed: readonly unknown[];
  /** What loggers were given. */
  readonly logged: readonly unknown[];
  /** What was published on diagnostics channels and told to listeners. */
  readonly published: readonly unknown[];
  /** What was written to stdout and stderr. */
  readonly written: string;
}

const inspected = (values: readonly unknown[], showHidden: boolean): string =>
  values.map((value) => inspect(value, { depth: 12, showHidden, maxStringLength: Infinity })).join("\n");

const json = (value: unknown): string => {
  const seen = new WeakSet();
  return (
    JSON.stringify(value, (_key, member: unknown) => {
      if (typeof member === "bigint") return String(member);
      if (typeof member !== "object" || member === null) return member;
      if (seen.has(member)) return "seen before";
      seen.add(member);
      return member;
    }) ?? ""
  );
};

/** An error and everything that it says was its reason. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = [];
  const add = (value: unknown): void => {
    if (typeof value !== "object" || value === null || found.includes(value)) return;
    found.push(value);
    for (const name of ["cause", "errors", "error", "tried", "$metadata", "attemptResults", "suppressed"]) {
      const member: unknown = Reflect.get(value, name);
      for (const each of [member].flat()) add(each);
    }
  };
  add(error);
  return found;
}

/** The texts of all own members, enumerable or not, however deep; accessors are not run. */
function ownMembers(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === "string") return value;
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
    return "";
  seen.add(value);
  if (value instanceof Headers || value instanceof Map)
    return [...value]
      .flat()
      .map((item) => ownMembers(item, seen))
      .join("\n");
  return Reflect.ownKeys(value)
    .map((key) => `${String(key)}: ${ownMembers(Reflect.getOwnPropertyDescriptor(value, key)?.value, seen)}`)
    .join("\n");
}

/** Every form in which a failure reaches a person or a file. */
export const forms: readonly (readonly [name: string, show: (failure: Failure) => string])[] = [
  ["the error as inspect shows it", ({ error }) => inspected([error], false)],
  ["the error as inspect shows it with showHidden", ({ error }) => inspected([error], true)],
  [
    "the error's JSON",
    ({ error }) =>
      chain(error)
        .map((each) => json(each))
        .join("\n"),
  ],
  [
    "the texts and stacks of the error and its causes",
    ({ error }) =>
      chain(error)
        .map((each) =>
          each instanceof Error ? `${String(each)} ${each.name} ${each.message} ${each.stack}` : "",
        )
        .join("\n"),
  ],
  ["the own members of the error and its causes", ({ error }) => ownMembers(error)],
  ["log lines", ({ logged }) => `${inspected(logged, false)}\n${inspected(logged, true)}\n${json(logged)}`],
  [
    "events of diagnostics channels and listeners",
    ({ published }) => `${inspected(published, true)}\n${json(published)}`,
  ],
  ["stdout and stderr", ({ written }) => written],
  [
    "the client, the command and the provider as inspect shows them",
    ({ printed }) => `${inspected(printed, false)}\n${inspected(printed, true)}`,
  ],
  ["the JSON of the client and the command", ({ printed }) => json(printed)],
];
