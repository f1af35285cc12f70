import { createClock, createFakeSts, demoRole, demoUser } from "@org/sts-mock";
import { AssumeRole, GetCallerIdentity, GetDelegatedAccessToken, GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_ROLE, keysOf } from "../support/call.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const fake = createFakeSts({ users: [demoUser], roles: [demoRole], clock });

/** The first of several session names whose token ends in as many `=` as wanted. */
async function tradeInToken(padding: string): Promise<string> {
  for (const sessionName of ["aa", "aaa", "aaaa"]) {
    const token = await fake.issueTradeInToken({ principalArn: DEMO_ROLE, sessionName });
    if (token.replaceAll(/[^=]/g, "") === padding) return token;
  }
  throw new Error("lengths no longer grow by one");
}
const trade = (TradeInToken: string) => call(fake, GetDelegatedAccessToken, { TradeInToken });

/** The same bytes to a decoder that ignores the bits which do not fill a byte. */
function withLooseBits(token: string): string {
  const at = token.search(/=*$/) - 1;
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return token.slice(0, at) + letters[letters.indexOf(token[at] ?? "") + 1] + token.slice(at + 1);
}

test.each<[string, string, (token: string) => string]>([
  ["loose bits in the last byte but one", "==", withLooseBits],
  ["loose bits in the last byte", "=", withLooseBits],
  ["no padding", "=", (token) => token.slice(0, -1)],
  ["no padding", "==", (token) => token.slice(0, -2)],
  ["half its padding", "==", (token) => token.slice(0, -1)],
  ["spaces after it", "", (token) => `${token}    `],
  ["spaces before it", "", (token) => `    ${token}`],
  ["spaces inside", "=", (token) => `${token.slice(0, 40)}    ${token.slice(40)}`],
  ["line breaks inside", "=", (token) => `${token.slice(0, 40)}\r\n\r\n${token.slice(40)}`],
  ["padding that it does not need", "", (token) => `${token}====`],
])(
  "a token has one spelling, so that one with %s (it ends in %j) is refused",
  async (_case, padding, change) => {
    const token = await tradeInToken(padding);
    await expect(trade(change(token))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "The trade-in token is not valid",
    });
    // The token itself was not used up.
    expect(await trade(token)).toHaveProperty("Credentials");
  },
);

test("session credentials look like those of the service, and no two are the same", async () => {
  const all = await Promise.all(
    [1, 2, 3].map(async () => (await call(fake, GetSessionToken, {})).Credentials),
  );
  for (const { AccessKeyId, SecretAccessKey, SessionToken } of all) {
    expect(AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(SecretAccessKey).toMatch(/^[\w+/]{40}$/);
    expect(SessionToken).toMatch(/^IQoJb3JpZ2luX2Vj[\w+/]+={0,2}$/);
  }
  for (const member of ["AccessKeyId", "SecretAccessKey", "SessionToken"] as const) {
    expect(new Set(all.map((credentials) => credentials[member])).size).toBe(3);
  }
});

test.each([0, 1, 100, 1000, 2000, 4095, 4096])(
  "a session token has at least the %i bytes asked for, and hardly more than it needs",
  async (MinimumSessionTokenSize) => {
    const input = { RoleArn: DEMO_ROLE, RoleSessionName: "test" };
    const plain = (await call(fake, AssumeRole, input)).Credentials.SessionToken.length;
    const { Credentials } = await call(fake, AssumeRole, { ...input, MinimumSessionTokenSize });
    const size = Credentials.SessionToken.length;
    expect(size).toBeGreaterThanOrEqual(MinimumSessionTokenSize);
    expect(size).toBeLessThanOrEqual(Math.max(plain, MinimumSessionTokenSize + 24));
    expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toHaveProperty("Arn");
  },
);

test("a session token is no longer than it must be when a smaller size is asked for than it has", async () => {
  const input = { RoleArn: DEMO_ROLE, RoleSessionName: "test" };
  const sizes = [];
  for (const MinimumSessionTokenSize of [0, 1, 300]) {
    const { Credentials } = await call(fake, AssumeRole, { ...input, MinimumSessionTokenSize });
    sizes.push(Credentials.SessionToken.length);
  }
  expect(new Set(sizes).size).toBe(1);
});
