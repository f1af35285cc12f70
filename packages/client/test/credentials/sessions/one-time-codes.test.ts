import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromAssumeRole, fromMfaSession, totp } from "@org/sts-client/credentials";
import type {
  CredentialsProvider,
  MfaCodeProvider,
  MfaCodeSource,
  SessionCache,
} from "@org/sts-client/credentials";
import { diskCache } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { fault } from "../../support/fake-service.ts";
import { acceptingService, memoryCache } from "../../support/accepting-service.ts";

const SERIAL = "arn:aws:iam::123456789012:mfa/me";
const source = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};

interface Setting {
  readonly code?: MfaCodeProvider;
  readonly codeSource?: MfaCodeSource;
  readonly cache?: SessionCache | undefined;
  readonly serial?: string;
  readonly seconds?: number;
  readonly accessKeyId?: string;
}

/** The two providers that send codes, in front of a service that takes any. */
function service(send?: typeof fetch) {
  const accepting = acceptingService();
  const now = () => accepting.clock.now;
  let requests = 0;
  const counted: typeof fetch = (url, init) => {
    requests += 1;
    return (send ?? accepting.send)(url, init);
  };
  const clientConfig = { region: "eu-west-1", fetch: counted, now, sleep: async () => undefined };
  const makers = {
    fromMfaSession: ({
      code,
      codeSource,
      cache,
      serial = SERIAL,
      seconds,
      accessKeyId,
    }: Setting): CredentialsProvider =>
      fromMfaSession({
        source: { ...source, ...(accessKeyId && { accessKeyId }) },
        serialNumber: serial,
        mfaCodeProvider: code,
        mfaCodeSource: codeSource,
        durationSeconds: seconds,
        cache,
        clientConfig,
        now,
      }),
    fromAssumeRole: ({
      code,
      codeSource,
      cache,
      serial = SERIAL,
      seconds,
      accessKeyId,
    }: Setting): CredentialsProvider =>
      fromAssumeRole({
        source: { ...source, ...(accessKeyId && { accessKeyId }) },
        mfaCodeProvider: code,
        mfaCodeSource: codeSource,
        params: {
          RoleArn: "arn:aws:iam::123456789012:role/one",
          SerialNumber: serial,
          ...(seconds !== undefined && { DurationSeconds: seconds }),
        },
        cache,
        clientConfig,
        now,
      }),
  };
  return { ...accepting, now, makers, requests: () => requests };
}

type Maker = keyof ReturnType<typeof service>["makers"];
const MAKERS: readonly Maker[] = ["fromMfaSession", "fromAssumeRole"];
const CACHES = ["no cache", "a cache"] as const;

const codesSent = (sent: readonly { readonly input: Readonly<Record<string, unknown>> }[]) =>
  sent.map(({ input }) => input["TokenCode"]);

test.each(MAKERS.flatMap((maker) => CACHES.map((kind) => [maker, kind] as const)))(
  "a one-time code is not sent twice by one provider of %s with %s",
  async (maker, kind) => {
    const { makers, now, sent } = service();
    const cache = kind === "a cache" ? memoryCache(now) : undefined;
    const get = makers[maker]({ code: async () => "987654", cache });
    await get();
    const again = get({ forceRefresh: true });
    await expect(again).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
    await expect(again).rejects.toThrow("used already");
    await expect(again).rejects.not.toThrow("987654");
    expect(codesSent(sent)).toEqual(["987654"]);
  },
);

const failures: [string, () => Promise<Response>][] = [
  ["a refusal", async () => fault("AccessDenied", 403)],
  ["a server error", async () => fault("InternalFailure", 500)],
  ["a broken connection", async () => Promise.reject(new TypeError("fetch failed"))],
];
test.each(
  MAKERS.flatMap((maker) => failures.map(([name, reply]) => ({ maker, name, reply, kind: "no cache" }))),
)(
  "a one-time code is not sent again by $maker after $name, though the call is made again",
  async ({ maker, reply }) => {
    const { makers, requests } = service(reply);
    const get = makers[maker]({ code: async () => "123456" });
    await expect(get()).rejects.not.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
    await expect(get()).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
    expect(requests()).toBe(1);
  },
);

test("a one-time code is remembered in the cache together with the seven before it, and the memory does not grow", async () => {
  const { makers, now } = service();
  const cache = memoryCache(now);
  const use = async (code: number): Promise<string> => {
    const text = String(100_000 + code);
    const get = makers.fromMfaSession({ code: async () => text, cache });
    return get({ forceRefresh: true }).then(
      () => "sent",
      (error: { code?: string }) => error.code ?? "",
    );
  };
  const sizeAfter = async (first: number, last: number): Promise<number> => {
    for (let code = first; code <= last; code += 1) expect([code, await use(code)]).toEqual([code, "sent"]);
    const sizes = [...cache.documents.values()].map(({ value }) => Object(value["UsedCodes"]).length);
    return Math.max(...sizes.filter((size) => size !== undefined));
  };
  const size = await sizeAfter(1, 20);
  for (let code = 13; code <= 20; code += 1)
    expect([code, await use(code)]).toEqual([code, "ERR_MFA_CODE_INVALID"]);
  expect(await sizeAfter(21, 40)).toBe(size);
});

test("a one-time code is remembered in the cache without the code or the device", async () => {
  const { makers, now } = service();
  const cache = memoryCache(now);
  await makers.fromMfaSession({ code: async () => "987654", cache })();
  expect([...cache.documents.keys()].filter((key) => key.startsWith("mfa-"))).toHaveLength(1);
  for (const [key, { value }] of cache.documents) {
    expect(key + JSON.stringify(value)).not.toContain("987654");
    expect(key + JSON.stringify(value)).not.toContain("mfa/me");
  }
});

/** Under which a cache remembers the codes of the one device that it knows. */
const deviceKey = ({ documents }: ReturnType<typeof memoryCache>): string =>
  [...documents.keys()].find((key) => key.startsWith("mfa-")) ?? "";

test.each([undefined, "text", { length: 3 }])(
  "a one-time code is remembered alone when the cache held %j for its device",
  async (UsedCodes) => {
    const { makers, now, sent } = service();
    const cache = memoryCache(now);
    await makers.fromMfaSession({ code: async () => "111111", cache })();
    const key = deviceKey(cache);
    const [digest] = Object(cache.documents.get(key)?.value["UsedCodes"]);
    cache.documents.set(key, { value: { UsedCodes }, writtenAt: now() });
    // Another duration, so that the session in the cache is another.
    await makers.fromMfaSession({ code: async () => "111111", cache, seconds: 900 })();
    expect(cache.documents.get(key)?.value).toEqual({ UsedCodes: [digest] });
    expect(codesSent(sent)).toEqual(["111111", "111111"]);
  },
);

test.each(MAKERS)(
  "a one-time code that %s could not send is forgotten in the cache, and those before it are not",
  async (maker) => {
    let isDown = false;
    const accepting = acceptingService();
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" });
    const { makers, now, requests } = service((url, init) =>
      isDown ? Promise.reject(new TypeError("fetch failed", { cause: refused })) : accepting.send(url, init),
    );
    const cache = memoryCache(now);
    await makers[maker]({ code: async () => "111111", cache })();
    const key = deviceKey(cache);
    const { value: before } = cache.documents.get(key) ?? {};
    isDown = true;
    const lost = await makers[maker]({ code: async () => "222222", cache, seconds: 900 })().catch(
      (error: Error) => error.message,
    );
    expect(String(lost).match(/was not used and is still good/g)).toHaveLength(1);
    expect(lost).toMatch(
      /\. The MFA code of arn:aws:iam::123456789012:mfa\/me was not used|TokenCode was not/,
    );
    expect(cache.documents.get(key)?.value).toEqual(before);
    isDown = false;
    const counted = requests();
    await makers[maker]({ code: async () => "222222", cache, seconds: 900 })();
    expect(requests()).toBe(counted + 1);
    await expect(makers[maker]({ code: async () => "111111", cache, seconds: 1800 })()).rejects.toMatchObject(
      { code: "ERR_MFA_CODE_INVALID" },
    );
  },
);

test.each(MAKERS)(
  "a one-time code is not asked for by %s when a call's session is refused",
  async (maker) => {
    const { makers, sent } = service();
    let asked = 0;
    const code: MfaCodeProvider = async () => String(100_000 + ++asked);
    const get = makers[maker]({ code });
    const { accessKeyId } = await get();
    await expect(get({ forceRefresh: true, rejectedKeyId: accessKeyId })).rejects.toMatchObject({
      code: "ERR_MFA_CODE_REQUIRED",
      message: `the session ended early, and nobody is asked for another code of ${SERIAL} in the middle of a call: ask the provider with forceRefresh`,
    });
    expect([asked, sent.length]).toEqual([1, 1]);
    await get({ forceRefresh: true });
    expect([asked, sent.length]).toEqual([2, 2]);
  },
);

test.each(MAKERS)("a one-time code stops the time limit of a call while %s waits for it", async (maker) => {
  const events: string[] = [];
  const accepting = acceptingService();
  const { makers } = service((url, init) => {
    events.push("send");
    return accepting.send(url, init);
  });
  const answers = ["none", "123456"];
  const code: MfaCodeProvider = async () => {
    events.push("ask");
    return answers.shift() ?? "";
  };
  const get = makers[maker]({ code });
  const pauseTimeLimit = () => {
    events.push("pause");
    return () => void events.push("resume");
  };
  await expect(get({ pauseTimeLimit })).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
  await get({ pauseTimeLimit });
  expect(events).toEqual(["pause", "ask", "resume", "pause", "ask", "resume", "send"]);
});

test.each(MAKERS)(
  "a one-time code that nobody waits for any more keeps nobody from the device of %s",
  async (maker) => {
    const { makers, now, sent } = service();
    const cache = memoryCache(now);
    const controller = new AbortController();
    const reason = new Error("the caller left");
    const unanswered: MfaCodeProvider = () => {
      setImmediate(() => controller.abort(reason));
      return new Promise<string>(() => undefined);
    };
    const left = makers[maker]({ code: unanswered, cache })({ abortSignal: controller.signal });
    await expect(left).rejects.toBe(reason);
    await makers[maker]({ code: async () => "123456", cache })();
    expect(codesSent(sent)).toEqual(["123456"]);
  },
);

test.each([
  ["the MFA code must be a text of six digits", ["12345"]],
  [
    `the MFA code of ${SERIAL} has been used already and AWS accepts each once: wait for the next one`,
    ["123456", "123456"],
  ],
])("a one-time code is refused with the words: %s", async (message, codes) => {
  const { makers } = service();
  const left = [...codes];
  const get = makers.fromMfaSession({ code: async () => left.shift() ?? "" });
  for (let good = 1; good < codes.length; good += 1) await get();
  await expect(get({ forceRefresh: true })).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID", message });
});

test("a one-time code of one device is not a code of another", async () => {
  const { makers, now, sent } = service();
  const cache = memoryCache(now);
  for (const serial of [SERIAL, "GAHT12345678"])
    await makers.fromMfaSession({ code: async () => "123456", cache, serial })();
  expect(codesSent(sent)).toEqual(["123456", "123456"]);
});

test.each(CACHES)("a one-time code can be asked about by its source, with %s", async (kind) => {
  const { makers, now } = service();
  const cache = kind === "a cache" ? memoryCache(now) : undefined;
  const answers: unknown[] = [];
  const codes = ["111111", "222222"];
  const codeSource: MfaCodeSource = async ({ serialNumber, isUsed }) => {
    answers.push([serialNumber, await isUsed("111111"), await isUsed("222222")]);
    return codes[answers.length - 1] ?? "";
  };
  const get = makers.fromMfaSession({ codeSource, cache });
  await get();
  // With a cache another provider knows it too.
  await (cache ? makers.fromMfaSession({ codeSource, cache }) : get)({ forceRefresh: true });
  expect(answers).toEqual([
    [SERIAL, false, false],
    [SERIAL, true, false],
  ]);
});

test.each([
  ["123456", "123456"],
  [" 123456\n", "123456"],
  ["000000", "000000"],
  ["12345", undefined],
  ["1234567", undefined],
  ["12345a", undefined],
  ["123 456", undefined],
  ["123456\n7", undefined],
  ["", undefined],
  ["١٢٣٤٥٦", undefined],
])("a one-time code %j is sent as %j, or refused when that is undefined", async (given, code) => {
  const { makers, sent } = service();
  const outcome = await makers
    .fromMfaSession({ code: async () => given })()
    .then(
      () => "sent",
      (error: { code?: string }) => error.code,
    );
  expect([outcome, codesSent(sent)]).toEqual(
    code === undefined ? ["ERR_MFA_CODE_INVALID", []] : ["sent", [code]],
  );
});

test("a one-time code is not asked for again when what was given is no code", async () => {
  const { makers, sent } = service();
  const codes = ["12345x", "123456"];
  const get = makers.fromMfaSession({ code: async () => codes.shift() ?? "" });
  await expect(get()).rejects.toMatchObject({ code: "ERR_MFA_CODE_INVALID" });
  await get();
  expect([codes, codesSent(sent)]).toEqual([[], ["123456"]]);
});

describe("concurrent sessions", () => {
  let home = "";
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "sts-device-"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /**
   * A person with a device who is asked by several at once, and notes how many wait for an answer.
   *
   * @param patience - turns of the event loop in which another may ask as well, if nothing keeps it from that
   */
  function person(patience = 200) {
    const asked = { now: 0, most: 0, ever: 0 };
    const code: MfaCodeProvider = async () => {
      asked.now += 1;
      asked.ever += 1;
      asked.most = Math.max(asked.most, asked.now);
      const answer = String(100_000 + asked.ever);
      for (let turn = 0; turn < patience && asked.most < 2; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      asked.now -= 1;
      return answer;
    };
    return { code, most: () => asked.most };
  }

  const pairs: [string, [Maker, Partial<Setting>], [Maker, Partial<Setting>]][] = [
    ["two MFA sessions", ["fromMfaSession", { seconds: 900 }], ["fromMfaSession", { seconds: 1800 }]],
    ["two roles", ["fromAssumeRole", { seconds: 900 }], ["fromAssumeRole", { seconds: 1800 }]],
    ["a session and a role", ["fromMfaSession", {}], ["fromAssumeRole", {}]],
  ];

  test.each(pairs.flatMap((pair) => (["memory", "disk"] as const).map((kind) => ({ pair, kind }))))(
    "two sessions at once of one device, $pair.0 in a cache on $kind, ask for one code after the other",
    async ({ pair: [, ...pair], kind }) => {
      const { makers, now, sent } = service();
      const cache = kind === "disk" ? diskCache({ directory: home }) : memoryCache(now);
      const { code, most } = person();
      await Promise.all(pair.map(([maker, setting]) => makers[maker]({ code, cache, ...setting })()));
      expect(most()).toBe(1);
      expect(new Set(codesSent(sent)).size).toBe(2);
    },
  );

  test("two sessions at once of two devices do not wait for each other", async () => {
    const { makers, now, sent } = service();
    const cache = memoryCache(now);
    // The second may have to read files first.
    const { code, most } = person(500_000);
    await Promise.all(
      [SERIAL, "GAHT12345678"].map((serial) => makers.fromMfaSession({ code, cache, serial })()),
    );
    expect([most(), sent.length]).toEqual([2, 2]);
  });
});

const other = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", serial: "GAHT12345678", seconds: 900 };
test.each([
  ["by providers that want the same", {}, 1],
  ["not with another user's key", { accessKeyId: other.accessKeyId }, 2],
  ["not with another device", { serial: other.serial }, 2],
  ["not with another duration", { seconds: other.seconds }, 2],
])("a session in a cache is shared: %s", async (_name, setting, calls) => {
  const { makers, now, sent } = service();
  const cache = memoryCache(now);
  let next = 100_000;
  const code: MfaCodeProvider = async () => String(++next);
  const first = await makers.fromMfaSession({ code, cache })();
  const second = await makers.fromMfaSession({ code, cache, ...setting })();
  expect([sent.length, first.accessKeyId === second.accessKeyId]).toEqual([calls, calls === 1]);
});

const INVALID = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const UNKNOWN =
  "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial";
test.each(
  MAKERS.flatMap((maker) => [
    {
      maker,
      message: INVALID,
      name: "CredentialsProviderError",
      code: "ERR_MFA_CODE_REJECTED",
      advice: `AWS refused the MFA code of ${SERIAL}: it is wrong, too old or was used before. Wait for the next code, and check the device's clock`,
    },
    {
      maker,
      message: UNKNOWN,
      name: "CredentialsProviderError",
      code: "ERR_MFA_SERIAL_REJECTED",
      advice: `AWS does not know ${SERIAL} as a device of this user. Compare it with the output of: aws iam list-mfa-devices`,
    },
    {
      maker,
      message: "User: arn is not authorized to perform it",
      name: "AccessDenied",
      code: undefined,
      advice: undefined,
    },
  ]),
)(
  "what AWS says about a code becomes $name $code of $maker: $message",
  async ({ maker, message, name, code, advice }) => {
    const { makers } = service(async () => fault("AccessDenied", 403, {}, message));
    const failure = makers[maker]({ code: async () => "123456" })();
    await expect(failure).rejects.toMatchObject({
      name,
      ...(code && { code, cause: { name: "AccessDenied" } }),
    });
    await expect(failure).rejects.toThrow(advice ?? message);
  },
);

test("what AWS says about a code is passed on as it is for a role without a device", async () => {
  const { clock, send } = {
    ...acceptingService(),
    send: async () => fault("AccessDenied", 403, {}, INVALID),
  };
  const get = fromAssumeRole({
    source,
    params: { RoleArn: "arn:aws:iam::123456789012:role/one" },
    clientConfig: { region: "eu-west-1", fetch: send, now: () => clock.now },
  });
  await expect(get()).rejects.toMatchObject({ name: "AccessDenied" });
});

test.each([
  "GAHT12345678",
  "arn:aws:iam::123456789012:mfa/me",
  "arn:aws:iam::123456789012:mfa/path/to/me",
  "arn:aws-cn:iam::123456789012:mfa/me",
  "arn:aws-us-gov:iam::123456789012:mfa/me",
  "GAHT12345",
  "GAHT12345/arn:",
  "a+=/:,.@-_",
  `arn:aws:iam::123456789012:mfa/${"a".repeat(226)}`,
])("the device name %s is taken", async (serial) => {
  const { makers, sent } = service();
  for (const [index, maker] of MAKERS.entries())
    await makers[maker]({ code: async () => `12345${index}`, serial })();
  expect(sent.map(({ input }) => input["SerialNumber"])).toEqual([serial, serial]);
});

test.each(
  [
    ["arn:aws:iam::123456789012:user/me", "perhaps arn:aws:iam::123456789012:mfa/me"],
    ["arn:aws:iam::123456789012:role/me", undefined],
    ["arn:aws:iam::12345678901:mfa/me", undefined],
    ["arn:aws:iam::123456789012:mfa/", undefined],
    ["arn:aws:iam::123456789012:mfa", undefined],
    ["arn:aws:sts::123456789012:mfa/me", undefined],
    ["arn:aws:iam:us-east-1:123456789012:mfa/me", undefined],
    ["arn:aws-cn:iam::123456789012:u2f/me", "perhaps arn:aws-cn:iam::123456789012:mfa/me"],
    ["arn:aws:iam::123456789012:sms-mfa/me", "perhaps arn:aws:iam::123456789012:mfa/me"],
    ["arn:aws:iam::1:role/arn:aws:iam::123456789012:user/me", undefined],
    ["arn:aws:iam::1:x/arn:aws:iam::123456789012:mfa/me", undefined],
    ["GAHT1234", undefined],
    ["GAHT 12345678", undefined],
    [" GAHT12345678", undefined],
    ["GAHT12345678 ", undefined],
    [`arn:aws:iam::123456789012:mfa/${"a".repeat(227)}`, undefined],
  ].flatMap(([serial = "", likely]) => MAKERS.map((maker) => ({ maker, serial, likely }))),
)(
  "the device name $serial is refused by $maker before a code is asked for",
  async ({ maker, serial, likely }) => {
    const { makers, sent } = service();
    let asked = 0;
    const code: MfaCodeProvider = async () => String(123_456 + ++asked);
    const error = await makers[maker]({ code, serial })().then(
      () => undefined,
      (reason: Error & { code?: string }) => reason,
    );
    expect([error?.code, asked, sent.length]).toEqual(["ERR_MFA_SERIAL_INVALID", 0, 0]);
    expect(error?.message).toBe(
      `${serial} does not name an MFA device; expected arn:aws:iam::123456789012:mfa/name, or the serial number of a hardware device${likely === undefined ? "" : `, ${likely}`}`,
    );
  },
);

test("an MFA session is to be had once the profile that was missing is there", async () => {
  const home = await mkdtemp(join(tmpdir(), "sts-profile-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const { clock, send } = acceptingService();
  const filepath = join(home, "credentials");
  const get = fromMfaSession({
    profile: "me",
    filepath,
    configFilepath: join(home, "none"),
    env: {},
    mfaCodeProvider: async () => "123456",
    clientConfig: { region: "eu-west-1", fetch: send, now: () => clock.now },
    now: () => clock.now,
  });
  await expect(get()).rejects.toMatchObject({ code: "ERR_PROFILE_NOT_FOUND" });
  await writeFile(
    filepath,
    `[me]\naws_access_key_id = ${source.accessKeyId}\naws_secret_access_key = ${source.secretAccessKey}\nmfa_serial = ${SERIAL}\n`,
  );
  expect((await get()).sessionToken).toBe("example-session-token");
});

// RFC 6238, appendix B, of which AWS uses the last six digits.
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const VECTORS = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
] as const;

function device(seconds: number, secret: string | Uint8Array = SECRET) {
  const time = { nowMs: seconds * 1000, waits: [] as number[] };
  const code = totp({
    secret,
    now: () => time.nowMs,
    sleep: async (ms) => {
      time.waits.push(ms);
      time.nowMs += ms;
    },
  });
  return { time, code: () => code("GAHT12345678"), codeWith: code };
}

test.each(VECTORS)("totp gives at second %i the code %s", async (seconds, code) => {
  expect(await device(seconds).code()).toBe(code);
});

test.each([
  "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
  "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
  "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ",
])("totp reads the secret as people write it: %s", async (secret) => {
  expect(await device(59, secret).code()).toBe("287082");
});

test("totp reads the secret as IAM returns it for a new device, as bytes of its text", async () => {
  const seed = new TextEncoder().encode(SECRET);
  expect(await device(59, seed).code()).toBe("287082");
});

test("totp takes no bytes for the secret itself", async () => {
  const key = new TextEncoder().encode("12345678901234567890");
  await expect(device(59, key).code()).rejects.toMatchObject({
    code: "ERR_OPTION_INVALID",
    message: "the TOTP secret is not Base32",
  });
});

test("totp never gives a code twice, and waits just until the next", async () => {
  const { code, time } = device(1_000_000_010);
  const codes = [];
  for (let count = 0; count < 50; count += 1) codes.push(await code());
  expect(new Set(codes).size).toBe(50);
  // 1,000,000,010 stands ten seconds before the end of its thirty.
  expect(time.waits).toEqual([10_000, ...Array<number>(48).fill(30_000)]);
});

test("totp gives two callers of the same moment two codes, however long their memories take to say what was used", async () => {
  const { codeWith, time } = device(1_000_000_010);
  const isUsed = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    return false;
  };
  const codes = await Promise.all([1, 2, 3].map(() => codeWith({ serialNumber: "GAHT12345678", isUsed })));
  expect(new Set(codes).size).toBe(3);
  expect(time.waits.length).toBeGreaterThanOrEqual(2);
});

test("totp gives the next code at once when its time has come", async () => {
  const { code, time } = device(1_000_000_010);
  const first = await code();
  time.nowMs += 10_000;
  expect(await code()).not.toBe(first);
  expect(time.waits).toEqual([]);
});

test("totp passes over codes that another has used", async () => {
  const { codeWith, time } = device(1_000_000_010);
  const refused: string[] = [];
  const code = await codeWith({
    serialNumber: "GAHT12345678",
    isUsed: async (each) => refused.push(each) <= 3,
  });
  expect(refused).toHaveLength(4);
  expect(refused.at(-1)).toBe(code);
  expect(time.waits).toEqual([10_000, 30_000, 30_000]);
});

test("totp gives no code twice when the clock is set back", async () => {
  const { code, time } = device(1_000_000_010);
  const first = await code();
  time.nowMs -= 60_000;
  const second = await code();
  expect(second).not.toBe(first);
  expect(time.waits).toEqual([10_000, 30_000, 30_000]);
  expect(time.nowMs).toBe(1_000_000_020_000);
});
