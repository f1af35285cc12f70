import {
  createClock,
  createFakeSts,
  demoRole,
  demoUser,
  type FakeSts,
  type TradeInTokenOptions,
} from "@org/sts-mock";
import { GetCallerIdentity, GetDelegatedAccessToken } from "@org/sts-protocol";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_ROLE, keysOf } from "../support/call.ts";
import { ACCOUNT, USER } from "../support/verdict.ts";

let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({
    users: [demoUser],
    roles: [demoRole],
    clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
  });
});

const issue = (options: Partial<TradeInTokenOptions> = {}) =>
  fake.issueTradeInToken({ principalArn: DEMO_ROLE, ...options });
const trade = (TradeInToken: string, target: FakeSts = fake) =>
  call(target, GetDelegatedAccessToken, { TradeInToken });
const USED = {
  name: "ExpiredTradeInTokenException",
  message: "The trade-in token has expired or was used before",
  $metadata: { httpStatusCode: 400 },
};

test("a trade-in token is good once, also after others were used", async () => {
  const tokens = [await issue(), await issue(), await issue()];
  for (const token of tokens) expect(await trade(token)).toHaveProperty("Credentials");
  for (const token of tokens) await expect(trade(token)).rejects.toMatchObject(USED);
});

test("a trade-in token stays used after others have expired and others were traded", async () => {
  const long = await issue({ lifeSeconds: 600 });
  const short = await issue({ lifeSeconds: 60 });
  expect(await trade(long)).toHaveProperty("Credentials");
  expect(await trade(short)).toHaveProperty("Credentials");
  fake.clock.advanceSeconds(300);
  expect(await trade(await issue())).toHaveProperty("Credentials");
  await expect(trade(long)).rejects.toMatchObject(USED);
  await expect(trade(short)).rejects.toMatchObject(USED);
});

test("a trade-in token that was used is remembered until it expires, and not longer", async () => {
  for (const lifeSeconds of [60, 120, 180]) await trade(await issue({ lifeSeconds }));
  const remembered = () => Object.values(fake.exportState().usedTradeIns ?? {}).length;
  expect(remembered()).toBe(3);
  for (const [seconds, expected] of [
    [59, 4],
    [1, 4],
    [60, 4],
  ] as const) {
    fake.clock.advanceSeconds(seconds);
    await trade(await issue());
    expect(remembered()).toBe(expected);
  }
});

test("a trade-in token is good for one of two requests at once", async () => {
  const token = await issue();
  const results = await Promise.allSettled([trade(token), trade(token)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a trade-in token is not used up by a use of another for the same principal", async () => {
  const [one, two] = [await issue(), await issue()];
  expect(one).not.toBe(two);
  expect(await trade(one)).toHaveProperty("Credentials");
  expect(await trade(two)).toHaveProperty("Credentials");
});

test.each([
  [undefined, 299, true],
  [undefined, 300, false],
  [60, 59, true],
  [60, 60, false],
])(
  "a trade-in token with a life of %s seconds is good after %i seconds: %s",
  async (lifeSeconds, seconds, good) => {
    const token = await issue(lifeSeconds === undefined ? {} : { lifeSeconds });
    fake.clock.advanceSeconds(seconds);
    const outcome = await trade(token).then(
      () => "ok",
      (error: Error) => error.name,
    );
    expect(outcome).toBe(good ? "ok" : "ExpiredTradeInTokenException");
  },
);

test("a trade-in token of another fake, changed, or of another kind is refused", async () => {
  const other = createFakeSts();
  const token = await issue();
  const { SessionToken } = (await trade(await issue())).Credentials;
  // Sealed with the same key, in the other alphabet of base64.
  const message = await fake.encodeAuthorizationMessage({ allowed: false });
  const invalid = [
    await other.issueTradeInToken({ principalArn: DEMO_ROLE }),
    `${token.slice(0, -8)}AAAAAAA=`,
    token.slice(0, -4),
    SessionToken,
    message.replaceAll("-", "+").replaceAll("_", "/"),
  ];
  for (const text of invalid) await expect(trade(text)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(await trade(token)).toHaveProperty("Credentials");
});

test("a trade-in token for a principal that is not registered is not made", async () => {
  await expect(issue({ principalArn: `${DEMO_ROLE}2` })).rejects.toThrow(TypeError);
});

test.each([
  [{}, `arn:aws:sts::${ACCOUNT}:assumed-role/demo/delegated`, "AROACLKWSDQRAOEXAMPLE:delegated", 3600],
  [
    { sessionName: "partner" },
    `arn:aws:sts::${ACCOUNT}:assumed-role/demo/partner`,
    "AROACLKWSDQRAOEXAMPLE:partner",
    3600,
  ],
  [
    { durationSeconds: 900 },
    `arn:aws:sts::${ACCOUNT}:assumed-role/demo/delegated`,
    "AROACLKWSDQRAOEXAMPLE:delegated",
    900,
  ],
  [{ principalArn: USER }, USER, "AIDACKCEVSQ6C2EXAMPLE", 3600],
])("the credentials of a trade-in token for %j speak for %s", async (options, Arn, UserId, seconds) => {
  const token = await issue(options);
  fake.clock.advanceSeconds(10);
  const { Credentials, AssumedPrincipal } = await trade(token);
  expect(AssumedPrincipal).toBe(Arn);
  // They last from when the token was traded.
  expect(Credentials.Expiration.getTime()).toBe(fake.clock.now() + seconds * 1000);
  expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
    Arn,
    UserId,
    Account: ACCOUNT,
  });
});
