// How providers are given the codes of an MFA device: as the AWS SDK's are, or by a function that is told more.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaultCredentials, fromAssumeRole, fromMfaSession, totp } from "@org/sts-client/credentials";
import type {
  CredentialsProvider,
  MfaCodeOptions,
  MfaCodeRequest,
  RoleAssumer,
  StsSessionOptions,
} from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";

import { acceptingService } from "../../support/accepting-service.ts";

const DEVICE = "arn:aws:iam::123456789012:mfa/me";
const ROLE = "arn:aws:iam::123456789012:role/one";
const source = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-mfa-code-"));
  await writeFile(
    join(directory, "config"),
    [
      "[profile keys]",
      `aws_access_key_id = ${source.accessKeyId}`,
      `aws_secret_access_key = ${source.secretAccessKey}`,
      `mfa_serial = ${DEVICE}`,
      "[profile role]",
      `role_arn = ${ROLE}`,
      "source_profile = keys",
      `mfa_serial = ${DEVICE}`,
    ].join("\n"),
  );
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const profile = (name: string) => ({
  profile: name,
  configFilepath: join(directory, "config"),
  filepath: join(directory, "none"),
  env: {},
});

type Options = StsSessionOptions & MfaCodeOptions;

const role = { source, params: { RoleArn: ROLE, SerialNumber: DEVICE } };
const roleAssumer: RoleAssumer = async () => ({ ...source, sessionToken: "example" });

const PROVIDERS: readonly (readonly [name: string, create: (options: Options) => CredentialsProvider])[] = [
  ["fromMfaSession", (options) => fromMfaSession({ ...options, source, serialNumber: DEVICE })],
  ["fromMfaSession with a profile", (options) => fromMfaSession({ ...options, ...profile("keys") })],
  ["fromAssumeRole", (options) => fromAssumeRole({ ...options, ...role })],
  ["fromIni with keys", (options) => fromIni({ ...options, ...profile("keys") })],
  ["fromIni with a role", (options) => fromIni({ ...options, ...profile("role") })],
  ["fromIni with a roleAssumer", (options) => fromIni({ ...options, ...profile("role"), roleAssumer })],
  ["defaultCredentials", (options) => defaultCredentials({ ...options, ...profile("role") })],
];

test.each(PROVIDERS)("%s calls mfaCodeProvider with the serial number alone", async (_name, create) => {
  const { send } = acceptingService();
  const calls: unknown[][] = [];
  const mfaCodeProvider = async (...parameters: [string]): Promise<string> => {
    calls.push(parameters);
    return "123456";
  };
  await create({ mfaCodeProvider, clientConfig: { region: "eu-west-1", fetch: send } })();
  expect(calls).toEqual([[DEVICE]]);
});

test.each(PROVIDERS)(
  "%s tells mfaCodeSource of spent codes and of the end of the wait, and asks it before mfaCodeProvider",
  async (_name, create) => {
    const { send } = acceptingService();
    const { signal } = new AbortController();
    const calls: unknown[][] = [];
    const mfaCodeSource = async (...parameters: [MfaCodeRequest]): Promise<string> => {
      const [{ serialNumber, abortSignal, isUsed }] = parameters;
      calls.push([
        parameters.length,
        serialNumber,
        abortSignal instanceof AbortSignal,
        await isUsed("123456"),
      ]);
      return calls.length === 1 ? "123456" : "654321";
    };
    const mfaCodeProvider = async (): Promise<string> => "000000";
    const clientConfig = { region: "eu-west-1", fetch: send };
    const provider = create({ mfaCodeSource, mfaCodeProvider, clientConfig });
    await provider({ abortSignal: signal });
    await provider({ abortSignal: signal, forceRefresh: true });
    expect(calls).toEqual([
      [1, DEVICE, true, false],
      [1, DEVICE, true, true],
    ]);
  },
);

test("totp fits the mfaCodeSource and the mfaCodeProvider of every provider, and that of the AWS SDK", async () => {
  const { send, sent } = acceptingService();
  const clientConfig = { region: "eu-west-1", fetch: send };
  const device = () => totp({ secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", now: () => 59_000 });
  await fromAssumeRole({ ...role, mfaCodeProvider: device(), clientConfig })();
  await fromAssumeRole({ ...role, mfaCodeSource: device(), clientConfig })();
  expect(sent.map(({ input }) => input["TokenCode"])).toEqual(["287082", "287082"]);
  type MfaCodeProviderOfTheSdk = Parameters<typeof fromTemporaryCredentials>[0]["mfaCodeProvider"];
  expectTypeOf(device()).toExtend<MfaCodeProviderOfTheSdk>();
});
