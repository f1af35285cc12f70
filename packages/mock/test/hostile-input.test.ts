import { once } from "node:events";
import { connect } from "node:net";

import { createClock, createFakeSts, type FakeSts, type LogEntry } from "@org/sts-mock";
import { startStsServer, type StsServer } from "@org/sts-mock/node";
import { GetSessionToken, type HttpRequest } from "@org/sts-protocol";
import { createSigner, presignRequest } from "@org/sts-signer";
import { afterAll, beforeAll, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_SERIAL } from "./support/call.ts";

const now = new Date("2026-03-01T12:00:00Z");
const clock = createClock({ at: now });
const log: LogEntry[] = [];
let fake: FakeSts;
let server: StsServer;
beforeAll(async () => {
  fake = createFakeSts({ clock, log: (entry) => log.push(entry) });
  server = await startStsServer({ sts: fake });
});
afterAll(() => server.close());

async function statusLine(request: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  socket.write(request);
  await once(socket, "close");
  return text.slice(0, text.indexOf("\r\n"));
}

test.for([
  ["sts.amazonaws.com", 403],
  ["sts.amazonaws.com:8080", 403],
  ["localhost", 403],
  ["127.0.0.1:1", 403],
  ["[::1]:1", 403],
  ["sts_internal", 403],
  ["[", 400],
  ["[zz]", 400],
  ["]", 400],
  [":", 400],
  ["a:b", 400],
  ["a:99999", 400],
  ["a b", 400],
  ["a/b", 400],
  ["a@b", 400],
  ["a?b", 400],
  ["a#b", 400],
  ["a%00b", 400],
  ["", 400],
  ["1.2.3.4.5", 400],
  ["a,b", 400],
] as const)("a Host header %j gets status %i from the server", async ([host, status]) => {
  const request = `GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  expect(await statusLine(request)).toMatch(`HTTP/1.1 ${status} `);
});

test("a request with an invalid target gets status 400 from the server", async () => {
  for (const target of ["http://[/", "http://", "*", "x:"]) {
    expect(await statusLine(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 [14]/,
    );
  }
});

test.for(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
  "%s is an ordinary name in a query, once and twice, signed and unsigned",
  async (name) => {
    const url = `https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&${name}=1`;
    expect((await fake.fetch(url)).status).toBe(403);
    const twice = await fake.fetch(`${url}&${name}=2`);
    expect(await twice.text()).toContain("MissingAuthenticationToken");
    // The operation itself takes a parameter once only.
    const values: [value: string | string[], status: number, says: string][] = [
      ["1", 200, "<Arn>"],
      [["1", "2"], 400, `The parameter ${name} is given twice`],
    ];
    for (const [value, status, says] of values) {
      const query = Object.fromEntries([
        ["Action", "GetCallerIdentity"],
        ["Version", "2011-06-15"],
        [name, value],
      ]);
      const request: HttpRequest = {
        method: "GET",
        protocol: "https:",
        hostname: "sts.us-east-1.amazonaws.com",
        path: "/",
        query,
        headers: { host: "sts.us-east-1.amazonaws.com" },
      };
      const presigned = await presignRequest(request, {
        credentials: DEMO_KEYS,
        region: "us-east-1",
        service: "sts",
        date: now,
      });
      const { statusCode, body } = await fake.respond(presigned);
      expect(statusCode).toBe(status);
      expect(body).toContain(says);
      const sent = new URLSearchParams(
        Object.entries(presigned.query ?? {}).flatMap(([key, values]) =>
          [values ?? ""].flat().map((one) => [key, one]),
        ),
      );
      const response = await fake.fetch(`https://sts.us-east-1.amazonaws.com/?${sent.toString()}`);
      expect(response.status).toBe(status);
    }
  },
);

test.for(["__proto__", "constructor", "toString"])(
  "%s is no operation, no MFA device and no role",
  async (name) => {
    const response = await fake.fetch(`https://sts.amazonaws.com/?Action=${name}&Version=2011-06-15`);
    expect(await response.text()).toContain("<Code>InvalidAction</Code>");
    await expect(
      call(fake, GetSessionToken, {
        SerialNumber: `arn:aws:iam::123456789012:mfa/${name}`,
        TokenCode: "123456",
      }),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  },
);

const signed = async (
  body: string,
  headers: Record<string, string> = {},
  applyChecksum = false,
): Promise<HttpRequest> =>
  await createSigner().sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: "sts.us-east-1.amazonaws.com",
      path: "/",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    },
    { credentials: DEMO_KEYS, region: "us-east-1", service: "sts", date: now, applyChecksum },
  );

// A body of half a million line breaks took minutes when the work grew with their square; this takes no noticeable time.
test.for([
  ["line breaks before a letter", "\n".repeat(500_000) + "x"],
  ["line breaks of both kinds, with letters between", "\r\n\n\rx".repeat(100_000)],
  ["spaces as +", "+".repeat(500_000)],
  ["spaces as %20", "%20".repeat(160_000)],
  ["semicolons", ";".repeat(500_000)],
  ["parameters", "a=1&".repeat(125_000)],
] as const)("explaining a wrong signature ends for a large body of %s", async ([, filler]) => {
  const request = await signed("Action=GetSessionToken&Version=2011-06-15");
  const { body } = await fake.respond({
    ...request,
    body: `Action=GetSessionToken&Version=2011-06-15&${filler}`,
  });
  expect(body).toContain("<Code>SignatureDoesNotMatch</Code>");
});

test.for([[true], [false]] as const)(
  "explaining a wrong signature finds out that line breaks were added at the end of the body (its hash sent in a header: %s)",
  async ([applyChecksum]) => {
    const request = await signed(
      "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900",
      {},
      applyChecksum,
    );
    await fake.respond({ ...request, body: `${String(request.body)}\r\n\n` });
    expect(log.at(-1)?.notes.join("\n")).toContain(
      "the signature is good if the body has no line break at its end",
    );
  },
);

test("explaining a wrong signature shows no value of a header that the signer did not write", async () => {
  const secrets = {
    cookie: "session=MARKED",
    "x-api-key": "MARKED",
    "x-custom": "MARKED",
    authorization2: "MARKED",
  };
  const request = await signed("Action=GetSessionToken&Version=2011-06-15", secrets);
  await fake.respond({ ...request, body: "Action=GetSessionToken&Version=2011-06-15&x=1" });
  const notes = log.at(-1)?.notes.join("\n") ?? "";
  expect(notes).not.toContain("MARKED");
  expect(notes).toContain("\ncookie:***\n");
  expect(notes).toContain("\nx-api-key:***\n");
  expect(notes).toContain("\nhost:sts.us-east-1.amazonaws.com\n");
  expect(notes).toContain("\nx-amz-date:20260301T120000Z\n");
});

test("used MFA steps of a state are looked up by own names only", async () => {
  const state = { ...fake.exportState(), usedMfaSteps: {} };
  const next = createFakeSts({ clock, state });
  expect(
    await call(next, GetSessionToken, {
      SerialNumber: DEMO_SERIAL,
      TokenCode: await next.mfaCode(DEMO_SERIAL),
    }),
  ).toHaveProperty("Credentials");
});
