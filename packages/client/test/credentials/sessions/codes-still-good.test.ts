import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { fromAssumeRole, fromMfaSession } from "@org/sts-client/credentials";
import { describe, expect, test } from "vitest";

import { fault } from "../../support/fake-service.ts";

const source = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};
const SERIAL = "arn:aws:iam::123456789012:mfa/me";

const coded = (code: string, more: object = {}, message = code) =>
  Object.assign(new Error(message), { code, ...more });
/** What `fetch` of Node.js throws. */
const failed = (cause: unknown) => new TypeError("fetch failed", { cause });
const aggregate = (code: string, ...errors: Error[]) => Object.assign(new AggregateError(errors), { code });
const connect = { syscall: "connect" };

// How far each got is in the error, not in its code alone.
const rows: [name: string, error: Error, isGood: boolean, attempts: number][] = [
  ["a refused connection", failed(coded("ECONNREFUSED", connect)), true, 3],
  ["an unknown host", failed(coded("ENOTFOUND", { syscall: "getaddrinfo" })), true, 3],
  ["a name server that is away", failed(coded("EAI_AGAIN", { syscall: "getaddrinfo" })), true, 3],
  ["a connection that took too long", failed(coded("ETIMEDOUT", connect)), true, 3],
  [
    "several addresses that took too long",
    failed(aggregate("ETIMEDOUT", coded("ETIMEDOUT", connect), coded("ETIMEDOUT", connect))),
    true,
    3,
  ],
  [
    "several addresses, refused and away",
    failed(aggregate("ECONNREFUSED", coded("ECONNREFUSED", connect), coded("ENETUNREACH", connect))),
    true,
    3,
  ],
  ["undici's time limit for connecting", failed(coded("UND_ERR_CONNECT_TIMEOUT")), true, 3],
  [
    "a handshake that broke off",
    failed(
      coded(
        "ECONNRESET",
        {},
        "Client network socket disconnected before secure TLS connection was established",
      ),
    ),
    true,
    3,
  ],
  ["a reset while connecting", failed(coded("ECONNRESET", connect)), true, 3],
  [
    "a proxy that opens no tunnel",
    failed(coded("UND_ERR_ABORTED", {}, "Proxy response (403) !== 200 when HTTP Tunneling")),
    true,
    3,
  ],
  ["a certificate of its own", failed(coded("DEPTH_ZERO_SELF_SIGNED_CERT")), true, 1],
  ["a certificate of an unknown authority", failed(coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE")), true, 1],
  ["a certificate that expired", failed(coded("CERT_HAS_EXPIRED")), true, 1],
  ["a certificate of another host", failed(coded("ERR_TLS_CERT_ALTNAME_INVALID")), true, 1],
  ["a time limit of a connection that stood", failed(coded("ETIMEDOUT", { syscall: "read" })), false, 1],
  ["a reset of a connection that stood", failed(coded("ECONNRESET", { syscall: "read" })), false, 1],
  ["a reset without a word", failed(coded("ECONNRESET")), false, 1],
  ["a pipe that broke", failed(coded("EPIPE", { syscall: "write" })), false, 1],
  [
    "several addresses, one of which stood",
    failed(aggregate("ECONNRESET", coded("ECONNREFUSED", connect), coded("ECONNRESET", { syscall: "read" }))),
    false,
    1,
  ],
  ["a socket that undici lost", failed(coded("UND_ERR_SOCKET", {}, "other side closed")), false, 1],
];

describe.each(rows)("after %s", (_name, error, isGood, attempts) => {
  const verb = isGood ? "is still good, and the error says so" : "may have been used, and the error says so";

  test(`the code of a request ${verb}`, async () => {
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      throw error;
    };
    const client = new STSClient({
      region: "eu-west-1",
      credentials: source,
      fetch,
      sleep: async () => undefined,
    });
    const command = new GetSessionTokenCommand({ SerialNumber: SERIAL, TokenCode: "123456" });
    const failure = await client.send(command).catch((caught: Error & { code?: string }) => caught);
    expect(sent).toBe(attempts);
    expect("code" in failure && failure.code).toBe(isGood ? "ERR_NETWORK" : "ERR_NOT_RESENT");
    expect("message" in failure && failure.message.includes("TokenCode was not used and is still good")).toBe(
      isGood,
    );
  });

  test.each(["fromMfaSession", "fromAssumeRole"])(`the code of %s ${verb}`, async (maker) => {
    const clientConfig = {
      region: "eu-west-1",
      fetch: () => Promise.reject(error),
      maxAttempts: 1,
    };
    const mfaCodeProvider = async () => "123456";
    const get =
      maker === "fromMfaSession"
        ? fromMfaSession({ source, serialNumber: SERIAL, mfaCodeProvider, clientConfig })
        : fromAssumeRole({
            source,
            mfaCodeProvider,
            clientConfig,
            params: { RoleArn: "arn:aws:iam::123456789012:role/r", SerialNumber: SERIAL },
          });
    await expect(get()).rejects.toThrow(isGood ? "still good" : "Not sent again");
    // The same code once more.
    await expect(get()).rejects.toMatchObject({ code: isGood ? "ERR_NETWORK" : "ERR_MFA_CODE_INVALID" });
  });
});

test.each([
  ["a region that is none", { region: "no region" }, "ERR_REGION_INVALID"],
  ["an endpoint that is no URL", { region: "eu-west-1", endpoint: "nonsense" }, "ERR_ENDPOINT"],
])("a code is still good after %s", async (_name, clientConfig, code) => {
  const get = fromMfaSession({
    source,
    serialNumber: SERIAL,
    mfaCodeProvider: async () => "123456",
    clientConfig,
  });
  for (let time = 0; time < 2; time += 1) {
    const failure = await get().catch((caught: Error) => caught);
    expect(failure).toMatchObject({ code, message: expect.stringContaining("still good") });
  }
});

test("a code that the service refused is used", async () => {
  const clientConfig = { region: "eu-west-1", fetch: async () => fault("AccessDenied", 403) };
  const get = fromMfaSession({
    source,
    serialNumber: SERIAL,
    mfaCodeProvider: async () => "123456",
    clientConfig,
  });
  await expect(get()).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(get()).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
});
