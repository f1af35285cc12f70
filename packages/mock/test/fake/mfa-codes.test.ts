import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type FakeStsState,
  totpCode,
} from "@org/sts-mock";
import { AssumeRole, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { beforeEach, expect, test } from "vitest";

import {
  call,
  type CallOptions,
  DEMO_KEYS,
  DEMO_ROLE,
  DEMO_SERIAL,
  type Keys,
  keysOf,
} from "../support/call.ts";

const STEP = 30;
const NOW = Date.parse("2026-03-01T12:00:10Z"); // ten seconds into a step
const SECRET = "JBSWY3DPEHPK3PXP";
const KEY_FOB = "GAHT12345678";
const KEY_FOB_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BOB_SERIAL = "arn:aws:iam::123456789012:mfa/bob";
const BOB_SECRET = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
const ROOT_SERIAL = "arn:aws:iam::123456789012:mfa/root-account-mfa-device";
const ROOT_SECRET = "ONSWG4TFOQQHI2DBORSXG5DFON2GS3TH";
const BOB_KEYS: Keys = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "bob-secret" };
const ROOT_KEYS: Keys = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" };
const INVALID = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
const NOT_YOURS =
  "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";
const INCOMPLETE =
  "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";

const OPTIONS: FakeStsOptions = {
  accounts: [{ id: "123456789012", rootAccessKeys: [ROOT_KEYS], rootMfaDevices: [{ secret: ROOT_SECRET }] }],
  users: [
    {
      ...demoUser,
      mfaDevices: [
        { serialNumber: DEMO_SERIAL, secret: SECRET },
        { serialNumber: KEY_FOB, secret: KEY_FOB_SECRET },
      ],
    },
    { name: "bob", accessKeys: [BOB_KEYS], mfaDevices: [{ secret: BOB_SECRET }] },
  ],
  roles: [{ name: "demo", trustPolicy: "account" }],
};

let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({ ...OPTIONS, clock: createClock({ at: NOW }) });
});

/** The code that a device shows some steps from the beginning of the test. */
const codeAt = (steps: number, secret = SECRET): Promise<string> =>
  totpCode(secret, NOW + steps * STEP * 1000);

interface Attempt extends CallOptions {
  readonly serial?: string | undefined;
  readonly target?: FakeSts;
}
/** Spends a code; says "ok" or what the service said. */
async function spend(code: string | undefined, options: Attempt = {}): Promise<string> {
  const { serial = DEMO_SERIAL, target = fake, ...rest } = options;
  return await call(target, GetSessionToken, { SerialNumber: serial, TokenCode: code }, rest).then(
    () => "ok",
    ({ name, message }: Error) => (name === "AccessDenied" ? message : `${name}: ${message}`),
  );
}

// Each row: codes in the order they are given, as steps from now, and which of them are accepted.
test.each<[string, readonly number[], readonly boolean[]]>([
  ["is used up", [0, 0], [true, false]],
  ["of the step before does not use up that of the present step", [-1, 0], [true, true]],
  ["of the step before does not use up that of the next step", [-1, 1], [true, true]],
  ["of the present step does not use up that of the next step", [0, 1], [true, true]],
  ["of the present step uses up that of the step before", [0, -1], [true, false]],
  ["of the next step uses up that of the present step", [1, 0], [true, false]],
  ["of the next step uses up that of the step before", [1, -1], [true, false]],
  ["in its order leaves the next ones good", [-1, 0, 1], [true, true, true]],
  ["stays used up after later ones", [-1, 0, 1, -1, 0, 1], [true, true, true, false, false, false]],
])("a code that was accepted %s", async (_case, steps, accepted) => {
  const outcomes: string[] = [];
  for (const step of steps) outcomes.push(await spend(await codeAt(step)));
  expect(outcomes).toEqual(accepted.map((isGood) => (isGood ? "ok" : INVALID)));
});

test("a code that was accepted stays used up while time goes on, until no step is near it", async () => {
  const code = await codeAt(0);
  const outcomes = [await spend(code)];
  for (let index = 0; index < 3; index++) {
    fake.clock.advanceSeconds(STEP);
    outcomes.push(await spend(code));
  }
  expect(outcomes).toEqual(["ok", INVALID, INVALID, INVALID]);
  expect(await spend(await codeAt(3))).toBe("ok");
});

test.each<[string, Attempt, string]>([
  ["another device of the same user", { serial: KEY_FOB }, KEY_FOB_SECRET],
  ["another user's device", { serial: BOB_SERIAL, keys: BOB_KEYS }, BOB_SECRET],
  ["the root user's device", { serial: ROOT_SERIAL, keys: ROOT_KEYS }, ROOT_SECRET],
])("a code that was accepted does not use up those of %s", async (_case, attempt, secret) => {
  expect(await spend(await codeAt(1))).toBe("ok");
  expect(await spend(await codeAt(0, secret), attempt)).toBe("ok");
  expect(await spend(await codeAt(0, secret), attempt)).toBe(INVALID);
  expect(await spend(await codeAt(1))).toBe(INVALID);
});

test("a code that was accepted by one operation is used up for the others", async () => {
  const proof = { SerialNumber: DEMO_SERIAL, TokenCode: await codeAt(0) };
  expect(
    await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test", ...proof }),
  ).toHaveProperty("Credentials");
  expect(await spend(proof.TokenCode)).toBe(INVALID);
});

test.each<[string, (code: string) => Promise<unknown>]>([
  ["because the signature is wrong", (code) => spend(code, { keys: { ...DEMO_KEYS, secretAccessKey: "x" } })],
  [
    "because the duration is out of bounds",
    (TokenCode) =>
      call(fake, GetSessionToken, { SerialNumber: DEMO_SERIAL, TokenCode, DurationSeconds: 1 }).catch(String),
  ],
  [
    "because it came without a serial number",
    (TokenCode) => call(fake, GetSessionToken, { TokenCode }).catch(String),
  ],
  ["because it came with another device's number", (code) => spend(code, { serial: KEY_FOB })],
  ["because another user sent it", (code) => spend(code, { keys: BOB_KEYS })],
])("a code that was refused is not used up %s", async (_case, attempt) => {
  const code = await codeAt(0);
  expect(await attempt(code)).not.toBe("ok");
  expect(await spend(code)).toBe("ok");
});

test.each<[string, () => Promise<string>, string]>([
  ["when the code is missing", () => spend(undefined), INCOMPLETE],
  [
    "when the serial number is missing",
    async () =>
      await call(fake, GetSessionToken, { TokenCode: await codeAt(0) }).then(
        () => "ok",
        ({ message }: Error) => message,
      ),
    INCOMPLETE,
  ],
  ["when the code is of another device", async () => spend(await codeAt(0, KEY_FOB_SECRET)), INVALID],
  ["when the code is two steps old", async () => spend(await codeAt(-2)), INVALID],
  ["when the code is two steps early", async () => spend(await codeAt(2)), INVALID],
  [
    "when the device is another user's",
    async () => spend(await codeAt(0, BOB_SECRET), { serial: BOB_SERIAL }),
    NOT_YOURS,
  ],
  [
    "when the device is the root user's",
    async () => spend(await codeAt(0, ROOT_SECRET), { serial: ROOT_SERIAL }),
    NOT_YOURS,
  ],
  [
    "when a root user names a user's device",
    async () => spend(await codeAt(0), { keys: ROOT_KEYS }),
    NOT_YOURS,
  ],
  [
    "when the device is nobody's",
    async () => spend(await codeAt(0), { serial: `${DEMO_SERIAL}2` }),
    NOT_YOURS,
  ],
])("the proof of an MFA device is refused %s", async (_case, attempt, message) => {
  expect(await attempt()).toBe(message);
});

test("the proof of an MFA device is refused when a role session gives the code of the user behind it", async () => {
  const role = await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test" });
  const again = {
    RoleArn: DEMO_ROLE,
    RoleSessionName: "again",
    SerialNumber: DEMO_SERIAL,
    TokenCode: await codeAt(0),
  };
  await expect(call(fake, AssumeRole, again, { keys: keysOf(role.Credentials) })).rejects.toMatchObject({
    name: "AccessDenied",
    message: NOT_YOURS,
  });
  expect(await spend(again.TokenCode)).toBe("ok");
});

test("a session of GetSessionToken gives the code of its user to AssumeRole", async () => {
  const { Credentials } = await call(fake, GetSessionToken, {});
  const input = {
    RoleArn: DEMO_ROLE,
    RoleSessionName: "test",
    SerialNumber: DEMO_SERIAL,
    TokenCode: await codeAt(0),
  };
  const keys = keysOf(Credentials);
  expect(await call(fake, AssumeRole, input, { keys })).toHaveProperty("Credentials");
  await expect(call(fake, AssumeRole, input, { keys })).rejects.toMatchObject({ message: INVALID });
});

const restart = (change: (state: FakeStsState) => FakeStsState = (state) => state): FakeSts =>
  createFakeSts({
    ...OPTIONS,
    clock: fake.clock,
    state: change(JSON.parse(JSON.stringify(fake.exportState())) as FakeStsState),
  });

test.each([-1, 0, 1])("after a restart, a code of step %i from now stays used up", async (step) => {
  expect(await spend(await codeAt(step))).toBe("ok");
  const outcomes: string[] = [];
  for (const other of [-1, 0, 1]) outcomes.push(await spend(await codeAt(other), { target: restart() }));
  expect(outcomes).toEqual([-1, 0, 1].map((other) => (other <= step ? INVALID : "ok")));
});

test("after a restart, the codes of devices that were not used are good", async () => {
  expect(await spend(await codeAt(1))).toBe("ok");
  const target = restart();
  expect(await spend(await codeAt(-1, KEY_FOB_SECRET), { serial: KEY_FOB, target })).toBe("ok");
  expect(await spend(await codeAt(-1, BOB_SECRET), { serial: BOB_SERIAL, keys: BOB_KEYS, target })).toBe(
    "ok",
  );
});

test("after a restart and another one, a code stays used up", async () => {
  expect(await spend(await codeAt(0))).toBe("ok");
  fake = restart();
  fake = restart();
  expect(await spend(await codeAt(0))).toBe(INVALID);
  expect(await spend(await codeAt(1))).toBe("ok");
});

test("after a restart, the state tells the newest step of each device, and no secret", async () => {
  const step = Math.floor(NOW / 1000 / STEP);
  expect(await spend(await codeAt(1))).toBe("ok");
  expect(await spend(await codeAt(-1, KEY_FOB_SECRET), { serial: KEY_FOB })).toBe("ok");
  const state = fake.exportState();
  expect(state.usedMfaSteps).toMatchObject({ [DEMO_SERIAL]: step + 1, [KEY_FOB]: step - 1 });
  expect(state.sessionKey).toMatch(/^[\da-f]{64}$/);
  for (const secret of [SECRET, KEY_FOB_SECRET, BOB_SECRET, ROOT_SECRET]) {
    expect(JSON.stringify(state)).not.toContain(secret);
  }
});

test("after a restart, a device that is gone does no harm", async () => {
  const target = restart((state) => ({ ...state, usedMfaSteps: { ...state.usedMfaSteps, gone: 1e9 } }));
  expect(await spend(await codeAt(0), { target })).toBe("ok");
  expect(await call(target, GetCallerIdentity, {})).toHaveProperty("Arn");
});

test.each(["not-hexadecimal", "0".repeat(63), "0".repeat(65), "G".repeat(64)])(
  "after a restart, the session key %j is refused, and not repeated",
  (sessionKey) => {
    let error: unknown;
    try {
      restart((state) => ({ ...state, sessionKey }));
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/sessionKey.* 64 hexadecimal digits.*exportState/);
    expect(String(error)).not.toContain(sessionKey);
  },
);

test.each([
  [DEMO_SERIAL, SECRET],
  [KEY_FOB, KEY_FOB_SECRET],
  [BOB_SERIAL, BOB_SECRET],
  [ROOT_SERIAL, ROOT_SECRET],
])("mfaCode shows what the device %s shows at the time of the fake's clock", async (serial, secret) => {
  expect(await fake.mfaCode(serial)).toBe(await codeAt(0, secret));
  fake.clock.advanceSeconds(STEP);
  expect(await fake.mfaCode(serial)).toBe(await codeAt(1, secret));
});

test("mfaCode names a device that is not registered", async () => {
  await expect(fake.mfaCode("nobody")).rejects.toThrow(/no MFA device nobody is registered/);
});

test.each([
  [30, 6],
  [60, 6],
  [30, 7],
  [60, 8],
])("totpCode changes every %i seconds and has %i digits", async (periodSeconds, digits) => {
  const at = (seconds: number): Promise<string> =>
    totpCode(SECRET, seconds * 1000, { periodSeconds, digits });
  const base = periodSeconds * 1_000_000;
  const first = await at(base);
  expect(first).toMatch(new RegExp(`^\\d{${digits}}$`));
  expect(await at(base + periodSeconds - 1)).toBe(first);
  expect(await at(base + periodSeconds)).not.toBe(first);
  expect(await at(base - 1)).not.toBe(first);
});

test("totpCode with fewer digits is the end of that with more, zeros included", async () => {
  for (let step = 0; step < 40; step++) {
    const [six, eight] = await Promise.all(
      [6, 8].map((digits) => totpCode(SECRET, step * 30_000, { digits })),
    );
    expect(eight).toMatch(/^\d{8}$/);
    expect(six).toBe(eight?.slice(2));
  }
});

test.each(["", " ", "=", "A", "JBSWY3DP1", "JBSWY3DP0", "JBSWY3DP8", "JBSWY3DPÄ"])(
  "totpCode refuses the secret %j",
  async (secret) => {
    await expect(totpCode(secret, 0)).rejects.toThrow(TypeError);
  },
);

test.each(["jbswy3dpehpk3pxp", "JBSW Y3DP EHPK 3PXP", "JBSW-Y3DP-EHPK-3PXP", "JBSWY3DPEHPK3PXP======"])(
  "totpCode reads the secret %j",
  async (secret) => {
    expect(await totpCode(secret, NOW)).toBe(await codeAt(0));
  },
);

test("a refusal of another user's device names the caller's devices in call.reason and in the log", async () => {
  const notes: string[] = [];
  const clock = createClock({ at: NOW });
  const target = createFakeSts({ ...OPTIONS, clock, log: (entry) => notes.push(...entry.notes) });
  expect(await spend("000000", { serial: BOB_SERIAL, target })).toBe(NOT_YOURS);
  const { reason } = target.calls(GetSessionToken).at(-1) ?? {};
  const demo = "arn:aws:iam::123456789012:user/demo";
  const message = `${demo} has the MFA device ${DEMO_SERIAL}, ${KEY_FOB}; the request names ${BOB_SERIAL}`;
  expect(reason).toEqual({ kind: "rule", message, principal: demo, policies: [] });
  expect(notes).toContain(message);
});

test("a refusal of a device of a user without one says so in call.reason", async () => {
  const users = OPTIONS.users?.map((user) => ({ ...user, mfaDevices: [] })) ?? [];
  const target = createFakeSts({ ...OPTIONS, users, clock: createClock({ at: NOW }) });
  expect(await spend("000000", { target })).toBe(NOT_YOURS);
  expect(target.calls(GetSessionToken).at(-1)?.reason?.message).toContain("has no MFA device");
});
