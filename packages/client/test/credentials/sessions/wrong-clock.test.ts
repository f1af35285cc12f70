import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { fromAssumeRole, fromMfaSession } from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

const DEVICE = "arn:aws:iam::123456789012:mfa/demo";

/** A program that calls every two minutes for four hours, with a clock that is wrong by some minutes. */
async function run(
  minutesOff: number,
  kind: "a role" | "a role with MFA" | "an MFA session" | "a role over an MFA session",
) {
  const { fake, clock, clientConfig } = await createWorld();
  const now = () => clock.now() + minutesOff * 60_000;
  const config = { ...clientConfig, now, maxAttempts: 3, sleep: async () => undefined };
  let questions = 0;
  const mfaCodeProvider = async (serial: string) => {
    questions += 1;
    // The device knows the time.
    return fake.mfaCode(serial);
  };
  const mfaSession = fromMfaSession({
    source: userKeys,
    serialNumber: DEVICE,
    mfaCodeProvider,
    clientConfig: config,
    now,
  });
  const role = (source: CredentialsProvider | typeof userKeys, SerialNumber?: string) =>
    fromAssumeRole({
      source,
      clientConfig: config,
      now,
      mfaCodeProvider,
      params: { RoleArn: roleArn("one"), ...(SerialNumber && { SerialNumber, DurationSeconds: 43_200 }) },
    });
  const credentials = {
    "a role": () => role(userKeys),
    "a role with MFA": () => role(userKeys, DEVICE),
    "an MFA session": () => mfaSession,
    "a role over an MFA session": () => role(mfaSession),
  }[kind]();
  const client = new STSClient({ ...config, credentials });
  const failures: unknown[] = [];
  for (let call = 0; call < 121; call += 1) {
    await client.send(new GetCallerIdentityCommand()).catch((error: unknown) => failures.push(error));
    clock.advanceSeconds(120);
  }
  const sessions = fake
    .calls()
    .filter(({ operation, outcome }) => operation !== "GetCallerIdentity" && outcome === "ok");
  return { failures, sessions: sessions.length, questions };
}

const kinds = ["a role", "a role with MFA", "an MFA session", "a role over an MFA session"] as const;
test.each(kinds.flatMap((kind) => [-120, -15, 60, 780].map((minutes) => ({ kind, minutes }))))(
  "$kind, with a clock that is $minutes minutes off, fails no call, and costs as many sessions and questions as with a right clock",
  async ({ kind, minutes }) => {
    const right = await run(0, kind);
    expect(right.failures).toEqual([]);
    expect(await run(minutes, kind)).toEqual(right);
    expect(right.questions).toBe(kind === "a role" ? 0 : 1);
  },
);

test.each([
  ["the caller's clock, with what the caller has learned about it", {}, "20300101T010000Z"],
  [
    "its own clock, about which the caller has learned nothing",
    { now: () => Date.UTC(2031, 0) },
    "20310101T000000Z",
  ],
  [
    "its own clock, as far as it was told that this is wrong",
    { now: () => Date.UTC(2031, 0), systemClockOffset: 60_000 },
    "20310101T000100Z",
  ],
  ["what it was told about the caller's clock itself", { systemClockOffset: 60_000 }, "20300101T000100Z"],
])("a provider signs by %s", async (_what, own, expected) => {
  const now = () => Date.UTC(2030, 0);
  const dates: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    dates.push(Object(init?.headers)["x-amz-date"]);
    throw new TypeError("enough");
  };
  const provider = fromAssumeRole({
    source: userKeys,
    params: { RoleArn: roleArn("one") },
    clientConfig: { region: "eu-west-1", fetch, maxAttempts: 1, now, ...own },
  });
  const callerClientConfig = { now, systemClockOffset: 3_600_000 };
  await expect(provider({ callerClientConfig })).rejects.toThrow("enough");
  expect(dates).toEqual([expected]);
});
