import { STS, type STSClientConfig } from "@org/sts-client";
import { createStsMock, type StsMock } from "@org/sts-mock";
import { operations } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

const role = { RoleArn: "arn:aws:iam::123456789012:role/demo" };
const calls = [
  [
    "AssumeRoleWithSAML",
    (sts: STS) =>
      sts.assumeRoleWithSAML({
        ...role,
        PrincipalArn: "arn:aws:iam::123456789012:saml-provider/SAML-test",
        SAMLAssertion: "VERYLONGENCODEDASSERTIONEXAMPLE",
      }),
  ],
  [
    "AssumeRoleWithWebIdentity",
    (sts: STS) =>
      sts.assumeRoleWithWebIdentity({
        ...role,
        RoleSessionName: "app1",
        WebIdentityToken: "header.payload.signature",
      }),
  ],
] as const;

const endpoints = [
  ["a regional endpoint", { region: "eu-west-1" }, "sts.eu-west-1.amazonaws.com"],
  ["the global endpoint", { region: "aws-global" }, "sts.amazonaws.com"],
  [
    "the global endpoint of old regions",
    { region: "us-east-1", useGlobalEndpoint: true },
    "sts.amazonaws.com",
  ],
  ["a FIPS endpoint", { region: "us-east-1", useFipsEndpoint: true }, "sts-fips.us-east-1.amazonaws.com"],
  ["a dual-stack endpoint", { region: "us-east-1", useDualstackEndpoint: true }, "sts.us-east-1.api.aws"],
  ["an endpoint in China", { region: "cn-north-1" }, "sts.cn-north-1.amazonaws.com.cn"],
  ["an endpoint of one's own", { region: "eu-west-1", endpoint: "https://sts.example" }, "sts.example"],
] as const satisfies readonly (readonly [string, STSClientConfig, string])[];

function recordingClient(config: STSClientConfig): { sts: STS; mock: StsMock; requests: Request[] } {
  const mock = createStsMock({ hosts: ["sts.example"] });
  const requests: Request[] = [];
  const sts = new STS({
    ...config,
    async fetch(input, init) {
      const request = new Request(input, init);
      requests.push(request.clone());
      return mock.fetch(request);
    },
  });
  return { sts, mock, requests };
}

describe.each(calls)("%s", (_name, call) => {
  test.for(endpoints)(
    "an operation without a signature is sent unsigned and without asking for credentials to %s",
    async ([, config, host]) => {
      const asked: string[] = [];
      const { sts, requests } = recordingClient({
        ...config,
        async credentials() {
          asked.push("credentials");
          throw new Error("there are no credentials");
        },
      });
      const { Credentials } = await call(sts);
      expect(Credentials.AccessKeyId).toMatch(/^A[KS]IA/);
      expect(asked).toEqual([]);
      expect(requests).toHaveLength(1);
      expect(new URL(requests[0]?.url ?? "").host).toBe(host);
      const names = [...(requests[0]?.headers.keys() ?? [])];
      expect(names).not.toContain("authorization");
      expect(names).not.toContain("x-amz-security-token");
      expect(names).not.toContain("x-amz-date");
    },
  );

  test("an operation without a signature is sent unsigned even when there are credentials", async () => {
    const { sts, requests } = recordingClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example", sessionToken: "token" },
    });
    await call(sts);
    expect(requests[0]?.headers.has("authorization")).toBe(false);
    expect(requests[0]?.headers.has("x-amz-security-token")).toBe(false);
  });

  test("an operation without a signature keeps its proof of identity out of the log", async () => {
    const lines: unknown[] = [];
    const note = (line: unknown): void => {
      lines.push(line);
    };
    const { sts } = recordingClient({
      region: "eu-west-1",
      logger: { trace: note, debug: note, info: note, warn: note, error: note },
    });
    await call(sts);
    const text = JSON.stringify(lines);
    expect(text).toContain("***SensitiveInformation***");
    expect(text).not.toMatch(/VERYLONG|header\.payload|wJalrXUtn|8P\+SQv/);
  });
});

const signed = operations.filter(({ auth }) => auth !== "none");

test("the operations without a signature are those two, and there are others", () => {
  const unsigned = operations.filter((operation) => !signed.includes(operation));
  expect(unsigned.map(({ name }) => name).toSorted()).toEqual(calls.map(([name]) => name));
  expect(signed.length).toBeGreaterThan(0);
});

test.for(signed)("$name asks for credentials, and fails without them", async ({ name }) => {
  let asked = 0;
  const { sts, requests } = recordingClient({
    region: "eu-west-1",
    inputValidation: "off",
    credentials: async () => {
      asked += 1;
      throw new Error("there are no credentials");
    },
  });
  const method: unknown = Reflect.get(sts, name.charAt(0).toLowerCase() + name.slice(1));
  const call = method as (input: object) => Promise<unknown>; // the inventory test makes sure of it
  await expect(call.call(sts, {})).rejects.toThrow("there are no credentials");
  expect([asked > 0, requests]).toEqual([true, []]);
});
