import { createFakeSts, type FakeSts } from "@org/sts-mock";
import {
  AssumeRole,
  type Credentials,
  DecodeAuthorizationMessage,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetScopedCredentials,
  type Members,
  type Operation,
  operations,
  type Schema,
} from "@org/sts-protocol";
import { beforeAll, expect, test } from "vitest";

import { call, DEMO_ROLE, type Keys, keysOf } from "../support/call.ts";

/** A limit of a member, and inputs that keep it by a hair and break it by a hair. */
interface Limit {
  readonly path: string;
  readonly rule: string;
  readonly at: unknown;
  readonly beyond: unknown;
}

let fake: FakeSts;
let session: Credentials;
beforeAll(async () => {
  fake = createFakeSts();
  session = (await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test" })).Credentials;
});

/** A value that fits the schema, or is as large as asked. */
function valueOf(schema: Schema, size?: number): unknown {
  switch (schema.kind) {
    case "integer":
      return size ?? schema.min ?? 1;
    case "string":
      return "1".repeat(size ?? Math.max(schema.min ?? 1, 1));
    case "list":
      return Array.from({ length: size ?? Math.max(schema.min ?? 1, 1) }, () => valueOf(schema.member));
    case "struct":
      return Object.fromEntries(
        Object.entries(schema.members).map(([name, member]) => [name, valueOf(member)]),
      );
    case "boolean":
      return true;
    default:
      return new Date(0);
  }
}

/** Every limit under a schema. `wrap` puts a value of it into the whole input. */
function limitsOf(schema: Schema, path: string, wrap: (value: unknown) => unknown): readonly Limit[] {
  const found: Limit[] = [];
  if (schema.kind === "integer" || schema.kind === "string" || schema.kind === "list") {
    const what = schema.kind === "integer" ? "value" : "length";
    const add = (bound: number, beyond: number, words: string): void => {
      const rule = `at '${path}' failed to satisfy constraint: Member must have ${what} ${words} than or equal to ${bound}`;
      found.push({ path, rule, at: wrap(valueOf(schema, bound)), beyond: wrap(valueOf(schema, beyond)) });
    };
    if (schema.max !== undefined) add(schema.max, schema.max + 1, "less");
    // An empty list is sent as no list at all, and nothing is shorter than nothing.
    if (schema.min !== undefined && (schema.kind === "integer" || schema.min > 1)) {
      add(schema.min, schema.min - 1, "greater");
    }
  }
  if (schema.kind === "list") {
    found.push(...limitsOf(schema.member, `${path}.1.member`, (value) => wrap([value])));
  }
  if (schema.kind === "struct") {
    const others = valueOf(schema) as object; // a struct's value
    found.push(
      ...limitsOfMembers(schema.members, `${path}.`, (name, value) => wrap({ ...others, [name]: value })),
    );
  }
  return found;
}

function limitsOfMembers(
  members: Members,
  prefix: string,
  wrap: (name: string, value: unknown) => unknown,
): readonly Limit[] {
  return Object.entries(members).flatMap(([name, member]) =>
    limitsOf(member, prefix + name.charAt(0).toLowerCase() + name.slice(1), (value) => wrap(name, value)),
  );
}

const everyLimit = operations.flatMap((operation) =>
  limitsOfMembers(operation.input, "", (name, value) => ({ [name]: value })).map(
    (limit) => [operation.name, limit.path, limit.rule.split("must have ")[1] ?? "", limit] as const,
  ),
);

/** Calls an operation with whatever input, and says what came of it. */
async function outcome(name: string, input: unknown, keys?: Keys): Promise<string> {
  // The table and the input are put together by name here.
  const operation = operations.find((one) => one.name === name) as unknown as Operation<object, object>;
  return await call(fake, operation, input as object, { keys }).then(
    () => "ok",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

test("the limits of all operations were found", () => {
  expect(everyLimit.length).toBeGreaterThan(90);
  expect(new Set(everyLimit.map(([name]) => name)).size).toBeGreaterThanOrEqual(9);
});

test.each(everyLimit)(
  "the fake keeps to the declared limit of %s: %s has %s",
  async (name, _path, _words, { rule, at, beyond }) => {
    expect(await outcome(name, beyond)).toContain(rule);
    expect(await outcome(name, at)).not.toContain(rule);
  },
);

test.each([
  ["MinimumSessionTokenSize", { MinimumSessionTokenSize: -1 }, "ValidationError"],
  ["MinimumSessionTokenSize", { MinimumSessionTokenSize: 4096 }, "ok"],
  ["MinimumSessionTokenSize", { MinimumSessionTokenSize: 4097 }, "ValidationError"],
  ["MinimumSessionTokenSize", { MinimumSessionTokenSize: 2_000_000_000 }, "ValidationError"],
])(
  "GetScopedCredentials, whose table has no limit for %s, settles %j with %s",
  async (_, input, expected) => {
    const settled = await outcome(
      GetScopedCredentials.name,
      { DurationSeconds: 60, ...input },
      keysOf(session),
    );
    expect(settled.split(":")[0]).toBe(expected);
  },
);

const spellings: readonly (readonly [string, (text: string) => string])[] = [
  ["a space at its end", (text) => `${text} `],
  ["a thousand spaces at its end", (text) => text + " ".repeat(1000)],
  ["a line break within", (text) => `${text.slice(0, 20)}\n${text.slice(20)}`],
  ["padding left out", (text) => text.replace(/=+$/, "")],
  ["padding added", (text) => `${text}=`],
  [
    "loose bits in its last letter",
    (text) => text.replace(/.(?=={1,2}$)/, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 1)),
  ],
];

/** Seals values of growing length until one is padded, so that each spelling differs from it. */
async function padded(seal: (filler: string) => Promise<string>): Promise<string> {
  for (const filler of ["", "x", "xx"]) {
    const text = await seal(filler);
    // Where two characters of padding stand, the last letter is one of A, Q, g and w: the next one differs in loose bits.
    if (text.endsWith("==")) return text;
  }
  throw new Error("no text was padded");
}

test.each(spellings)(
  "what the fake has sealed opens only to the letter: a trade-in token with %s is refused",
  async (_case, respell) => {
    const token = await padded((filler) =>
      fake.issueTradeInToken({ principalArn: DEMO_ROLE, sessionName: `delegated${filler}` }),
    );
    await expect(call(fake, GetDelegatedAccessToken, { TradeInToken: respell(token) })).rejects.toMatchObject(
      { name: "AccessDenied", message: "The trade-in token is not valid" },
    );
    await call(fake, GetDelegatedAccessToken, { TradeInToken: token });
  },
);

test.each([
  ...spellings,
  ["the letters of plain base64", (text: string) => text.replace(/[-_]|$/, "+")],
] as const)(
  "what the fake has sealed opens only to the letter: an encoded message with %s is refused",
  async (_case, respell) => {
    const message = await padded((filler) => fake.encodeAuthorizationMessage({ filler }));
    await expect(
      call(fake, DecodeAuthorizationMessage, { EncodedMessage: respell(message) }),
    ).rejects.toMatchObject({ name: "InvalidAuthorizationMessageException" });
    await call(fake, DecodeAuthorizationMessage, { EncodedMessage: message });
  },
);

// A header cannot have space at its end, so the spaces are left to the bodies above.
test.each(spellings.slice(3))(
  "what the fake has sealed opens only to the letter: a session token with %s is refused",
  async (_case, respell) => {
    const tokens = await Promise.all(
      ["ab", "abc", "abcd", "abcde"].map(async (RoleSessionName) =>
        keysOf((await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName })).Credentials),
      ),
    );
    const keys = tokens.find(({ sessionToken = "" }) => sessionToken.endsWith("=="));
    if (keys === undefined) throw new Error("no token was padded");
    const wrong = { ...keys, sessionToken: respell(keys.sessionToken ?? "") };
    await expect(call(fake, GetCallerIdentity, {}, { keys: wrong })).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
    await call(fake, GetCallerIdentity, {}, { keys });
  },
);

test("a message that could not be decoded for its length is not encoded", async () => {
  await expect(fake.encodeAuthorizationMessage({ statements: "x".repeat(8000) })).rejects.toThrow(
    /^encodeAuthorizationMessage: the encoded message has 1\d{4} characters, and DecodeAuthorizationMessage accepts 10240; leave something out$/,
  );
});
