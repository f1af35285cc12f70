import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import {
  createClock,
  createFakeSts,
  createStsMock,
  demoUser,
  type FakeSts,
  type LogEntry,
} from "@org/sts-mock";
import { startStsServer, type StsServer } from "@org/sts-mock/node";
import { decodeResponse, encodeRequest, GetSessionToken } from "@org/sts-protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const SERIAL = "arn:aws:iam::123456789012:mfa/demo";
const KEYS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

test("the canned answer of GetSessionToken is the documented example", async () => {
  const request = encodeRequest(GetSessionToken, {}, { hostname: "sts.amazonaws.com" });
  const { Credentials, $metadata } = await decodeResponse(
    GetSessionToken,
    await createStsMock().respond(request),
  );
  expect(Credentials).toEqual({
    AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    SessionToken: expect.stringMatching(/^AQoEXAMPLEH4aoAH0g.{221}$/),
    Expiration: new Date("2011-07-11T19:55:29.611Z"),
  });
  expect($metadata.requestId).toMatch(/^[\da-f-]{36}$/);
});

describe("the fake", () => {
  let fake: FakeSts;
  let server: StsServer;
  let client: STSClient;
  let log: LogEntry[];

  beforeEach(async () => {
    log = [];
    fake = createFakeSts({
      users: [demoUser],
      accounts: [
        {
          id: "123456789012",
          rootAccessKeys: [{ accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" }],
        },
      ],
      log: (entry) => log.push(entry),
    });
    server = await startStsServer({ sts: fake });
    client = clientWith(KEYS);
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  function clientWith(credentials: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }): STSClient {
    return new STSClient({ region: "eu-west-1", endpoint: server.url, credentials, maxAttempts: 1 });
  }

  test("over HTTP, GetSessionToken gives an IAM user twelve hours unless told otherwise", async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { Credentials } = await client.send(new GetSessionTokenCommand({}));
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThanOrEqual(before + 43_200_000);
    expect(Credentials?.Expiration?.getTime()).toBeLessThan(before + 43_260_000);
  });

  test("over HTTP, GetSessionToken silently gives a root user at most an hour", async () => {
    fake.clock.set(Date.now());
    const before = Math.floor(Date.now() / 1000) * 1000;
    const root = clientWith({ accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" });
    const { Credentials } = await root.send(new GetSessionTokenCommand({ DurationSeconds: 129_600 }));
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(Credentials?.Expiration?.getTime()).toBeLessThan(Date.now() + 3_601_000);
    root.destroy();
  });

  test("over HTTP, GetSessionToken takes an MFA code once", async () => {
    const input = { SerialNumber: SERIAL, TokenCode: await fake.mfaCode(SERIAL) };
    await client.send(new GetSessionTokenCommand(input));
    await expect(client.send(new GetSessionTokenCommand(input))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("over HTTP, GetSessionToken lets one of two requests with the same code win", async () => {
    const input = { SerialNumber: SERIAL, TokenCode: await fake.mfaCode(SERIAL) };
    const results = await Promise.allSettled(
      [1, 2].map(() => client.send(new GetSessionTokenCommand(input))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("over HTTP, GetSessionToken refuses a wrong code", async () => {
    const code = await fake.mfaCode(SERIAL);
    const wrong = code === "000000" ? "000001" : "000000";
    await expect(
      client.send(new GetSessionTokenCommand({ SerialNumber: SERIAL, TokenCode: wrong })),
    ).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("invalid MFA one time pass code"),
    });
  });

  test("over HTTP, GetSessionToken tells a wrong serial number from a wrong code", async () => {
    const TokenCode = await fake.mfaCode(SERIAL);
    await expect(
      client.send(new GetSessionTokenCommand({ SerialNumber: SERIAL.replace("mfa", "user"), TokenCode })),
    ).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("verify your MFA serial number"),
    });
  });

  test("over HTTP, GetSessionToken wants serial number and code together", async () => {
    await expect(client.send(new GetSessionTokenCommand({ SerialNumber: SERIAL }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("must provide both"),
    });
  });

  test("over HTTP, GetSessionToken refuses session credentials", async () => {
    const { Credentials } = await client.send(new GetSessionTokenCommand({}));
    const session = clientWith({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
    await expect(session.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
    session.destroy();
  });

  test("over HTTP, GetSessionToken pads the session token on request", async () => {
    const { Credentials, SessionTokenSize, SessionTokenUtilization } = await client.send(
      new GetSessionTokenCommand({ MinimumSessionTokenSize: 2000 }),
    );
    expect(Credentials?.SessionToken?.length).toBeGreaterThanOrEqual(2000);
    expect(SessionTokenSize).toBe(Credentials?.SessionToken?.length);
    expect(SessionTokenUtilization).toBeGreaterThanOrEqual(49);
  });

  test("over HTTP, GetSessionToken logs what was received, without the code", async () => {
    const TokenCode = await fake.mfaCode(SERIAL);
    await client.send(new GetSessionTokenCommand({ SerialNumber: SERIAL, TokenCode }));
    expect(log).toEqual([
      expect.objectContaining({
        operation: "GetSessionToken",
        accessKeyId: KEYS.accessKeyId,
        outcome: "ok",
        statusCode: 200,
        input: { SerialNumber: SERIAL, TokenCode: "***SensitiveInformation***" },
      }),
    ]);
  });
});

test("a code of the step before or after is good, one two steps away is not", async () => {
  const clock = createClock({ at: new Date("2026-01-01T00:00:00Z") });
  const fake = createFakeSts({ clock });
  const code = await fake.mfaCode(SERIAL);
  const steps: string[] = [];
  for (const seconds of [-60, -30, 0, 30, 60]) {
    const other = createFakeSts({
      clock: createClock({ at: clock.now() + seconds * 1000 }),
      state: fake.exportState(),
    });
    const server = await startStsServer({ sts: other });
    const offset = { systemClockOffset: other.clock.now() - Date.now() };
    const client = new STSClient({
      region: "us-east-1",
      endpoint: server.url,
      credentials: { ...KEYS }, // the AWS SDK writes into it
      maxAttempts: 1,
      ...offset,
    });
    steps.push(
      await client.send(new GetSessionTokenCommand({ SerialNumber: SERIAL, TokenCode: code })).then(
        () => "ok",
        (error: Error) => error.name,
      ),
    );
    client.destroy();
    await server.close();
  }
  expect(steps).toEqual(["AccessDenied", "ok", "ok", "ok", "AccessDenied"]);
});
