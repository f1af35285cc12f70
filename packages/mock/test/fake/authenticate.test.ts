import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type LogEntry,
} from "@org/sts-mock";
import { AssumeRole, GetCallerIdentity, GetSessionToken, type HttpRequest } from "@org/sts-protocol";
import { createSigner, presignRequest, type PresignOptions, type SignOptions } from "@org/sts-signer";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_ROLE, type Keys, keysOf } from "../support/call.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const HOST = "sts.us-east-1.amazonaws.com";
const QUERY = { Action: "GetCallerIdentity", Version: "2011-06-15" };

let fake: FakeSts;
let log: LogEntry[];
beforeEach(() => {
  log = [];
  fake = fakeWith();
});

const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

function fakeWith(options: FakeStsOptions = {}): FakeSts {
  return createFakeSts({
    users: [demoUser],
    roles: [{ name: "demo", trustPolicy: "account" }],
    clock: createClock({ at: NOW }),
    log: (entry) => log.push(entry),
    ...options,
  });
}

async function presigned(
  options: Partial<PresignOptions> = {},
  request: Partial<HttpRequest> = {},
): Promise<HttpRequest> {
  const { hostname = HOST } = request;
  return await presignRequest(
    {
      method: "GET",
      protocol: "https:",
      path: "/",
      query: QUERY,
      headers: { host: hostname },
      ...request,
      hostname,
    },
    { credentials: DEMO_KEYS, region: "us-east-1", service: "sts", date: NOW, expiresIn: 60, ...options },
  );
}

async function signed(
  options: Partial<SignOptions> = {},
  request: Partial<HttpRequest> = {},
): Promise<HttpRequest> {
  const { hostname = HOST } = request;
  const plain = {
    method: "POST",
    protocol: "https:",
    path: "/",
    query: {},
    body: new URLSearchParams(QUERY).toString(),
    ...request,
    hostname,
    headers: { host: hostname, "content-type": "application/x-www-form-urlencoded", ...request.headers },
  };
  return await createSigner().sign(plain, {
    credentials: DEMO_KEYS,
    region: "us-east-1",
    service: "sts",
    date: NOW,
    ...options,
  });
}

/** Status, and code and message of a refusal. */
async function outcome(request: HttpRequest, target = fake): Promise<string> {
  const { statusCode, body } = await target.respond(request);
  const read = (name: string): string => new RegExp(`<${name}>([^<]*)`).exec(body)?.[1] ?? "";
  return statusCode === 200 ? "ok" : `${statusCode} ${read("Code")}: ${read("Message")}`;
}

test.each([301, 3600, 86_400])(
  "a presigned request from %i seconds in the future is refused as not yet current",
  async (seconds) => {
    expect(await outcome(await presigned({ date: at(seconds) }))).toMatch(
      /^403 SignatureDoesNotMatch: Signature not yet current: \d{8}T\d{6}Z is still later than 20260301T120500Z \(20260301T120000Z \+ 5 min\.\)$/,
    );
  },
);

test("a presigned request from the future is good once its time has come, and for 15 minutes from then on", async () => {
  const request = await presigned({ date: at(3600) });
  fake.clock.set(at(3600));
  expect(await outcome(request)).toBe("ok");
  fake.clock.set(at(3600 + 900));
  expect(await outcome(request)).toBe("ok");
  fake.clock.set(at(3600 + 900.001));
  expect(await outcome(request)).toBe("400 RequestExpired: Request has expired.");
});

test.each([1, 60, 3600])(
  "a presigned request that says %i seconds is refused after 15 minutes, an hour and a day",
  async (expiresIn) => {
    const request = await presigned({ expiresIn });
    for (const seconds of [901, 3600, 3601, 86_400]) {
      fake.clock.set(at(seconds));
      expect(await outcome(request)).toBe("400 RequestExpired: Request has expired.");
    }
  },
);

test.each([
  ["too long a life", "X-Amz-Expires", "604801", "403 SignatureDoesNotMatch"],
  ["no life", "X-Amz-Expires", "0", "403 SignatureDoesNotMatch"],
  ["another life than was signed", "X-Amz-Expires", "61", "403 SignatureDoesNotMatch"],
  ["a life that is no number", "X-Amz-Expires", "1h", "400 IncompleteSignature"],
  ["a date that is none", "X-Amz-Date", "yesterday", "400 IncompleteSignature"],
  ["a date that does not exist", "X-Amz-Date", "20260301T250000Z", "400 IncompleteSignature"],
  ["another date than was signed", "X-Amz-Date", "20260301T120001Z", "403 SignatureDoesNotMatch"],
  ["another algorithm", "X-Amz-Algorithm", "AWS4-HMAC-SHA1", "400 IncompleteSignature"],
  ["a parameter that was not signed", "DurationSeconds", "900", "403 SignatureDoesNotMatch"],
  ["a credential that is none", "X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE", "400 IncompleteSignature"],
])("a presigned request with %s is refused", async (_case, name, value, refusal) => {
  const request = await presigned();
  fake.clock.advanceSeconds(5);
  expect(await outcome(request)).toBe("ok");
  const changed = { ...request, query: { ...request.query, [name]: value } };
  expect((await outcome(changed)).split(":")[0]).toBe(refusal);
});

test("a presigned request needs a signature for each thing it asks", async () => {
  const { query = {}, ...request } = await presigned();
  const { "X-Amz-Signature": _, ...rest } = query;
  expect((await outcome({ ...request, query: rest })).split(":")[0]).toBe("400 IncompleteSignature");
  expect((await outcome({ ...request, query: QUERY })).split(":")[0]).toBe("403 MissingAuthenticationToken");
});

test("a presigned request of a session needs its token, and ends with the session", async () => {
  const { Credentials } = await call(fake, GetSessionToken, { DurationSeconds: 900 });
  const credentials = keysOf(Credentials);
  fake.clock.advanceSeconds(600);
  const request = await presigned({ credentials, date: at(600) });
  expect(await outcome(request)).toBe("ok");
  const { "X-Amz-Security-Token": _, ...query } = request.query ?? {};
  expect((await outcome({ ...request, query })).split(":")[0]).toBe("403 InvalidClientTokenId");
  fake.clock.set(at(899));
  expect(await outcome(request)).toBe("ok");
  fake.clock.set(at(900));
  expect(await outcome(request)).toBe(
    "403 ExpiredToken: The security token included in the request is expired",
  );
});

test.each([
  ["sts", "us-east-1", HOST, "ok"],
  [
    "iam",
    "us-east-1",
    HOST,
    "403 SignatureDoesNotMatch: Credential should be scoped to correct service: 'sts'.",
  ],
  [
    "STS",
    "us-east-1",
    HOST,
    "403 SignatureDoesNotMatch: Credential should be scoped to correct service: 'sts'.",
  ],
  ["sts", "eu-west-1", HOST, "403 SignatureDoesNotMatch: Credential should be scoped to a valid region."],
  ["sts", "us-east-1", "sts.amazonaws.com", "ok"],
  [
    "sts",
    "eu-west-1",
    "sts.amazonaws.com",
    "403 SignatureDoesNotMatch: Credential should be scoped to a valid region.",
  ],
  ["sts", "us-gov-west-1", "sts-fips.us-gov-west-1.amazonaws.com", "ok"],
  ["sts", "eu-west-1", "vpce-0abc.sts.eu-west-1.vpce.amazonaws.com", "ok"],
  ["sts", "anything", "sts.example.com", "ok"],
])(
  "the scope of a signature of the service %s in %s at %s: %s",
  async (service, region, hostname, expected) => {
    expect(await outcome(await signed({ service, region }, { hostname }))).toBe(expected);
    expect(await outcome(await presigned({ service, region }, { hostname }))).toBe(expected);
  },
);

test("the scope of a signature must be of the day that the date names", async () => {
  const request = await signed();
  const authorization = request.headers["authorization"]?.replace("/20260301/", "/20260228/") ?? "";
  expect(authorization).toContain("/20260228/");
  expect(await outcome({ ...request, headers: { ...request.headers, authorization } })).toBe(
    "403 SignatureDoesNotMatch: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
  );
});

test.each([
  [60, "1"],
  [900, "15"],
])(
  "the date of a signature may be %i seconds off where the fake is told so",
  async (maxSkewSeconds, minutes) => {
    const target = fakeWith({ maxSkewSeconds });
    for (const sign of [-1, 1]) {
      expect(await outcome(await signed({ date: at(sign * maxSkewSeconds) }), target)).toBe("ok");
      const refusal = await outcome(await signed({ date: at(sign * (maxSkewSeconds + 1)) }), target);
      expect(refusal).toMatch(/^403 SignatureDoesNotMatch: Signature (expired|not yet current): /);
      expect(refusal).toContain(`${sign < 0 ? "-" : "+"} ${minutes} min.)`);
    }
  },
);

const LONG = `AKIA${"A".repeat(124)}`;
const users = ["AKIA", LONG, `${LONG}B`].map((accessKeyId, index) => ({
  name: `user-${index}`,
  accessKeys: [{ accessKeyId, secretAccessKey: "secret" }],
}));

test("the key of a signature may have any length that keys have", async () => {
  const target = fakeWith({ users });
  for (const accessKeyId of ["AKIA", LONG]) {
    const request = await signed({ credentials: { accessKeyId, secretAccessKey: "secret" } });
    expect(await outcome(request, target)).toBe("ok");
  }
});

// Whoever sends a request chooses what stands there, and logs are read in terminals.
test.each<[string, string | undefined]>([
  ["AKI", undefined],
  ["AKIA", "AKIA"],
  ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  [LONG, LONG],
  [`${LONG}B`, undefined],
  ["AKIA\u001B[31m", undefined],
  ["AKIA<b>", undefined],
  ["AKIA-1", undefined],
  ["", undefined],
])("the key of a signature %j is remembered as %j", async (keyId, shown) => {
  const scope = "20260301/us-east-1/sts/aws4_request";
  const authorization = `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`;
  const inHeader = await signed();
  const inQuery = await presigned();
  await fake.respond({ ...inHeader, headers: { ...inHeader.headers, authorization } });
  await fake.respond({ ...inQuery, query: { ...inQuery.query, "X-Amz-Credential": `${keyId}/${scope}` } });
  expect(log.map(({ accessKeyId }) => accessKeyId)).toEqual([shown, shown]);
  expect(fake.calls().map(({ accessKeyId }) => accessKeyId)).toEqual([shown, shown]);
});

test("the key of a signature is one of a user, a root user or a session, and an inactive one is as good as none", async () => {
  const inactive = { ...DEMO_KEYS, status: "Inactive" as const };
  const target = fakeWith({
    users: [{ ...demoUser, accessKeys: [inactive] }],
    accounts: [
      {
        id: "123456789012",
        rootAccessKeys: [{ accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root", status: "Active" }],
      },
    ],
  });
  const root = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root" };
  expect(await outcome(await signed({ credentials: root }), target)).toBe("ok");
  expect(await outcome(await signed(), target)).toBe(
    "403 InvalidClientTokenId: The security token included in the request is invalid.",
  );
});

const REFUSED = "403 InvalidClientTokenId: The security token included in the request is invalid.";

test("temporary credentials are refused with any two of their three parts from another session", async () => {
  const [one, two] = [1, 2].map(async () => keysOf((await call(fake, GetSessionToken, {})).Credentials));
  const [a, b] = [await one, await two] as [Keys, Keys]; // two went in
  const outcomes: string[] = [];
  for (const [id, secret, token] of [
    [a, a, b],
    [a, b, a],
    [a, b, b],
    [b, a, a],
    [b, a, b],
    [b, b, a],
  ] as const) {
    const credentials = {
      accessKeyId: id.accessKeyId,
      secretAccessKey: secret.secretAccessKey,
      sessionToken: token.sessionToken ?? "",
    };
    outcomes.push((await outcome(await signed({ credentials }))).split(":")[0] ?? "");
  }
  expect(outcomes).toEqual([
    "403 InvalidClientTokenId",
    "403 SignatureDoesNotMatch",
    "403 InvalidClientTokenId",
    "403 InvalidClientTokenId",
    "403 SignatureDoesNotMatch",
    "403 InvalidClientTokenId",
  ]);
});

test.each<[string, (token: string) => string]>([
  ["a shorter token", (token) => token.slice(0, -5)],
  ["a token without its beginning", (token) => token.slice(16)],
  [
    "a token with a letter changed",
    (token) => token.slice(0, 40) + (token[40] === "A" ? "B" : "A") + token.slice(41),
  ],
  ["a token of the right beginning and nothing else", (token) => token.slice(0, 16)],
  ["a token with another beginning", (token) => "A".repeat(16) + token.slice(16)],
  ["a longer token", (token) => `${token}AAAA`],
])("temporary credentials are refused with %s", async (_case, change) => {
  const { Credentials } = await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test" });
  const keys = keysOf(Credentials);
  expect(await outcome(await signed({ credentials: keys }))).toBe("ok");
  const credentials = { ...keys, sessionToken: change(keys.sessionToken ?? "") };
  expect(await outcome(await signed({ credentials }))).toBe(REFUSED);
});

test("temporary credentials are refused when a token comes with long-term keys", async () => {
  const { sessionToken = "" } = keysOf((await call(fake, GetSessionToken, {})).Credentials);
  expect(await outcome(await signed({ credentials: { ...DEMO_KEYS, sessionToken } }))).toBe(REFUSED);
});

test("temporary credentials are refused when the trade-in token or the encoded message of the fake takes their token's place", async () => {
  const tokens = [
    await fake.issueTradeInToken({ principalArn: DEMO_ROLE }),
    await fake.encodeAuthorizationMessage({ accessKeyId: DEMO_KEYS.accessKeyId }),
  ];
  for (const token of tokens.flatMap((text) => [text, `IQoJb3JpZ2luX2Vj${text}`])) {
    expect(await outcome(await signed({ credentials: { ...DEMO_KEYS, sessionToken: token } }))).toBe(REFUSED);
  }
});

const notes = (): string => log.at(-1)?.notes.join("\n") ?? "";

test("the notes of a refusal hold why, the canonical request and the string to sign, and an accepted request has none", async () => {
  await fake.respond(await signed());
  expect(log.at(-1)?.notes).toEqual([]);
  // A client that does not send the hash of the body in a header.
  const request = await signed({ applyChecksum: false });
  await fake.respond({ ...request, body: `${String(request.body)}&x=1` });
  expect(notes()).toContain("the signature is not the one of this request under this key");
  expect(notes()).toMatch(/canonical request as received:\nPOST\n\/\n\n/);
  expect(notes()).toMatch(
    /string to sign as received:\nAWS4-HMAC-SHA256\n20260301T120000Z\n20260301\/us-east-1\/sts\/aws4_request\n[\da-f]{64}$/,
  );
});

test.each<
  [string, Partial<SignOptions>, Partial<HttpRequest>, (request: HttpRequest) => Partial<HttpRequest>]
>([
  [
    "the host header is signed without its port",
    {},
    {},
    ({ headers }) => ({ headers: { ...headers, host: `${HOST}:8443` } }),
  ],
  [
    "the host header is signed with the port 443",
    {},
    { headers: { host: `${HOST}:443` } },
    ({ headers }) => ({ headers: { ...headers, host: HOST } }),
  ],
  [
    "the host header is signed with the port 80",
    {},
    { headers: { host: `${HOST}:80` } },
    ({ headers }) => ({ headers: { ...headers, host: HOST } }),
  ],
  [
    "the body is empty: it was added after signing",
    {},
    { body: "" },
    () => ({ body: new URLSearchParams(QUERY).toString() }),
  ],
  [
    "spaces in the body are written as %20, not +",
    {},
    { body: `${new URLSearchParams(QUERY).toString()}&x=a%20b` },
    ({ body }) => ({ body: String(body).replace("%20", "+") }),
  ],
  [
    "spaces in the body are written as +, not %20",
    {},
    { body: `${new URLSearchParams(QUERY).toString()}&x=a+b` },
    ({ body }) => ({ body: String(body).replace("+", "%20") }),
  ],
  [
    "the body has no line break at its end",
    {},
    { body: `${new URLSearchParams(QUERY).toString()}&x=1` },
    ({ body }) => ({ body: `${String(body)}\r\n` }),
  ],
  [
    "the content type has no charset: something added one",
    {},
    {},
    ({ headers }) => ({
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    }),
  ],
  [
    "the content type ends with ; charset=utf-8: something took it away",
    {},
    { headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } },
    ({ headers }) => ({ headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } }),
  ],
])("the notes of a refusal explain that %s", async (explanation, options, before, change) => {
  const request = await signed(options, before);
  expect(await outcome({ ...request, ...change(request) })).toMatch(/^403 SignatureDoesNotMatch/);
  expect(notes()).toContain(`difference: the signature is good if ${explanation}`);
});

test("the notes of a refusal explain nothing where nothing of the kind happened", async () => {
  await fake.respond(await signed({ credentials: { ...DEMO_KEYS, secretAccessKey: "wrong" } }));
  expect(notes()).toContain("string to sign as received");
  expect(notes()).not.toContain("difference:");
});

test("the notes of a refusal hold no value of the query but those of the signature", async () => {
  const { Credentials } = await call(fake, GetSessionToken, {});
  const query = { ...QUERY, Action: "GetSessionToken", SerialNumber: "GAHT12345678", TokenCode: "MARKER" };
  const request = await presigned({ credentials: keysOf(Credentials) }, { query });
  await fake.respond({ ...request, headers: { ...request.headers, host: "other.example.com" } });
  expect(notes()).toContain("Action=GetSessionToken&SerialNumber=***&TokenCode=***&Version=2011-06-15");
  expect(notes()).toContain("X-Amz-Date=20260301T120000Z");
  expect(notes()).toContain("X-Amz-Expires=60");
  expect(notes()).not.toContain("GAHT12345678");
  for (const secret of ["MARKER", Credentials.SessionToken, encodeURIComponent(Credentials.SessionToken)]) {
    expect(JSON.stringify(log)).not.toContain(secret);
  }
});

test("the notes of a refusal have the canonical request without the values of headers that signers do not write", async () => {
  const request = await signed(
    { applyChecksum: false },
    { headers: { cookie: "MARKER", "x-api-key": "MARKER" } },
  );
  const { headers } = request;
  await fake.respond({ ...request, headers: { ...headers, host: "other.example.com" } });
  const text = "canonical request as received:\n";
  const canonical = log.flatMap((entry) => entry.notes).find((note) => note.startsWith(text)) ?? "";
  expect(canonical.slice(text.length).split("\n")).toEqual([
    "POST",
    "/",
    "",
    `content-type:${headers["content-type"]}`,
    "cookie:***",
    "host:other.example.com",
    "x-amz-date:20260301T120000Z",
    "x-api-key:***",
    "",
    "content-type;cookie;host;x-amz-date;x-api-key",
    expect.stringMatching(/^[\da-f]{64}$/),
  ]);
  expect(notes()).not.toContain("MARKER");
});

test("the notes of a refusal do not hold the first value of a query either", async () => {
  const request = await presigned({}, { query: { ...QUERY, AAA: "MARKER" } });
  await fake.respond({ ...request, headers: { host: "other.example.com" } });
  expect(notes()).toContain("AAA=***&Action=GetCallerIdentity");
  expect(notes()).not.toContain("MARKER");
});

test("the notes of a refusal explain a changed body whose hash is sent in a header too", async () => {
  const request = await signed({}, { body: `${new URLSearchParams(QUERY).toString()}&x=1` });
  expect(request.headers).toHaveProperty("x-amz-content-sha256");
  await fake.respond({ ...request, body: `${String(request.body)}\n` });
  expect(notes()).toContain("difference: the signature is good if the body has no line break at its end");
});

test.each<[string, Partial<SignOptions>, (request: HttpRequest) => HttpRequest, readonly RegExp[]]>([
  [
    "only why where nothing was signed",
    {},
    ({ headers: { host = "" }, ...request }) => ({ ...request, headers: { host } }),
    [/^.+$/],
  ],
  [
    "why and what was signed where nothing explains it",
    { credentials: { ...DEMO_KEYS, secretAccessKey: "wrong" } },
    (request) => request,
    [/^the signature is not/, /^canonical request as received:\n/, /^string to sign as received:\n/],
  ],
])("the notes of a refusal are %s", async (_case, options, change, expected) => {
  await fake.respond(change(await signed(options)));
  expect(log.at(-1)?.notes).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as unknown));
});

test("a signature in a form that AWS does not have is refused with what is wrong with it", async () => {
  const request = await signed();
  const headers = { ...request.headers, authorization: "AWS4-HMAC-SHA256 nonsense" };
  expect(await outcome({ ...request, headers })).toMatch(
    /^400 IncompleteSignature: The request signature does not conform to AWS standards: \w/,
  );
});

test.each([
  ["query", { query: { long: "a".repeat(65_536) } }],
  ["header", { headers: { "x-long": "a".repeat(262_144) } }],
])(
  "a request with a longer %s than any request to STS has is refused before its signature is checked",
  async (_part, long) => {
    expect(await outcome(await signed({}, long))).toBe("413 RequestEntityTooLarge: The request is too large");
  },
);

test.each<[string, string]>([
  ["20260301T110000Z", "20260301T110000Z"],
  ["Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 11:00:00 GMT"],
  ["Sun, 01 Mar 2026 11:00:00 GMT (\u001B[31m)", "the date of the signature"],
  ["(\u001B[31m) Sun, 01 Mar 2026 11:00:00 GMT", "the date of the signature"],
])("an expired signature with the date header %j is refused with %j", async (date, shown) => {
  const { headers, query: _none, ...request } = await signed();
  const authorization = `AWS4-HMAC-SHA256 Credential=${DEMO_KEYS.accessKeyId}/20260301/us-east-1/sts/aws4_request, SignedHeaders=date;host, Signature=${"0".repeat(64)}`;
  const { host = "", "content-type": type = "" } = headers;
  const sent = { ...request, headers: { host, "content-type": type, date, authorization } };
  expect(await outcome(sent)).toBe(
    `403 SignatureDoesNotMatch: Signature expired: ${shown} is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)`,
  );
});

test("a signature in a header is as old as its header says, whatever dates are in the query", async () => {
  for (const query of [{ "X-Amz-Date": "20260301T115000Z" }, { "X-Amz-Date": "20260301T120000Z" }]) {
    expect(await outcome(await signed({ date: at(-600) }, { query }))).toMatch(
      /^403 SignatureDoesNotMatch: Signature expired: 20260301T115000Z is now earlier/,
    );
  }
});

test.each([
  ["20260301T120000Z", 600, "ok"],
  ["20260301T120000Z", 901, "400 RequestExpired: Request has expired."],
])(
  "a presigned request whose date %s is a list of one is as good as with the date itself: after %i s %s",
  async (date, seconds, expected) => {
    const request = await presigned();
    fake.clock.set(at(seconds));
    expect(await outcome({ ...request, query: { ...request.query, "X-Amz-Date": [date] } })).toBe(expected);
  },
);

test("a signature is checked before the input, and the input before the rules", async () => {
  const wrong = { keys: { ...DEMO_KEYS, secretAccessKey: "wrong" } };
  const invalid = { DurationSeconds: 1, TokenCode: "123456" };
  await expect(call(fake, GetSessionToken, invalid, wrong)).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
  });
  await expect(call(fake, GetSessionToken, invalid)).rejects.toMatchObject({ name: "ValidationError" });
  await expect(call(fake, GetSessionToken, { TokenCode: "123456" })).rejects.toMatchObject({
    name: "AccessDenied",
  });
  expect(await call(fake, GetCallerIdentity, {})).toHaveProperty("Arn");
});
