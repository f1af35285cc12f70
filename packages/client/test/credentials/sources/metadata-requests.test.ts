import { inspect } from "node:util";

import { fromHttp, fromInstanceMetadata } from "@org/sts-client/credentials";
import { fromContainerMetadata } from "@org/sts-client/credentials/node";
import { expect, test } from "vitest";

const document = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
  Token: "token",
  Expiration: "2999-01-01T00:00:00Z",
};

type Reply = (url: URL, attempt: number) => Response | Error;

/** A metadata service that notes what it was asked, and the waits between. */
function service(reply: Reply) {
  const asked: { url: string; method: string; headers: Headers; redirect: string | undefined }[] = [];
  const waits: number[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { method = "GET", headers, redirect } = init ?? {};
    asked.push({ url: url.href, method, headers: new Headers(headers), redirect });
    const answer = reply(url, asked.length);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms);
  };
  return { asked, waits, options: { fetch, sleep } };
}

const status = (code: number): Reply => {
  return () => new Response(code === 204 || code === 304 ? null : "{}", { status: code });
};
const down: Reply = () => new TypeError("fetch failed");

const sources = {
  fromHttp: (options: object) => fromHttp({ credentialsFullUri: "http://127.0.0.1/", ...options }),
  fromContainerMetadata: (options: object) =>
    fromContainerMetadata({ awsContainerCredentialsRelativeUri: "/role", env: {}, ...options }),
  fromInstanceMetadata: (options: object) => fromInstanceMetadata({ env: {}, ...options }),
};
type Source = keyof typeof sources;

const rows: [Source, string, Reply, number | undefined, readonly number[]][] = [];
for (const source of ["fromHttp", "fromContainerMetadata"] as const) {
  for (const code of [500, 502, 503, 599, 429])
    rows.push([source, `HTTP ${code}`, status(code), undefined, [100, 200, 400]]);
  rows.push([source, "no answer", down, undefined, [100, 200, 400]]);
  for (const code of [301, 307, 400, 401, 403, 404, 408, 418, 428, 430, 499])
    rows.push([source, `HTTP ${code}`, status(code), undefined, []]);
  for (const [maxRetries, waits] of [
    [0, []],
    [1, [100]],
    [5, [100, 200, 400, 800, 1600]],
  ] as const) {
    rows.push([source, "HTTP 500", status(500), maxRetries, waits]);
    rows.push([source, "HTTP 429", status(429), maxRetries, waits]);
  }
  rows.push([source, "HTTP 404", status(404), 5, []]);
}
for (const code of [429, 500])
  rows.push(
    ["fromInstanceMetadata", `HTTP ${code}`, status(code), undefined, [100, 200, 400]],
    ["fromInstanceMetadata", `HTTP ${code}`, status(code), 2, [100, 200]],
    ["fromInstanceMetadata", `HTTP ${code}`, status(code), 0, []],
  );
// Something else, or nothing, is at the address: there is no such service here, and nobody waits for it.
const absent: [Source, string, Reply, number | undefined, readonly number[]][] = [
  ["fromInstanceMetadata", "no answer", down, undefined, []],
  ["fromInstanceMetadata", "HTTP 403", status(403), 2, []],
  ["fromInstanceMetadata", "HTTP 404", status(404), 2, []],
  ["fromInstanceMetadata", "HTTP 405", status(405), 2, []],
];
rows.push(...absent);

test.each(rows)(
  "a failed metadata request of %s with %s is repeated, with maxRetries %j, after waits of %j",
  async (...row) => {
    const [source, , reply, maxRetries, expected] = [row[0], row[1], row[2], row[3], row[4]];
    const { asked, waits, options } = service(reply);
    const get = sources[source]({ ...options, ...(maxRetries !== undefined && { maxRetries }) });
    const tryNextLink = absent.some(([from, what]) => from === row[0] && what === row[1]);
    await expect(get()).rejects.toMatchObject({ code: "ERR_METADATA_UNAVAILABLE", tryNextLink });
    expect([waits, asked.length]).toEqual([expected, expected.length + 1]);
  },
);

test.each<Source>(["fromHttp", "fromContainerMetadata"])(
  "a failed metadata request of %s is not repeated once an answer has come",
  async (source) => {
    const { asked, waits, options } = service((_url, attempt) =>
      attempt < 4 ? new Response("", { status: 429 }) : Response.json(document),
    );
    expect(await sources[source](options)()).toMatchObject({ accessKeyId: document.AccessKeyId });
    expect([waits, asked.length]).toEqual([[100, 200, 400], 4]);
  },
);

test("a failed metadata request names the service's code only when it looks like one", async () => {
  const messages = [];
  for (const body of [
    '{"code":"AccessDenied"}',
    '{"Code" : "Task.Stopped-1"}',
    '{"code":"two words"}',
    `{"code":"${"x".repeat(65)}"}`,
    "",
  ]) {
    const { options } = service(() => new Response(body, { status: 400 }));
    messages.push(
      await sources
        .fromHttp(options)()
        .catch((error: Error) => error.message),
    );
  }
  expect(messages).toEqual([
    "127.0.0.1 responded with 400 (AccessDenied)",
    "127.0.0.1 responded with 400 (Task.Stopped-1)",
    "127.0.0.1 responded with 400",
    "127.0.0.1 responded with 400",
    "127.0.0.1 responded with 400",
  ]);
});

test.each<Source>(["fromHttp", "fromContainerMetadata", "fromInstanceMetadata"])(
  "a metadata request of %s never lets fetch follow a redirect",
  async (source) => {
    const { asked, options } = service(status(302));
    await expect(sources[source](options)()).rejects.toThrow("responded with 302");
    expect(asked.map(({ redirect }) => redirect)).toEqual(["manual"]);
  },
);

const answer: Reply = () => Response.json(document);

test.each([
  "http://169.254.170.2/role",
  "http://169.254.170.23/v1/credentials",
  "http://[fd00:ec2::23]/v1/credentials",
  "http://[FD00:0EC2:0:0:0:0:0:23]/",
  "http://localhost:8080/",
  "HTTP://LOCALHOST/",
  "http://127.0.0.1/",
  "http://127.255.255.254/",
  "http://0x7f000001/",
  "http://2130706433/",
  "https://example.com/",
  "https://169.254.169.254/",
])("a container's credentials may be asked for at %s", async (awsContainerCredentialsFullUri) => {
  const { asked, options } = service(answer);
  const get = fromContainerMetadata({ awsContainerCredentialsFullUri, env: {}, ...options });
  expect(await get()).toMatchObject({ accessKeyId: document.AccessKeyId });
  expect(asked.map(({ url }) => url)).toEqual([new URL(awsContainerCredentialsFullUri).href]);
});

test.each([
  "http://169.254.170.1/",
  "http://169.254.170.22/",
  "http://169.254.170.230/",
  "http://169.254.170.2.example.com/",
  "http://169.254.169.254/",
  "http://126.0.0.1/",
  "http://128.0.0.1/",
  "http://10.127.0.1/",
  "http://0.0.0.0/",
  "http://127.0.0.1.example.com/",
  "http://127.example.com/",
  "http://mylocalhost/",
  "http://localhost.example.com/",
  "http://localhost@example.com/",
  "http://127.0.0.1@example.com/",
  "http://[fd00:ec2::254]/",
  "http://[fd00:ec2::2]/",
  "http://[fe80::1]/",
  "http://[::]/",
  "http://[::2]/",
  "http://example.com/#127.0.0.1",
  "http://example.com/?localhost",
  "ws://127.0.0.1/",
  "ftp://127.0.0.1/",
  "data:application/json,{}",
  "127.0.0.1/role",
  "",
])("a container's credentials are not asked for at %j, and no token is sent", async (uri) => {
  const { asked, options } = service(answer);
  const get = fromHttp({ credentialsFullUri: uri, authorizationToken: "Bearer token", ...options });
  const what = URL.canParse(uri)
    ? `${new URL(uri).protocol}//${new URL(uri).host} may not be used`
    : "is not a URL";
  await expect(get()).rejects.toMatchObject({
    code: "ERR_METADATA_HOST_FORBIDDEN",
    message: `the credentials endpoint ${what}: use https, a loopback address, 169.254.170.2 (ECS), 169.254.170.23 or [fd00:ec2::23] (EKS)`,
    tryNextLink: false,
  });
  expect(asked).toEqual([]);
});

test.each([["http://user@127.0.0.1/"], ["http://:example@127.0.0.1/"], ["http://user:example@127.0.0.1/"]])(
  "a container's credentials are not asked for at %s, whose name and password nobody sends",
  async (uri) => {
    const { asked, options } = service(answer);
    await expect(sources.fromHttp({ ...options, credentialsFullUri: uri })()).rejects.toMatchObject({
      code: "ERR_OPTION_INVALID",
      message:
        "the address of 127.0.0.1 holds a user name or a password, which such a request cannot send: take it out",
    });
    expect(asked).toEqual([]);
  },
);

test.each(["@example.com/", ".example.com/", ":80@example.com/", "3@example.com/", "54/"])(
  "a container's credentials are not asked for elsewhere because the relative address is %j",
  async (awsContainerCredentialsRelativeUri) => {
    const { asked, options } = service(answer);
    const get = fromContainerMetadata({ awsContainerCredentialsRelativeUri, env: {}, ...options });
    await expect(get()).rejects.toMatchObject({ code: "ERR_METADATA_HOST_FORBIDDEN" });
    expect(asked).toEqual([]);
  },
);

const variables = {
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/relative",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/full",
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "variable",
};
const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: _relative, ...onlyFull } = variables;
test.each([
  ["the relative address first", variables, {}, "http://169.254.170.2/relative", "variable"],
  ["the full address without a relative one", onlyFull, {}, "http://127.0.0.1/full", "variable"],
  [
    "the full address with an empty relative one",
    { ...variables, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "" },
    {},
    "http://127.0.0.1/full",
    "variable",
  ],
  [
    "a relative address that was passed before the variable",
    variables,
    { awsContainerCredentialsRelativeUri: "/option" },
    "http://169.254.170.2/option",
    "variable",
  ],
  [
    "a full address and a token that were passed before the variables",
    onlyFull,
    {
      awsContainerCredentialsFullUri: "http://127.0.0.1/option",
      awsContainerAuthorizationToken: "option",
    },
    "http://127.0.0.1/option",
    "option",
  ],
  [
    "no token when there is none",
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/full" },
    {},
    "http://127.0.0.1/full",
    null,
  ],
  [
    "no token when it is empty",
    { ...onlyFull, AWS_CONTAINER_AUTHORIZATION_TOKEN: "" },
    {},
    "http://127.0.0.1/full",
    null,
  ],
])("a container's credentials are asked for with %s", async (_name, env, given, url, token) => {
  const { asked, options } = service(answer);
  await fromContainerMetadata({ env, ...options, ...given })();
  expect(asked.map((each) => [each.url, each.headers.get("authorization")])).toEqual([[url, token]]);
});

test.each(["line\nbreak", "carriage\rreturn", "at the end\n"])(
  "a container's credentials are not asked for with the token %j, which no header can hold",
  async (token) => {
    for (const authorizationToken of [token, async () => token]) {
      const { asked, options } = service(answer);
      const get = sources.fromHttp({ ...options, authorizationToken });
      await expect(get()).rejects.toMatchObject({
        code: "ERR_TOKEN_UNAVAILABLE",
        message: "the container authorization token holds a line break, which no header can carry",
      });
      expect(asked).toEqual([]);
    }
  },
);

test.each(["null\0", "\u0100", "delete\x7f", "€", "bell\x07 inside"])(
  "a container's credentials are not asked for with the token %j, which holds what no header can",
  async (authorizationToken) => {
    const { asked, options } = service(answer);
    await expect(sources.fromHttp({ ...options, authorizationToken })()).rejects.toMatchObject({
      code: "ERR_TOKEN_UNAVAILABLE",
      message:
        "the token for 127.0.0.1 has a line break or another character that no header (authorization) can hold; it is not shown, because it is secret",
    });
    expect(asked).toEqual([]);
  },
);

test.each(["Bearer a\tb", "~ \x80\xff", "!"])(
  "a container's credentials are asked for with the token %j, which a header can hold",
  async (authorizationToken) => {
    const { asked, options } = service(answer);
    await sources.fromHttp({ ...options, authorizationToken })();
    expect(asked[0]?.headers.get("authorization")).toBe(authorizationToken);
  },
);

test("a container's credentials that lack a member name the address and the members that were expected", async () => {
  const { options } = service(() => Response.json({ AccessKeyId: document.AccessKeyId }));
  await expect(sources.fromHttp(options)()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_MALFORMED",
    message: expect.stringMatching(/the credentials endpoint 127\.0\.0\.1.*SecretAccessKey/) as string,
  });
});

/** A response whose body ends with an error. */
const broken = (code: number, text: string) =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new Error(text)) }), {
    status: code,
  });
const TOKEN = "Bearer example-token-1234";
const quoted = `${TOKEN} and example-token-1234`;
test.each<[what: string, reply: Reply, message: string, waits: readonly number[]]>([
  ["no answer", () => new TypeError(quoted), "127.0.0.1 did not respond", [100]],
  ["a response that breaks off", () => broken(200, quoted), "the response of 127.0.0.1 broke off", [100]],
  ["a redirect that breaks off", () => broken(300, quoted), "the response of 127.0.0.1 broke off", []],
  ["a refusal that breaks off", () => broken(403, quoted), "the response of 127.0.0.1 broke off", []],
  ["a failure that breaks off", () => broken(500, quoted), "the response of 127.0.0.1 broke off", [100]],
  [
    "a refusal whose code is the token",
    () => Response.json({ code: "example-token-1234" }, { status: 400 }),
    "127.0.0.1 responded with 400",
    [],
  ],
])("a failed metadata request does not show the token after %s", async (_what, reply, message, expected) => {
  const { waits, options } = service(reply);
  const get = sources.fromHttp({ ...options, authorizationToken: TOKEN, maxRetries: 1 });
  const error: unknown = await get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "ERR_METADATA_UNAVAILABLE", message });
  expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain("example-token");
  expect(waits).toEqual(expected);
});

test("a failed metadata request keeps what the runtime said and the status as its cause", async () => {
  const { options } = service((_url, attempt) =>
    attempt === 1 ? new TypeError("fetch failed") : broken(403, "reset"),
  );
  const get = (maxRetries: number) => sources.fromHttp({ ...options, maxRetries })();
  await expect(get(0)).rejects.toMatchObject({ cause: { message: "fetch failed" } });
  await expect(get(0)).rejects.toMatchObject({ cause: { message: "reset", status: 403 } });
});

test("a metadata request ends with the caller's reason, at once or between attempts, and is not repeated", async () => {
  const reason = new Error("the caller left");
  const { asked, options } = service(answer);
  const early = sources.fromHttp(options)({ abortSignal: AbortSignal.abort(reason) });
  await expect(early).rejects.toBe(reason);
  expect(asked).toEqual([]);

  const meanwhile = new AbortController();
  const during = service(() => {
    meanwhile.abort(reason);
    return new TypeError("aborted");
  });
  const { signal: abortSignal } = meanwhile;
  await expect(sources.fromHttp(during.options)({ abortSignal })).rejects.toBe(reason);
  expect([during.asked.length, during.waits]).toEqual([1, []]);
});

test("a metadata request gives fetch a signal that is aborted with the caller's, and after the time limit", async () => {
  const signals: AbortSignal[] = [];
  const controller = new AbortController();
  const fetch: typeof globalThis.fetch = (_url, init) => {
    const signal = init?.signal ?? AbortSignal.abort();
    signals.push(signal);
    if (signals.length === 2) setImmediate(() => controller.abort(new Error("the caller left")));
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  };
  const slow = sources.fromHttp({ fetch, maxRetries: 0, timeoutMs: 20 })({
    abortSignal: new AbortController().signal,
  });
  await expect(slow).rejects.toMatchObject({
    message: "127.0.0.1 did not respond",
    cause: { name: "TimeoutError" },
  });
  const left = sources.fromHttp({ fetch, timeoutMs: 600_000 })({ abortSignal: controller.signal });
  await expect(left).rejects.toThrow("the caller left");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test("a container's credentials are requested with a token that its function returns each time", async () => {
  const { asked, options } = service(answer);
  const tokens = ["one", undefined, "three"];
  const get = sources.fromHttp({ ...options, authorizationToken: async () => tokens.shift() });
  for (let call = 0; call < 3; call += 1) await get();
  expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual(["one", null, "three"]);
});

const instance =
  (role = "my-role"): Reply =>
  ({ pathname }) => {
    if (pathname === "/latest/api/token") return new Response("session");
    return pathname.endsWith("/") ? new Response(role) : Response.json(document);
  };

test.each([
  [{}, {}, "http://169.254.169.254/"],
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "ipv6" }, {}, "http://[fd00:ec2::254]/"],
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv4" }, {}, "http://169.254.169.254/"],
  [
    { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv4" },
    { endpointMode: "IPv6" as const },
    "http://[fd00:ec2::254]/",
  ],
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: "" }, {}, "http://169.254.169.254/"],
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1/" }, {}, "http://127.0.0.1:1/"],
  [
    { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1/" },
    { endpoint: "http://127.0.0.1:2" },
    "http://127.0.0.1:2/",
  ],
])("the instance metadata service is found with %j and %j at %s", async (env, given, base) => {
  const { asked, options } = service(instance());
  await fromInstanceMetadata({ env, ...options, ...given })();
  expect(asked.map(({ url }) => url)).toEqual([
    `${base}latest/api/token`,
    `${base}latest/meta-data/iam/security-credentials/`,
    `${base}latest/meta-data/iam/security-credentials/my-role`,
  ]);
});

test("the instance metadata service is asked with the session's token and nothing but the first line of the role's name", async () => {
  const { asked, options } = service(instance(" a/../role\nother\n"));
  await fromInstanceMetadata({ env: {}, ...options })();
  expect(asked[2]?.url).toMatch(/security-credentials\/a%2F..%2Frole$/);
  expect(asked.map(({ method, headers }) => [method].concat(...headers))).toEqual([
    ["PUT", "x-aws-ec2-metadata-token-ttl-seconds", "21600"],
    ["GET", "x-aws-ec2-metadata-token", "session"],
    ["GET", "x-aws-ec2-metadata-token", "session"],
  ]);
});

test.each([
  ["true", true],
  ["TRUE", true],
  ["1", true],
  ["false", false],
  ["False", false],
  ["", false],
])(
  "the instance metadata service is off with AWS_EC2_METADATA_DISABLED=%j: %j",
  async (AWS_EC2_METADATA_DISABLED, isOff) => {
    const { asked, options } = service(instance());
    const get = fromInstanceMetadata({ env: { AWS_EC2_METADATA_DISABLED }, ...options });
    const code = await get().then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    expect([code, asked.length]).toEqual(isOff ? ["ERR_CREDENTIALS_NOT_CONFIGURED", 0] : [undefined, 3]);
  },
);

test.each([
  ["a missing role", 404, "ERR_CREDENTIALS_NOT_CONFIGURED", true],
  ["a refusal", 403, "ERR_METADATA_UNAVAILABLE", false],
  ["a failure", 500, "ERR_METADATA_UNAVAILABLE", false],
])(
  "the instance metadata service that answers the question for the role with %s says so",
  async (_name, code, expected, tryNextLink) => {
    const { options } = service(({ pathname }) =>
      pathname === "/latest/api/token" ? new Response("session") : new Response("", { status: code }),
    );
    await expect(fromInstanceMetadata({ env: {}, ...options })()).rejects.toMatchObject({
      code: expected,
      tryNextLink,
    });
  },
);
