import { createClock, createFakeSts, createStsMock, type FakeSts, serviceError } from "@org/sts-mock";
import {
  AssumeRole,
  AssumeRoleWithWebIdentity,
  GetCallerIdentity,
  GetSessionToken,
  type HttpRequest,
} from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_ROLE, DEMO_SERIAL } from "./support/call.ts";

const now = new Date("2026-03-01T12:00:00Z");
let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({ clock: createClock({ at: now }) });
});

const form = (body: string): HttpRequest => ({
  method: "POST",
  protocol: "https:",
  hostname: "sts.us-east-1.amazonaws.com",
  path: "/",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body,
});
const signed = (body: string, secretAccessKey = DEMO_KEYS.secretAccessKey) =>
  createSigner().sign(form(body), {
    credentials: { ...DEMO_KEYS, secretAccessKey },
    region: "us-east-1",
    service: "sts",
    date: now,
  });
const codeOf = async (request: HttpRequest): Promise<string | undefined> =>
  /<Code>(\w+)</.exec((await fake.respond(request)).body)?.[1];

test.for([
  ["members", { SessionTokenSize: 1 }],
  ["an exception", serviceError("Custom", 400, "a reply")],
  ["a function", () => ({ SessionTokenSize: 1 })],
] as const)("an unsigned request is refused where the reply is %s", async ([, reply]) => {
  fake.on(GetSessionToken, reply);
  expect(await codeOf(form("Action=GetSessionToken&Version=2011-06-15"))).toBe("MissingAuthenticationToken");
});

test.for([
  ["signed with a wrong secret", () => signed("Action=GetSessionToken&Version=2011-06-15", "wrong")],
  ["with a value out of range", () => signed("Action=GetSessionToken&Version=2011-06-15&DurationSeconds=1")],
  ["with a number that is none", () => signed("Action=GetSessionToken&Version=2011-06-15&DurationSeconds=x")],
  [
    "that the rules refuse",
    () => signed(`Action=GetSessionToken&Version=2011-06-15&SerialNumber=${DEMO_SERIAL}&TokenCode=000000`),
  ],
] as const)("a reply function does not see a request %s, nor is it used up", async ([, send]) => {
  let seen = 0;
  fake.once(GetSessionToken, () => {
    seen += 1;
    return { SessionTokenSize: 1 };
  });
  expect(await codeOf(await send())).toMatch(/SignatureDoesNotMatch|ValidationError|AccessDenied/);
  expect(seen).toBe(0);
  expect((await call(fake, GetSessionToken, {})).SessionTokenSize).toBe(1);
  expect(seen).toBe(1);
});

test("a reply that is an exception takes the place of the rule: the MFA code stays good", async () => {
  const input = { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
  fake.once(GetSessionToken, serviceError("Custom", 400, "a reply"));
  await expect(call(fake, GetSessionToken, input)).rejects.toMatchObject({ name: "Custom" });
  expect(await call(fake, GetSessionToken, input)).toHaveProperty("Credentials");
});

test("a reply to an unsigned operation is used without a signature, after the operation's own rules", async () => {
  fake.on(AssumeRoleWithWebIdentity, { PackedPolicySize: 7 });
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: DEMO_ROLE,
    RoleSessionName: "test",
    WebIdentityToken: "not a token",
  });
  expect(await codeOf(form(body.toString()))).toBe("InvalidIdentityToken");
});

test.for([
  ["a parameter given twice", "TokenCode=1&TokenCode=2"],
  ["a number that is none", "DurationSeconds=x"],
  ["a value out of range", "DurationSeconds=1"],
  ["a name of many parts", `${"a.".repeat(40)}=1`],
] as const)(
  "the signature of a signed operation is checked before its parameters are read: %s, unsigned, then signed",
  async ([, parameters]) => {
    const body = `Action=GetSessionToken&Version=2011-06-15&${parameters}`;
    expect(await codeOf(form(body))).toBe("MissingAuthenticationToken");
    expect(await codeOf(await signed(body, "wrong"))).toBe("SignatureDoesNotMatch");
    expect(await codeOf(await signed(body))).toBe("ValidationError");
    expect(fake.calls().map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      "GetSessionToken MissingAuthenticationToken",
      "GetSessionToken SignatureDoesNotMatch",
      "GetSessionToken ValidationError",
    ]);
  },
);

test("an Action given twice is read as the first one", async () => {
  expect(await codeOf(form("Action=GetSessionToken&Action=GetCallerIdentity&Version=2011-06-15"))).toBe(
    "MissingAuthenticationToken",
  );
});

test("an unknown Action is refused before the signature", async () => {
  expect(await codeOf(form("Action=GetNothing&Version=2011-06-15"))).toBe("InvalidAction");
});

test("a planned fault comes first: an unsigned request of its operation uses it up", async () => {
  fake.fault({ kind: "throttling" }, { operation: GetSessionToken });
  expect(await codeOf(form("Action=GetCallerIdentity&Version=2011-06-15"))).toBe(
    "MissingAuthenticationToken",
  );
  expect(await codeOf(form("Action=GetSessionToken&Version=2011-06-15"))).toBe("Throttling");
  expect(await codeOf(form("Action=GetSessionToken&Version=2011-06-15"))).toBe("MissingAuthenticationToken");
});

test("a planned fault comes first: a request whose parameters cannot be decoded uses it up", async () => {
  fake.fault({ kind: "status", statusCode: 503 });
  expect(await codeOf(form("Action=GetSessionToken&Version=2011-06-15&TokenCode=1&TokenCode=2"))).toBe(
    "ServiceUnavailable",
  );
});

test("a planned fault is not used up by a request without an Action", async () => {
  fake.fault({ kind: "status", statusCode: 503 });
  expect(await codeOf(form("Version=2011-06-15"))).toBe("MissingAction");
  expect(await codeOf(form("Action=GetSessionToken&Version=2011-06-15"))).toBe("ServiceUnavailable");
});

test("a fault that only distorts the response leaves every check in place", async () => {
  fake.fault({ kind: "skewed-date", offsetSeconds: 60 });
  const response = await fake.respond(form("Action=GetSessionToken&Version=2011-06-15"));
  expect(response.statusCode).toBe(403);
  expect(response.headers["date"]).toBe("Sun, 01 Mar 2026 12:01:00 GMT");
});

test("a canned mock checks nothing, so that a reply is used for an unsigned request", async () => {
  const mock = createStsMock();
  mock.on(AssumeRole, { PackedPolicySize: 42 });
  const { body } = await mock.respond(form("Action=AssumeRole&Version=2011-06-15"));
  expect(body).toContain("<PackedPolicySize>42</PackedPolicySize>");
  expect(await call(mock, GetCallerIdentity, {})).toHaveProperty("Account");
});
