import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromAssumeRole, fromMfaSession, totp } from "@org/sts-client/credentials";
import type { FromMfaSessionOptions, MfaCodeProvider } from "@org/sts-client/credentials";
import { diskCache, fromIni } from "@org/sts-client/credentials/node";
import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import { afterEach, beforeEach, expect, test } from "vitest";

const SERIAL = "arn:aws:iam::123456789012:mfa/demo";
const SECRET = "JBSWY3DPEHPK3PXP";
const [keys] = demoUser.accessKeys;
const source = { accessKeyId: keys?.accessKeyId ?? "", secretAccessKey: keys?.secretAccessKey ?? "" };

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-mfa-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function world() {
  const clock = createClock({ at: new Date("2026-01-01T00:00:00Z") });
  const fake = createFakeSts({
    clock,
    users: [demoUser],
    roles: [
      { name: "one", trustPolicy: trustWithMfa },
      { name: "two", trustPolicy: trustWithMfa },
    ],
  });
  const send: typeof fetch = (input, init) => fake.fetch(input, init);
  const sts = { ...fake, send };
  const now = () => clock.now();
  let asked = 0;
  const prompt: MfaCodeProvider = async (serial) => {
    asked += 1;
    return sts.mfaCode(serial);
  };
  const clientConfig = { region: "eu-west-1", fetch: sts.send, now, maxAttempts: 1 };
  const options = {
    source,
    serialNumber: SERIAL,
    mfaCodeProvider: prompt,
    clientConfig,
    now,
  } satisfies FromMfaSessionOptions;
  return { clock, sts, options, clientConfig, now, asked: () => asked };
}

const trustWithMfa = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
  ],
} as const;

const countCalls = (sts: { calls: () => readonly { operation?: unknown }[] }) => sts.calls().length;

test("fromMfaSession buys one session with one code for all callers in the process", async () => {
  const { asked, options, sts } = world();
  const get = fromMfaSession(options);
  const all = await Promise.all(Array.from({ length: 50 }, () => get()));
  expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect(all[0]).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/), accountId: "123456789012" });
  expect(asked()).toBe(1);
  expect(countCalls(sts)).toBe(1);
});

test("fromMfaSession opens many roles that want MFA without another code", async () => {
  const { asked, clientConfig, now, options } = world();
  const mfa = fromMfaSession(options);
  const roles = ["one", "two"].map((name) =>
    fromAssumeRole({
      source: mfa,
      clientConfig,
      now,
      params: { RoleArn: `arn:aws:iam::123456789012:role/${name}` },
    }),
  );
  const sessions = await Promise.all(roles.map((get) => get()));
  expect(new Set(sessions.map(({ accessKeyId }) => accessKeyId)).size).toBe(2);
  expect(asked()).toBe(1);
});

test("fromMfaSession asks again shortly before the session ends", async () => {
  const { asked, clock, options } = world();
  const get = fromMfaSession({ ...options, durationSeconds: 3600, random: () => 0 });
  const first = await get();
  clock.advanceSeconds(3299);
  expect((await get()).accessKeyId).toBe(first.accessKeyId);
  clock.advanceSeconds(1);
  expect((await get()).accessKeyId).not.toBe(first.accessKeyId);
  expect(asked()).toBe(2);
});

test("fromMfaSession keeps the session in a cache for the next run", async () => {
  const { asked, clock, options } = world();
  const cache = diskCache({ directory: home });
  const first = await fromMfaSession({ ...options, cache })();
  const second = await fromMfaSession({ ...options, cache })();
  expect(second).toEqual(first);
  expect(asked()).toBe(1);
  clock.advanceSeconds(43_200 - 899);
  expect((await fromMfaSession({ ...options, cache })()).accessKeyId).not.toBe(first.accessKeyId);
  expect(asked()).toBe(2);
});

test("fromMfaSession does not hand the session of one user to another", async () => {
  const { asked, clock, options } = world();
  const cache = diskCache({ directory: home });
  await fromMfaSession({ ...options, cache })();
  clock.advanceSeconds(30);
  const other = { ...source, accessKeyId: "AKIAI44QH8DHBEXAMPLE" };
  await expect(fromMfaSession({ ...options, source: other, cache })()).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
  expect(asked()).toBe(2);
});

test("fromMfaSession refuses on forceRefresh only the session it already has", async () => {
  const { clock, options } = world();
  const cache = diskCache({ directory: home });
  const mine = fromMfaSession({ ...options, cache });
  const theirs = fromMfaSession({ ...options, cache });
  const first = await mine();
  await theirs();
  clock.advanceSeconds(30);
  const second = await theirs({ forceRefresh: true });
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect((await mine({ forceRefresh: true })).accessKeyId).toBe(second.accessKeyId);
});

test("fromMfaSession tells a wrong code from a wrong device, and stores nothing", async () => {
  const { options, sts } = world();
  const cache = diskCache({ directory: home });
  const wrongCode = fromMfaSession({ ...options, cache, mfaCodeProvider: async () => "000000" })();
  await expect(wrongCode).rejects.toMatchObject({
    code: "ERR_MFA_CODE_REJECTED",
    cause: { name: "AccessDenied" },
  });
  const unknown = "arn:aws:iam::123456789012:mfa/other";
  const wrongSerial = fromMfaSession({
    ...options,
    cache,
    serialNumber: unknown,
    mfaCodeProvider: async () => "123456",
  })();
  await expect(wrongSerial).rejects.toMatchObject({ code: "ERR_MFA_SERIAL_REJECTED" });
  expect(countCalls(sts)).toBe(2);
  expect((await readdir(home)).filter((name) => !name.startsWith("mfa-"))).toEqual([]);
});

test.each([
  ["arn:aws:iam::123456789012:user/demo", "perhaps arn:aws:iam::123456789012:mfa/demo"],
  ["arn:aws:iam:::mfa/demo", "does not name an MFA device"],
])("fromMfaSession refuses the device %s before it asks for a code", async (serialNumber, text) => {
  const { asked, options } = world();
  const failure = fromMfaSession({ ...options, serialNumber })();
  await expect(failure).rejects.toMatchObject({ code: "ERR_MFA_SERIAL_INVALID" });
  await expect(failure).rejects.toThrow(text);
  expect(asked()).toBe(0);
});

test("fromMfaSession never sends a code twice, not even from another provider with the same cache", async () => {
  const { options: made, sts } = world();
  const code = await sts.mfaCode(SERIAL);
  const options = { ...made, mfaCodeProvider: async () => code };
  const cache = diskCache({ directory: home });
  await fromMfaSession({ ...options, cache })();
  const second = fromMfaSession({ ...options, cache, durationSeconds: 900 })();
  await expect(second).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
  await expect(second).rejects.toThrow("used already");
  expect(countCalls(sts)).toBe(1);
});

test("fromMfaSession refuses a code that is not six digits without sending or showing it", async () => {
  const { options, sts } = world();
  const failure = fromMfaSession({ ...options, mfaCodeProvider: async () => "12345x" })();
  await expect(failure).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
  await expect(failure).rejects.not.toThrow("12345x");
  expect(countCalls(sts)).toBe(0);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["a number", 123456],
  ["a list", ["123456"]],
  ["a symbol", Symbol("cancelled")],
])(
  "fromMfaSession refuses a code that is not text, and asks again the next time: %s",
  async (found, answer) => {
    const { options, sts } = world();
    const answers: unknown[] = [answer];
    const mfaCodeProvider = async (serial: string): Promise<string> =>
      answers.length > 0 ? (answers.shift() as string) : options.mfaCodeProvider(serial); // the type forbids it
    const provider = fromMfaSession({ ...options, mfaCodeProvider });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_MFA_CODE_INVALID",
      message: "the MFA code must be a text of six digits",
    });
    expect(countCalls(sts)).toBe(0);
    await provider();
    expect(countCalls(sts)).toBe(1);
  },
);

test("fromMfaSession refuses temporary credentials as its source", async () => {
  const { asked, options } = world();
  const failure = fromMfaSession({ ...options, source: { ...source, sessionToken: "token" } })();
  await expect(failure).rejects.toMatchObject({ code: "ERR_OPTION_INVALID" });
  expect(asked()).toBe(0);
});

test("fromMfaSession computes codes from a TOTP secret and waits for the next one when a code is spent", async () => {
  const { clock, now, options } = world();
  const waits: number[] = [];
  const mfaCodeProvider = totp({
    secret: SECRET,
    now,
    sleep: async (ms) => {
      waits.push(ms);
      clock.advanceSeconds(ms / 1000);
    },
  });
  const cache = diskCache({ directory: home });
  clock.advanceSeconds(10);
  await fromMfaSession({ ...options, cache, mfaCodeProvider })();
  expect(waits).toEqual([]);
  await fromMfaSession({ ...options, cache, mfaCodeProvider, durationSeconds: 900 })();
  expect(waits).toEqual([20_000]);
});

const profile = async (lines: string) => {
  const filepath = join(home, "credentials");
  await mkdir(home, { recursive: true });
  await writeFile(filepath, `[me]\n${lines}`);
  return { profile: "me", filepath, configFilepath: join(home, "none"), env: {} };
};
const keyLines = `aws_access_key_id = ${source.accessKeyId}\naws_secret_access_key = ${source.secretAccessKey}\n`;

test("fromMfaSession with a profile takes keys, mfa_serial, duration and region from it", async () => {
  const { options, sts, now } = world();
  const files = await profile(
    `${keyLines}mfa_serial = ${SERIAL}\nduration_seconds = 900\nregion = eu-west-3\n`,
  );
  const get = fromMfaSession({
    ...files,
    mfaCodeProvider: options.mfaCodeProvider,
    clientConfig: { fetch: sts.send, now },
    now,
  });
  expect((await get()).expiration?.getTime()).toBe(now() + 900_000);
  expect(sts.calls()[0]).toMatchObject({ input: { SerialNumber: SERIAL, DurationSeconds: 900 } });
});

test("fromMfaSession with a profile works through fromIni for a profile with mfa_serial and no role_arn", async () => {
  const { options, sts, now } = world();
  const files = await profile(`${keyLines}mfa_serial = ${SERIAL}\n`);
  const clientConfig = { fetch: sts.send, now, region: "eu-west-1" };
  const session = await fromIni({
    ...files,
    clientConfig,
    now,
    mfaCodeProvider: options.mfaCodeProvider,
  })();
  expect(session.sessionToken).toBeDefined();
  const bare = await fromIni({ ...files, clientConfig, now })();
  expect(bare.accessKeyId).toBe(source.accessKeyId);
});

test.each([
  [keyLines, "ERR_MFA_SERIAL_REQUIRED", "aws iam list-mfa-devices"],
  [`mfa_serial = ${SERIAL}\n`, "ERR_PROFILE_INVALID", "lacks aws_access_key_id"],
])("fromMfaSession with a profile says what the profile %j lacks", async (lines, code, text) => {
  const { asked, options, sts } = world();
  const files = await profile(lines);
  const get = fromMfaSession({
    ...files,
    mfaCodeProvider: options.mfaCodeProvider,
    clientConfig: { fetch: sts.send },
  });
  await expect(get()).rejects.toMatchObject({ code });
  await expect(get()).rejects.toThrow(text);
  expect(asked()).toBe(0);
});

test("fromMfaSession with a profile says how to give a code where there is no terminal", async () => {
  const { sts } = world();
  const files = await profile(`${keyLines}mfa_serial = ${SERIAL}\n`);
  const failure = fromMfaSession({ ...files, clientConfig: { fetch: sts.send } })();
  await expect(failure).rejects.toMatchObject({ code: "ERR_MFA_CODE_REQUIRED" });
  await expect(failure).rejects.toThrow("mfaCodeProvider");
});
