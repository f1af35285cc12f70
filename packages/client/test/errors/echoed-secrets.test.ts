import { inspect } from "node:util";

import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from "@org/sts-client";
import { AssumeRole, encodeFault, encodeResponse, STSServiceException } from "@org/sts-protocol";
import { expect, onTestFinished, test } from "vitest";

const secrets = {
  sessionToken: "FwoGZXIvYXdzEBYaDHp+/3x==RkmQvLw0aXJ2/Z3",
  ExternalId: "customer=4711/partner+blue:7f3a",
  TokenCode: "824193",
};

const percent = (text: string): string => encodeURIComponent(text);
const xml = (text: string): string => text.replaceAll(/[^\w]/g, (found) => `&#${found.charCodeAt(0)};`);
const json = (text: string): string =>
  text
    .replaceAll("/", String.raw`\/`)
    .replaceAll("+", String.raw`\u002b`)
    .replaceAll("=", String.raw`\u003d`);

const forms = [
  ["as they are", (text: string) => text],
  ["percent-encoded", percent],
  ["percent-encoded twice", (text: string) => percent(percent(text))],
  ["escaped as in XML", xml],
  ["escaped as in JSON", json],
] as const;

const parts = [
  ["whole", (text: string) => text],
  ["cut off at the end", (text: string) => text.slice(0, Math.ceil(text.length / 2))],
  ["cut off at the start", (text: string) => text.slice(-Math.ceil(text.length / 2))],
] as const;

const places = [
  ["message", (echo: string) => ({ name: "ValidationError", message: `The value ${echo} is wrong` })],
  ["code", (echo: string) => ({ name: `Bad.${echo}`, message: "No" })],
  ["type", (echo: string) => ({ name: "AccessDenied", message: "No", Type: `Sender.${echo}` })],
] as const;

const cases = places.flatMap(([place, fault]) =>
  forms.flatMap(([form, write]) => parts.map(([part, cut]) => ({ place, form, part, fault, write, cut }))),
);

test.for(cases)(
  "no error shows secrets that the service echoes in its $place, $form and $part",
  async ({ fault, write, cut, part }) => {
    // Three digits are no secret any more.
    const known = Object.values(secrets).filter((secret) => part === "whole" || secret.length > 6);
    const echo = known.map((secret) => write(cut(secret))).join(", ");
    const { statusCode, headers, body } = encodeFault(new STSServiceException(fault(echo)), {
      requestId: "r-1",
    });
    const sts = new STSClient({
      region: "eu-west-1",
      credentials: {
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: "example",
        sessionToken: secrets.sessionToken,
      },
      fetch: async () => new Response(body, { status: statusCode, headers }),
      maxAttempts: 1,
    });
    const failure: unknown = await sts
      .send(
        new AssumeRoleCommand({
          RoleArn: "arn:aws:iam::123456789012:role/demo",
          RoleSessionName: "test",
          ExternalId: secrets.ExternalId,
          SerialNumber: "arn:aws:iam::123456789012:mfa/demo",
          TokenCode: secrets.TokenCode,
        }),
      )
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(STSServiceException);
    const printed = [
      inspect(failure, { depth: 9 }),
      inspect(failure, { depth: 9, showHidden: true }),
      JSON.stringify(failure),
      String(failure),
      failure instanceof Error ? `${failure.name} ${failure.message} ${failure.stack}` : "",
    ].join("\n");
    for (const secret of known) {
      expect(printed).not.toContain(write(cut(secret)));
      expect(printed).not.toContain(cut(secret));
    }
    expect(printed).toContain("***SensitiveInformation***");
  },
);

const input = {
  RoleArn: "arn:aws:iam::123456789012:role/demo",
  RoleSessionName: "test",
  ExternalId: secrets.ExternalId,
  SerialNumber: "arn:aws:iam::123456789012:mfa/demo",
  TokenCode: secrets.TokenCode,
};

/** What a call returns or throws at a service that puts something of the request into its response. */
async function callEchoing(
  echo: (authorization: string) => { id?: string; message?: string },
  succeeds = false,
) {
  let authorization = "";
  const sts = new STSClient({
    region: "eu-west-1",
    credentials: {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "example",
      sessionToken: secrets.sessionToken,
    },
    maxAttempts: 1,
    fetch: async (_url, init) => {
      authorization = new Headers(init?.headers).get("authorization") ?? "";
      const { id = "r-1", message = "No" } = echo(authorization);
      const { statusCode, headers, body } = succeeds
        ? encodeResponse(AssumeRole, sessionOf("ASIAIOSFODNN7EXAMPLE"), { requestId: id })
        : encodeFault(new STSServiceException({ name: "ValidationError", message }), { requestId: id });
      return new Response(body, { status: statusCode, headers });
    },
  });
  const settled: unknown = await sts.send(new AssumeRoleCommand(input)).catch((error: unknown) => error);
  return { settled, signature: /Signature=(\w{64})/.exec(authorization)?.[1] ?? "none", authorization };
}

function sessionOf(AccessKeyId: string) {
  const Expiration = new Date("2026-11-24T13:00:00Z");
  return { Credentials: { AccessKeyId, SecretAccessKey: "example", SessionToken: "example", Expiration } };
}

test("no error shows the signature or the header that were sent when the service quotes them", async () => {
  for (const quote of [
    (header: string) => header,
    (header: string) => /\w{64}$/.exec(header)?.[0] ?? "",
    (header: string) => `${header} and ${header}`,
  ]) {
    const { settled, signature } = await callEchoing((header) => ({ message: `wrong: ${quote(header)}!` }));
    const printed = `${inspect(settled, { depth: 9, showHidden: true })} ${JSON.stringify(settled)} ${String(settled)}`;
    expect(signature).toHaveLength(64);
    expect(printed).not.toContain(signature);
    expect(settled).toMatchObject({
      message: expect.stringMatching(/^wrong: .*\*\*\*SensitiveInformation\*\*\*.*!$/) as string,
    });
  }
});

test.each([
  ["a failed", false],
  ["a successful", true],
] as const)(
  "the request id of %s call shows no secret that was sent, and is unchanged otherwise",
  async (_, succeeds) => {
    const ids = [secrets.sessionToken, secrets.ExternalId, secrets.TokenCode];
    for (const secret of ids) {
      const { settled } = await callEchoing(() => ({ id: `id-${secret}` }), succeeds);
      expect(settled).toMatchObject({ $metadata: { requestId: "id-***SensitiveInformation***" } });
    }
    const { settled: echoed } = await callEchoing((header) => ({ id: header.slice(-64) }), succeeds);
    expect(echoed).toMatchObject({ $metadata: { requestId: "***SensitiveInformation***" } });
    for (const id of ["c6104cbe-af31-11e0-8154-cbc7ccf896c7", "r-1", "ACCESS-KEY-1", "82419-824192"]) {
      const { settled } = await callEchoing(() => ({ id }), succeeds);
      expect(settled).toMatchObject({ $metadata: { requestId: id } });
    }
  },
);

test.each([
  ["c6104cbe-af31-11e0-8154-cbc7ccf896c7"],
  [`${secrets.TokenCode}be-af31-11e0-8154-cbc7ccf896c7`],
  [`c6104cbe-af31-11e0-8154-${secrets.TokenCode}f896c7`],
])("the request id %s of a successful call is a UUID, in which digits of a code are chance", async (id) => {
  const { settled } = await callEchoing(() => ({ id }), true);
  expect(settled).toMatchObject({ $metadata: { requestId: id } });
});

test.each([
  ["before it", `x${secrets.TokenCode}be-af31-11e0-8154-cbc7ccf896c7`],
  ["behind it", `${secrets.TokenCode}be-af31-11e0-8154-cbc7ccf896c7x`],
])("the request id of a successful call that is a UUID but for a letter %s shows no code", async (_, id) => {
  const { settled } = await callEchoing(() => ({ id }), true);
  expect(settled).toMatchObject({
    $metadata: { requestId: id.replace(secrets.TokenCode, "***SensitiveInformation***") },
  });
});

test("the stack of an error shows no secret either in engines that write it before the message is redacted", async () => {
  // V8 writes it when it is read first; here that is when the error gets its last member.
  Object.defineProperty(STSServiceException.prototype, "Error", {
    configurable: true,
    set(this: Error, value: unknown) {
      expect(this.stack).toContain(secrets.TokenCode);
      Object.defineProperty(this, "Error", { value, enumerable: true, configurable: true, writable: true });
    },
  });
  onTestFinished(() => void Reflect.deleteProperty(STSServiceException.prototype, "Error"));
  const { settled } = await callEchoing(() => ({ message: `The code ${secrets.TokenCode} is wrong` }));
  const { stack } = settled as Error;
  expect(stack).toContain("The code ***SensitiveInformation*** is wrong");
  expect(stack).not.toContain(secrets.TokenCode);
});

test.each<[where: string, respond: (authorization: string) => Response]>([
  [
    "in what fetch throws",
    (authorization) => {
      throw Object.assign(new Error(`seen: ${input.RoleArn}`), { sent: /\w{64}$/.exec(authorization)?.[0] });
    },
  ],
  [
    "in a header of the response",
    (authorization) =>
      new Response("<a/>", {
        status: 400,
        headers: { "x-echo": `seen: ${input.RoleArn} ${authorization.slice(-64)}` },
      }),
  ],
])("neither error nor log shows a signature that is echoed %s", async (_, respond) => {
  const shown: unknown[] = [];
  const note = (line: unknown): void => void shown.push(line);
  let signature = "none";
  const sts = new STSClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
    logMode: "response",
    logger: { debug: note, info: note, warn: note, error: note },
    fetch: async (_url, init) => {
      const authorization = new Headers(init?.headers).get("authorization") ?? "";
      signature = authorization.slice(-64);
      return respond(authorization);
    },
  });
  shown.push(await sts.send(new AssumeRoleCommand(input)).catch((error: unknown) => error));
  expect(signature).toMatch(/^[\da-f]{64}$/);
  const text = inspect(shown, { depth: 9, showHidden: true });
  expect(text).not.toContain(signature);
  expect(text).toContain(`seen: ${input.RoleArn}`);
});

test("a call that nobody signs shows the service's words, but for its token", async () => {
  const token = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
  const message = `Signature=undefined: ${token} is not defined`;
  const { statusCode, headers, body } = encodeFault(
    new STSServiceException({ name: "AccessDenied", message }),
    { requestId: "r-1" },
  );
  const sts = new STSClient({
    region: "eu-west-1",
    fetch: async () => new Response(body, { status: statusCode, headers }),
  });
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: input.RoleArn,
    RoleSessionName: "test",
    WebIdentityToken: token,
  });
  await expect(sts.send(command)).rejects.toThrow(
    "Signature=undefined: ***SensitiveInformation*** is not defined",
  );
});
