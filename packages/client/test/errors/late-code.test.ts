// Code that is loaded late must not change what the caller sees when it cannot be loaded: a page that went offline, an upgrade
// under a running process.
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type * as Client from "@org/sts-client";
import { STSClientError } from "@org/sts-client";
import type { RetryStrategy } from "@org/sts-client/retry";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const resolveDir = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
const AWAY = ".away";
/** Mutation tests change the sources, of which browsers have no entry point. */
const isSource = process.env["STS_TEST_SOURCE"] !== undefined;

/** Loads a bundle in several chunks, after some of them have been taken away. */
async function loadWithout(
  chunks: readonly string[],
  platform: "browser" | "node",
): Promise<Pick<typeof Client, "GetSessionTokenCommand" | "STSClient">> {
  const folder = await mkdtemp(join(tmpdir(), "sts-late-"));
  folders.push(folder);
  await build({
    stdin: {
      contents: `export { GetSessionTokenCommand, STSClient } from "@org/sts-client/webcrypto";`,
      resolveDir,
    },
    bundle: true,
    splitting: true,
    format: "esm",
    platform,
    ...(isSource && { conditions: ["@org/source"] }),
    outdir: folder,
  });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const late = (await readdir(folder)).filter((name) => chunks.includes(name.replace(/-\w+\.js$/, "")));
  if (late.length !== chunks.length) throw new Error(`expected ${chunks.join()}, found ${late.join()}`);
  for (const name of late) await rename(join(folder, name), join(folder, `${name}${AWAY}`));
  return import(pathToFileURL(join(folder, "stdin.js")).href);
}

/** Puts back what was taken away from the bundle that was loaded last. */
async function putBack(): Promise<void> {
  const folder = folders.at(-1) ?? "";
  const away = (await readdir(folder)).filter((name) => name.endsWith(AWAY));
  for (const name of away) await rename(join(folder, name), join(folder, name.slice(0, -AWAY.length)));
}

let client: Awaited<ReturnType<typeof loadWithout>>;

beforeAll(async () => {
  client = await loadWithout(["failure-tools", "memoize"], isSource ? "node" : "browser");
});

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const CREDENTIALS = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: "a-session-token-that-nobody-may-see",
};

const RESULT = `<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIAEXAMPLE000000000</AccessKeyId>
<SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
</Credentials></GetSessionTokenResult></GetSessionTokenResponse>`;

type Answer = () => Response | Promise<Response>;

const succeed: Answer = () => new Response(RESULT, { headers: { "content-type": "text/xml" } });
const refuse =
  (status: number, code: string, message: string): Answer =>
  () =>
    new Response(
      `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      {
        status,
      },
    );
const breakDown: Answer = () => Promise.reject(new TypeError("fetch failed"));
const breakOff: Answer = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("socket hang up")) }));

async function call(answers: readonly Answer[], config: Client.STSClientConfig = {}, input = {}) {
  let sent = 0;
  const sts = new client.STSClient({
    region: "eu-west-1",
    credentials: CREDENTIALS,
    sleep: async () => {},
    fetch: async () => {
      sent += 1;
      return (answers[sent - 1] ?? succeed)();
    },
    ...config,
  });
  const settled = await sts.send(new client.GetSessionTokenCommand(input)).then(
    ({ Credentials }) => ({ keyId: Credentials?.AccessKeyId }),
    (error) => {
      const { name, code, message, hint } = error;
      return { name, code, message, hint, isClientError: error instanceof STSClientError };
    },
  );
  return { ...settled, sent };
}

const WITH_CODE = { SerialNumber: "arn:aws:iam::123456789012:mfa/alice", TokenCode: "123456" };

test("a call whose code for failures cannot be loaded fails with the service's code and words when the service refused", async () => {
  const message = "User: arn:aws:iam::123456789012:user/alice is not authorized";
  expect(await call([refuse(403, "AccessDenied", message)])).toEqual({
    name: "AccessDenied",
    code: undefined,
    message,
    hint: undefined,
    isClientError: false,
    sent: 1,
  });
});

test("a call whose code for failures cannot be loaded shows no session token that the service quotes", async () => {
  const quoting = refuse(403, "SignatureDoesNotMatch", `The token was ${CREDENTIALS.sessionToken}.`);
  expect(await call([quoting])).toMatchObject({
    name: "SignatureDoesNotMatch",
    message: "The token was ***SensitiveInformation***.",
  });
});

test.for<[string, Answer]>([
  ["the network failed", breakDown],
  ["the response broke off", breakOff],
  ["the service was not available", refuse(503, "ServiceUnavailable", "Later")],
  ["the service failed", refuse(500, "InternalFailure", "Sorry")],
  ["the time of an attempt was over", () => new Promise(() => undefined)],
])("a call whose code for failures cannot be loaded is sent again after %s", async ([, answer]) => {
  const settled = await call([answer, answer], { requestTimeout: 200 });
  expect(settled).toEqual({ keyId: "ASIAEXAMPLE000000000", sent: 3 });
});

test.for([undefined, "XERR_NETWORK", "ERR_NETWORKX", "ERR_TIMEOUTX"])(
  "a call whose code for failures cannot be loaded is not sent again after what a handler throws with the code %s",
  async (code) => {
    let sent = 0;
    const handle = async (): Promise<never> => {
      sent += 1;
      throw Object.assign(new Error("no"), code && { code });
    };
    expect(await call([], { requestHandler: { handle } })).toMatchObject({ name: "Error", message: "no" });
    expect(sent).toBe(1);
  },
);

test("a call whose code for failures cannot be loaded is not sent again after a response that is too large", async () => {
  expect(await call([], { maxResponseBytes: 10 })).toMatchObject({
    code: "ERR_RESPONSE_TOO_LARGE",
    message:
      "GetSessionToken: the response of sts.eu-west-1.amazonaws.com is larger than 10 bytes (maxResponseBytes)",
    sent: 1,
  });
});

test("a call whose code for failures cannot be loaded tells a strategy of the user's own what kind of failure it was", async () => {
  const told: unknown[] = [];
  const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
  const retryStrategy: RetryStrategy = {
    acquireInitialRetryToken: async () => token,
    refreshRetryTokenForRetry: async (_token, { errorType }) => {
      told.push(errorType);
      return token;
    },
    recordSuccess: () => undefined,
  };
  await call([refuse(403, "AccessDenied", "No"), breakDown], { retryStrategy });
  expect(told).toEqual(["CLIENT_ERROR", "TRANSIENT"]);
});

test("a call whose code for failures cannot be loaded fails with an error of the network when every response breaks off", async () => {
  expect(await call([breakOff, breakOff, breakOff])).toMatchObject({
    code: "ERR_NETWORK",
    message: "GetSessionToken: the response of sts.eu-west-1.amazonaws.com broke off",
    sent: 3,
  });
});

test("a call whose code for failures cannot be loaded fails with an error of the network that names the host when every attempt fails", async () => {
  expect(await call([breakDown, breakDown, breakDown])).toMatchObject({
    code: "ERR_NETWORK",
    message: "GetSessionToken: could not reach sts.eu-west-1.amazonaws.com",
    isClientError: true,
    sent: 3,
  });
});

test("a call whose code for failures cannot be loaded shows nothing of what a fetch threw with the session token in it", async () => {
  const leak: Answer = () => Promise.reject(new Error(`bad header ${CREDENTIALS.sessionToken}`));
  expect(JSON.stringify(await call([leak, leak, leak]))).not.toContain(CREDENTIALS.sessionToken);
});

test("a call whose code for failures cannot be loaded is not sent again when it holds a code that works once", async () => {
  expect(await call([breakDown], {}, WITH_CODE)).toMatchObject({ code: "ERR_NETWORK", sent: 1 });
});

test("a provider is asked at each call while the code that remembers credentials cannot be loaded", async () => {
  let asked = 0;
  const sts = new client.STSClient({
    region: "eu-west-1",
    credentials: async () => {
      asked += 1;
      return CREDENTIALS;
    },
    fetch: async () => succeed(),
  });
  for (const calls of [1, 2]) {
    await sts.send(new client.GetSessionTokenCommand({}));
    expect(asked).toBe(calls);
  }
});

test("credentials in the environment need no code of the sources that come after it", async () => {
  const later = ["from-ini", "from-token-file", "from-container-metadata"];
  const { GetSessionTokenCommand, STSClient } = await loadWithout(later, "node");
  vi.stubEnv("AWS_ACCESS_KEY_ID", CREDENTIALS.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", CREDENTIALS.secretAccessKey);
  vi.stubEnv("AWS_PROFILE", undefined);
  const sts = new STSClient({ region: "eu-west-1", fetch: async () => succeed() });
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
  vi.unstubAllEnvs();
  expect(Credentials.AccessKeyId).toBe("ASIAEXAMPLE000000000");
});

test("a source of the default chain whose code could not be loaded is loaded by the next call", async () => {
  const { GetSessionTokenCommand, STSClient } = await loadWithout(["from-ini"], "node");
  const file = join(folders.at(-1) ?? "", "credentials");
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  await writeFile(
    file,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"])
    vi.stubEnv(name, undefined);
  const sts = new STSClient({ region: "eu-west-1", fetch: async () => succeed() });
  await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
    code: "ERR_MODULE_NOT_FOUND",
  });
  await putBack();
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
  vi.unstubAllEnvs();
  expect(Credentials.AccessKeyId).toBe("ASIAEXAMPLE000000000");
});
