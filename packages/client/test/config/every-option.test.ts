// Every option changes something that can be seen from outside. A new option without a row here does not compile, and an
// option that is ignored fails its row.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  GetSessionTokenCommand,
  type Logger,
  type RequestHandler,
  type SendOptions,
  STSClient,
  type STSClientConfig,
} from "@org/sts-client";
import { createStandardRetryStrategy } from "@org/sts-client/retry";
import { parseXml } from "@org/sts-protocol/xml";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import {
  credentials,
  fakeFetch,
  fakeTime,
  type FakeTime,
  fault,
  type Reply,
  type SeenRequest,
  success,
} from "../support/fake-service.ts";

/** What one call left behind. */
interface Run {
  readonly client: STSClient;
  /** The output, or the error. */
  readonly result: unknown;
  readonly seen: readonly SeenRequest[];
  readonly time: FakeTime;
  /** What the functions in the options noted. */
  readonly noted: readonly unknown[];
}

type Note = (...what: unknown[]) => void;

/** How to see that an option is not ignored. */
interface Row {
  /** The option's value. */
  readonly value: (note: Note) => unknown;
  /** Other options, with and without this one. */
  readonly beside?: (note: Note) => STSClientConfig;
  readonly replies?: readonly Reply[];
  readonly command?: GetSessionTokenCommand;
  /** What is looked at. */
  readonly look: (run: Run) => unknown;
  /** What is seen without the option, and with it. */
  readonly without: unknown;
  readonly with: unknown;
}

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-options-"));
  await writeFile(join(directory, "config"), "[profile other]\nregion = eu-west-3\n");
});

afterAll(() => rm(directory, { recursive: true }));

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "none"));
  return () => vi.unstubAllEnvs();
});

const host = ({ seen: [request] }: Run): string => new URL(request?.url ?? "none:").host;
const header =
  (name: string) =>
  ({ seen: [request] }: Run): string | undefined =>
    request?.headers[name];
const userAgentHas =
  (part: string) =>
  (run: Run): boolean =>
    (header("user-agent")(run) ?? "").split(" ").includes(part);
const attempts = ({ seen }: Run): number => seen.length;
const code = ({ result }: Run): unknown => (result as { code?: unknown }).code;
const noted = ({ noted: all }: Run): readonly unknown[] => [...new Set(all)];
const keyId = (run: Run): string | undefined =>
  /Credential=([^/]*)/.exec(header("authorization")(run) ?? "")?.[1];
const signedRegion = (run: Run): string | undefined =>
  /Credential=[^/]*\/\d+\/([^/]*)/.exec(header("authorization")(run) ?? "")?.[1];

const loggerThat = (note: Note): Logger => {
  const silent = (): void => {};
  return { debug: (line) => note(typeof line), info: silent, warn: silent, error: silent };
};
const HOUR_AHEAD = { date: "Tue, 01 Jan 2030 01:00:00 GMT" };
const slowly: Reply = ({ init: { signal } }) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(success()), 200);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
const partial = new Response(
  "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>" +
    "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>",
);

type Effective = Exclude<keyof STSClientConfig, keyof typeof WITHOUT_EFFECT>;

const ROWS: { readonly [Option in Effective]: Row } = {
  region: {
    value: () => "eu-west-2",
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.eu-west-2.amazonaws.com",
  },
  credentials: {
    value: () => ({ accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "example" }),
    look: keyId,
    without: credentials.accessKeyId,
    with: "AKIAI44QH8DHBEXAMPLE",
  },
  endpoint: {
    value: () => "https://sts.example.com",
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.example.com",
  },
  useFipsEndpoint: {
    value: () => true,
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts-fips.eu-west-1.amazonaws.com",
  },
  useDualstackEndpoint: {
    value: () => true,
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.eu-west-1.api.aws",
  },
  useGlobalEndpoint: {
    value: () => true,
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.amazonaws.com",
  },
  maxAttempts: {
    value: () => 2,
    replies: [fault("InternalFailure", 500)],
    look: attempts,
    without: 3,
    with: 2,
  },
  retryMode: {
    value: () => "adaptive",
    look: userAgentHas("m/F"),
    without: false,
    with: true,
  },
  retryStrategy: {
    value: () => createStandardRetryStrategy({ maxAttempts: 1 }),
    replies: [fault("InternalFailure", 500)],
    look: attempts,
    without: 3,
    with: 1,
  },
  requestTimeout: {
    value: () => 1,
    beside: () => ({ maxAttempts: 1 }),
    replies: [slowly],
    look: code,
    without: undefined,
    with: "ERR_TIMEOUT",
  },
  totalTimeout: {
    value: () => 3000,
    replies: [fault("InternalFailure", 500, { "retry-after": "4" }), success()],
    look: attempts,
    without: 2,
    with: 1,
  },
  logger: {
    value: loggerThat,
    look: noted,
    without: [],
    with: ["object"],
  },
  inputValidation: {
    value: () => "off",
    command: new GetSessionTokenCommand({ DurationSeconds: 5 }),
    look: attempts,
    without: 0,
    with: 1,
  },
  outputValidation: {
    value: () => "off",
    replies: [partial],
    look: ({ result }) => (result as { Credentials?: object }).Credentials,
    without: undefined,
    with: { AccessKeyId: "ASIAIOSFODNN7EXAMPLE" },
  },
  responseFormat: {
    value: () => "json",
    look: header("accept"),
    without: undefined,
    with: "application/json",
  },
  customUserAgent: {
    value: () => "my-tool/1.2",
    look: userAgentHas("my-tool/1.2"),
    without: false,
    with: true,
  },
  requestHandler: {
    value: (note): RequestHandler => ({
      handle: async ({ hostname }) => {
        note(hostname);
        return { response: { statusCode: 500, headers: {}, body: "" } };
      },
    }),
    look: noted,
    without: [],
    with: ["sts.eu-west-1.amazonaws.com"],
  },
  logMode: {
    value: () => "request",
    beside: (note) => ({ logger: loggerThat(note) }),
    look: ({ noted: all }) => all.length,
    without: 1,
    with: 2,
  },
  fetch: {
    value: (note): typeof fetch => {
      return async (url) => {
        note(String(url));
        return success();
      };
    },
    look: noted,
    without: [],
    with: ["https://sts.eu-west-1.amazonaws.com/"],
  },
  maxResponseBytes: {
    value: () => 10,
    look: code,
    without: undefined,
    with: "ERR_RESPONSE_TOO_LARGE",
  },
  parseXml: {
    value:
      (note): NonNullable<STSClientConfig["parseXml"]> =>
      (text) => {
        note("read");
        return parseXml(text);
      },
    look: noted,
    without: [],
    with: ["read"],
  },
  sha256: {
    value: (note) => (data: Uint8Array | string) => {
      note("hashed");
      return createHash("sha256").update(data).digest();
    },
    look: noted,
    without: [],
    with: ["hashed"],
  },
  signer: {
    value: () => ({
      sign: async (request: { headers: object }) => ({
        ...request,
        headers: { ...request.headers, authorization: "signed otherwise" },
      }),
    }),
    look: (run) => header("authorization")(run)?.split(" ")[0],
    without: "AWS4-HMAC-SHA256",
    with: "signed",
  },
  signingRegion: {
    value: () => "us-east-2",
    look: signedRegion,
    without: "eu-west-1",
    with: "us-east-2",
  },
  credentialDefaultProvider: {
    value: () => () => async () => ({ accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "example" }),
    beside: () => ({ credentials: undefined }),
    look: keyId,
    without: undefined,
    with: "AKIAI44QH8DHBEXAMPLE",
  },
  profile: {
    value: () => "other",
    beside: () => ({ region: undefined }),
    look: host,
    without: "",
    with: "sts.eu-west-3.amazonaws.com",
  },
  userAgentAppId: {
    value: () => "my-app",
    look: userAgentHas("app/my-app"),
    without: false,
    with: true,
  },
  systemClockOffset: {
    value: () => 3_600_000,
    look: header("x-amz-date"),
    without: "20300101T000000Z",
    with: "20300101T010000Z",
  },
  disableClockSkewCorrection: {
    value: () => true,
    replies: [success(HOUR_AHEAD)],
    look: ({ client }) => client.config.systemClockOffset,
    // A date has no fractions, so half a second is added.
    without: 3_600_500,
    with: 0,
  },
  tls: {
    value: () => false,
    look: ({ seen: [request] }) => request?.url,
    without: "https://sts.eu-west-1.amazonaws.com/",
    with: "http://sts.eu-west-1.amazonaws.com/",
  },
  ignoreConfiguredEndpointUrls: {
    value: () => true,
    beside: () => {
      vi.stubEnv("AWS_ENDPOINT_URL_STS", "https://sts.example.com");
      return {};
    },
    look: host,
    without: "sts.example.com",
    with: "sts.eu-west-1.amazonaws.com",
  },
  endpointProvider: {
    value: () => () => ({ url: new URL("https://sts.example.com") }),
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.example.com",
  },
  extensions: {
    value: (): STSClientConfig["extensions"] => [
      { configure: (configuration) => configuration.setRegion(async () => "eu-west-2") },
    ],
    look: host,
    without: "sts.eu-west-1.amazonaws.com",
    with: "sts.eu-west-2.amazonaws.com",
  },
  now: {
    value: () => () => Date.UTC(2031, 0, 1),
    look: header("x-amz-date"),
    without: "20300101T000000Z",
    with: "20310101T000000Z",
  },
  random: {
    value: () => () => 0,
    replies: [fault("InternalFailure", 500), success()],
    look: ({ time }) => time.waits,
    without: [49],
    with: [],
  },
  sleep: {
    value: (note) => async () => note("waited"),
    replies: [fault("InternalFailure", 500), success()],
    look: noted,
    without: [],
    with: ["waited"],
  },
};

/** Options of the AWS SDK's client that are accepted and change nothing. */
const WITHOUT_EFFECT = {
  apiVersion: "2000-01-01",
  authSchemePreference: ["sigv4a"],
  base64Decoder: never,
  base64Encoder: never,
  bodyLengthChecker: never,
  cacheMiddleware: true,
  defaultUserAgentProvider: never,
  defaultsMode: "mobile",
  disableHostPrefix: true,
  httpAuthSchemeProvider: never,
  httpAuthSchemes: [],
  protocol: never,
  protocolSettings: {},
  runtime: "other",
  serviceId: "Other",
  signerConstructor: never,
  signingEscapePath: false,
  sigv4aSigningRegionSet: ["*"],
  streamCollector: never,
  urlParser: never,
  utf8Decoder: never,
  utf8Encoder: never,
} satisfies STSClientConfig;

/** The request without what differs from call to call. */
function comparable({ seen: [request] }: Run): object {
  const { url, body, headers } = request ?? {};
  return { url, body, headers: { ...headers, "amz-sdk-invocation-id": "", authorization: "" } };
}

function never(): never {
  throw new Error("an option without effect was called");
}

/** Makes a call with options for the client, and options for this call. */
async function run(
  { beside, replies = [success()], command = new GetSessionTokenCommand({}) }: Partial<Row>,
  given: (note: Note) => { readonly config?: object; readonly options?: object },
): Promise<Run> {
  const all: unknown[] = [];
  const note: Note = (...what) => void all.push(...what);
  const { config, options } = given(note);
  const time = fakeTime();
  const { fetch, seen } = fakeFetch(...replies);
  const base = { region: "eu-west-1", credentials, fetch, ...time.options, ...beside?.(note) };
  const client = new STSClient({ ...base, ...config });
  const result: unknown = await client.send(command, options ?? {}).catch((error: unknown) => error);
  return { client, result, seen, time, noted: all };
}

const OPTIONS = Object.entries(ROWS) as [Effective, Row][];

test.each(OPTIONS)("the client's option %s has its effect", async (option, row) => {
  expect(row.look(await run(row, () => ({})))).toEqual(row.without);
  expect(row.look(await run(row, (note) => ({ config: { [option]: row.value(note) } })))).toEqual(row.with);
});

/** The options that `send` takes too. */
const OF_A_CALL: { readonly [Option in Extract<Effective, keyof SendOptions>]: true } = {
  region: true,
  credentials: true,
  endpoint: true,
  useFipsEndpoint: true,
  useDualstackEndpoint: true,
  useGlobalEndpoint: true,
  maxAttempts: true,
  retryMode: true,
  retryStrategy: true,
  requestTimeout: true,
  totalTimeout: true,
  logger: true,
  inputValidation: true,
  outputValidation: true,
  responseFormat: true,
  customUserAgent: true,
};

test.each(OPTIONS.filter(([option]) => option in OF_A_CALL))(
  "the option %s of send has its effect on that call",
  async (option, row) => {
    const changed = await run(row, (note) => ({ options: { [option]: row.value(note) } }));
    expect(row.look(changed)).toEqual(row.with);
  },
);

test.each(Object.entries(WITHOUT_EFFECT))(
  "the AWS SDK's option %s is accepted without a warning and changes no request",
  async (option, value) => {
    const warn = vi.spyOn(console, "warn");
    const [plain, changed] = await Promise.all([
      run({}, () => ({})),
      run({}, () => ({ config: { [option]: value } })),
    ]);
    expect(changed.seen[0]?.headers["amz-sdk-invocation-id"]).toBeDefined();
    expect(comparable(changed)).toEqual(comparable(plain));
    expect(changed.result).toEqual(plain.result);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  },
);
