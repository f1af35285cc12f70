import { SignerError, type HttpRequest, type SignOptions } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "MARKED-SECRET" };
const date = new Date("2026-11-24T12:00:00Z");
const options: SignOptions = { credentials, region: "eu-west-1", service: "execute-api", date };
const request: HttpRequest = { method: "GET", hostname: "a.example", path: "/", headers: {} };

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly options?: object;
  readonly request?: object;
}

const table: Refused[] = [
  { code: "ERR_SCOPE_INVALID", message: "region missing", options: { region: "" } },
  { code: "ERR_SCOPE_INVALID", message: "service missing", options: { service: undefined } },
  {
    code: "ERR_SCOPE_INVALID",
    message: "region invalid: not visible ASCII",
    options: { region: "eu-west-1\n" },
  },
  {
    code: "ERR_SCOPE_INVALID",
    message: "service invalid: not visible ASCII",
    options: { service: "execute api" },
  },
  { code: "ERR_DATE_INVALID", message: "date invalid", options: { date: new Date("never") } },
  ...[
    undefined,
    null,
    {},
    { accessKeyId: "MARKED-ID" },
    { secretAccessKey: "MARKED-SECRET" },
    { AccessKeyId: "MARKED-ID" },
    { accessKeyId: "", secretAccessKey: "MARKED-SECRET" },
    "MARKED-SECRET",
    () => "MARKED-SECRET",
    () => undefined,
    async () => null,
    async () => ({ AccessKeyId: "MARKED-ID", SecretAccessKey: "" }),
  ].map((given) => ({
    code: "ERR_CREDENTIALS_INVALID",
    message: "credentials: accessKeyId or secretAccessKey missing",
    options: { credentials: given },
  })),
  {
    code: "ERR_CREDENTIALS_INVALID",
    message: "accessKeyId invalid: not visible ASCII",
    options: { credentials: { ...credentials, accessKeyId: "MARKED\r\nx-injected: 1" } },
  },
  {
    code: "ERR_CREDENTIALS_INVALID",
    message: "sessionToken invalid: has a line break",
    options: { credentials: { ...credentials, sessionToken: "MARKED-TOKEN\n" } },
  },
  {
    code: "ERR_CREDENTIALS_EXPIRED",
    message: "credentials expired before the signing date",
    options: { credentials: { ...credentials, expiration: new Date(+date - 1) } },
  },
  {
    code: "ERR_CREDENTIALS_EXPIRED",
    message: "credentials expired before the signing date",
    options: {
      credentials: {
        AccessKeyId: "MARKED-ID",
        SecretAccessKey: "MARKED-SECRET",
        SessionToken: "MARKED-TOKEN",
        Expiration: "2026-11-24T11:59:59Z",
      },
    },
  },
  { code: "ERR_OPTION_INVALID", message: "unknown option regoin", options: { regoin: "eu-west-1" } },
  { code: "ERR_OPTION_INVALID", message: "unknown option expires", options: { expires: 60 } },
  {
    code: "ERR_REQUEST_INVALID",
    message: "path or query: half of a surrogate pair",
    request: { path: "/\ud83d" },
  },
  {
    code: "ERR_REQUEST_INVALID",
    message: "path or query: half of a surrogate pair",
    request: { query: { a: "\ude00" } },
  },
  { code: "ERR_REQUEST_INVALID", message: "method missing", request: { method: undefined } },
  {
    code: "ERR_REQUEST_INVALID",
    message: "path: has a query; give it as `query`",
    request: { path: "/a?MARKED=1" },
  },
  {
    code: "ERR_REQUEST_INVALID",
    message: "hostname: an IPv6 address without brackets",
    request: { hostname: "2001:db8::1" },
  },
];

describe.each(entries)("%s", (_, entry) => {
  test.each(table)("refuses with $code: $message (%#)", async (row) => {
    const settings = { ...options, ...row.options } as SignOptions;
    const given = { ...request, ...row.request };
    const signer = entry.createSigner();
    for (const sign of [
      () => entry.signRequest(given, settings),
      () => entry.presignRequest(given, settings),
      () => signer.sign(given, settings),
      () => signer.presign(given, settings),
      () => entry.explainSignature(given, settings),
    ]) {
      const error: unknown = await sign().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(SignerError);
      expect(error).toMatchObject({ name: "SignerError", code: row.code, message: row.message });
      const { stack = "" } = error as Error;
      expect(JSON.stringify(error) + stack).not.toContain("MARKED");
    }
  });

  test.each([
    ["all options", options],
    ["a function as credentials", { credentials: () => credentials }],
    ["the region", { region: "eu-west-1" }],
    ["the service", { service: "s3" }],
    ["the validity", { expiresIn: 60 }],
  ])(
    "refuses %s in the place of fetch's options after a URL, where nothing would read them",
    async (__, second) => {
      const url = "https://a.example/";
      const init: RequestInit = second as object; // the type forbids it
      const signer = entry.createSigner(options);
      for (const sign of [
        () => entry.signRequest(url, init, options),
        () => entry.presignRequest(url, init, options),
        () => signer.sign(url, init),
        () => signer.presign(url, init),
      ])
        await expect(sign()).rejects.toMatchObject({
          code: "ERR_OPTION_INVALID",
          message: "after a URL, the options are the third argument",
        });
      const [, signed] = await signer.sign(url, { credentials: "include" });
      expect(signed.credentials).toBe("include");
    },
  );

  test("plain data without headers is an invalid URL, and not said to have its options in the wrong place", async () => {
    const { headers: _headers, ...given } = request;
    await expect(entry.signRequest(given as HttpRequest, options)).rejects.toThrow("Invalid URL");
  });

  test("refuses an unknown default and an invalid hash when the signer is created", () => {
    expect(() => entry.createSigner({ reigon: "eu-west-1" } as never)).toThrow("unknown option reigon");
    expect(() => entry.createHeaderSigner({ sha: 1 } as never)).toThrow(SignerError);
    expect(() => entry.createSigner({ sha256: "sha256" as never })).toThrow(
      "sha256: expected a class or a function",
    );
  });

  test.each<[string, unknown]>([
    ["a text", "MARKED-SECRET"],
    ["a promise of a text", Promise.resolve("MARKED-SECRET")],
  ])("verify refuses %s of findKey without showing it", async (__, found) => {
    const signed = await entry.signRequest(request, options);
    const findKey = () => found as never; // the type forbids it
    const error: unknown = await entry
      .verify(signed, { findKey, now: date })
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "ERR_OPTION_INVALID",
      message: "findKey: expected an object with secretAccessKey, or undefined",
    });
    expect(String((error as Error).stack)).not.toContain("MARKED");
  });

  test("signs a host of IPv6 in brackets, with its port", async () => {
    const given = { ...request, hostname: "[2001:db8::1]", port: 8443 };
    expect((await entry.signRequest(given, options)).headers).toMatchObject({ host: "[2001:db8::1]:8443" });
  });

  test("signs with credentials that have ended when that is allowed, and with those that end now", async () => {
    const ended = { ...options, credentials: { ...credentials, expiration: new Date(+date - 1) } };
    expect((await entry.signRequest(request, { ...ended, allowExpired: true })).headers).toHaveProperty(
      "authorization",
    );
    const ending = { ...options, credentials: { ...credentials, expiration: date } };
    expect((await entry.signRequest(request, ending)).headers).toHaveProperty("authorization");
  });

  test("takes the credentials of an STS response as they are, from a function as well", async () => {
    const response = {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: "token",
      Expiration: new Date("2026-11-24T13:00:00Z"),
    };
    const expected = await entry.signRequest(request, {
      ...options,
      credentials: { ...credentials, sessionToken: "token" },
    });
    for (const given of [
      response,
      () => response,
      async () => ({ ...response, Expiration: "2026-11-24T13:00:00Z" }),
    ])
      expect(await entry.signRequest(request, { ...options, credentials: given })).toEqual(expected);
    const signer = new entry.SignatureV4({
      credentials: response,
      region: "eu-west-1",
      service: "execute-api",
    });
    const byClass = await signer.sign({ ...request, headers: { host: "a.example" } }, { signingDate: date });
    expect(byClass.headers).toMatchObject({ "x-amz-security-token": "token" });
    expect(await entry.verify(expected, { findKey: () => ({ ...response }), now: date })).toMatchObject({
      ok: true,
    });
  });

  test("rounds a life of fractions down", async () => {
    for (const [expiresIn, expected] of [
      [1.9, "1"],
      [432.123, "432"],
      [604_800.9, "604800"],
    ] as const) {
      const { query } = await entry.presignRequest(request, { ...options, expiresIn });
      expect(query?.["X-Amz-Expires"]).toBe(expected);
    }
  });
});

describe.each(entries)("%s: SignatureV4", (_, { SignatureV4 }) => {
  const init = { credentials, region: "eu-west-1", service: "execute-api" };

  test("rejects in the words of the class that it takes the place of", async () => {
    const tooLong = new SignatureV4(init).presign(request, { expiresIn: 604_801 });
    await expect(tooLong).rejects.toMatchObject({
      code: "ERR_EXPIRES_IN_INVALID",
      message:
        "Signature version 4 presigned URLs must have an expiration date less than one week in the future",
    });
    const nobody = new SignatureV4({ ...init, credentials: {} });
    for (const sign of [() => nobody.sign(request), () => nobody.presign(request), () => nobody.sign("text")])
      await expect(sign()).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_INVALID",
        message: "Resolved credential object is not valid",
      });
  });

  test("signs with credentials that have ended, as the class does that it takes the place of", async () => {
    const ended = { ...credentials, expiration: new Date(0) };
    const signed = await new SignatureV4({ ...init, credentials: ended }).sign(request);
    expect(signed.headers).toHaveProperty("authorization");
  });

  test("adds no host where there is none, takes a date header out, and keeps the names of headers", async () => {
    const headers = { Date: "yesterday", "X-Custom": "1", "X-Amz-Acl": "private" };
    const signed = await new SignatureV4(init).sign({ ...request, headers });
    expect(Object.keys(signed.headers).sort()).toEqual(
      ["X-Amz-Acl", "X-Custom", "authorization", "x-amz-content-sha256", "x-amz-date"].sort(),
    );
    const presigned: HttpRequest = await new SignatureV4(init).presign({ ...request, headers });
    expect(presigned.headers).toEqual({ "X-Custom": "1" });
    expect(presigned.query).toMatchObject({ "X-Amz-Acl": "private" });
  });
});
