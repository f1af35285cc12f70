import * as aws from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";
import {
  decorateDefaultCredentialProvider,
  getDefaultRoleAssumer,
  getDefaultRoleAssumerWithWebIdentity,
  type Pluggable,
  type WithMetadata,
} from "@org/sts-client";
import { AssumeRole, AssumeRoleWithWebIdentity, encodeResponse } from "@org/sts-protocol";
import { expect, expectTypeOf, test } from "vitest";

const params = { RoleArn: "arn:aws:iam::123456789012:role/deploy", RoleSessionName: "deploy" };
const session = {
  Credentials: {
    AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "example-secret",
    SessionToken: "example-token",
    Expiration: new Date("2030-01-01T01:00:00Z"),
  },
  AssumedRoleUser: {
    AssumedRoleId: "AROAIOSFODNN7EXAMPLE:deploy",
    Arn: "arn:aws:sts::123456789012:assumed-role/deploy/deploy",
  },
};
const identity = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "example-secret",
  sessionToken: "example-token",
  expiration: new Date("2030-01-01T01:00:00Z"),
  accountId: "123456789012",
};

interface Seen {
  host: string;
  key: string | undefined;
  agent: string | undefined;
}

function handlerFor(operation: typeof AssumeRole | typeof AssumeRoleWithWebIdentity) {
  const seen: Seen[] = [];
  return {
    seen,
    async handle({ hostname, headers }: { hostname: string; headers: Record<string, string> }) {
      const key = /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1];
      seen.push({ host: hostname, key, agent: headers["user-agent"] });
      return { response: encodeResponse(operation as typeof AssumeRole, session, { requestId: "id" }) };
    },
  };
}

test("getDefaultRoleAssumer gives the credentials of the role, as the AWS SDK names them", async () => {
  const requestHandler = handlerFor(AssumeRole);
  const assume = getDefaultRoleAssumer({ region: "eu-west-1", requestHandler });
  const source = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
  expect(await assume(source, params)).toMatchObject(identity);
  expect(requestHandler.seen).toMatchObject([{ host: "sts.eu-west-1.amazonaws.com", key: "AKIDEXAMPLE" }]);
});

test("getDefaultRoleAssumer signs concurrent calls each with its own source", async () => {
  const requestHandler = handlerFor(AssumeRole);
  const assume = getDefaultRoleAssumer({ region: "eu-west-1", requestHandler });
  const keys = Array.from({ length: 8 }, (_, index) => `AKIDEXAMPLE${index}`);
  await Promise.all(keys.map((accessKeyId) => assume({ accessKeyId, secretAccessKey: "example" }, params)));
  expect(new Set(requestHandler.seen.map(({ key }) => key))).toEqual(new Set(keys));
});

test("getDefaultRoleAssumer takes region, handler and application id of the parent client, and what is given goes first", async () => {
  const requestHandler = handlerFor(AssumeRole);
  const source = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
  const parentClientConfig = {
    region: async () => "ap-south-1",
    requestHandler,
    userAgentAppId: async () => "parent",
  };
  await getDefaultRoleAssumer({ parentClientConfig })(source, params);
  await getDefaultRoleAssumer({ parentClientConfig, region: "sa-east-1", userAgentAppId: "own" })(
    source,
    params,
  );
  expect(requestHandler.seen).toMatchObject([
    { host: "sts.ap-south-1.amazonaws.com", agent: expect.stringContaining("app/parent") as string },
    { host: "sts.sa-east-1.amazonaws.com", agent: expect.stringContaining("app/own") as string },
  ]);
});

test("getDefaultRoleAssumer lets plugins add middleware to its client, once", async () => {
  const requestHandler = handlerFor(AssumeRole);
  let calls = 0;
  const plugin: Pluggable<object, WithMetadata<object>> = {
    applyToStack(stack) {
      stack.add((next) => async (args) => {
        calls += 1;
        return next(args);
      });
    },
  };
  const assume = getDefaultRoleAssumer({ region: "eu-west-1", requestHandler }, [plugin]);
  const source = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
  await assume(source, params);
  await assume(source, params);
  expect(calls).toBe(2);
});

test("getDefaultRoleAssumer fits the AWS SDK's types in both directions", () => {
  expectTypeOf(getDefaultRoleAssumer).toExtend<typeof aws.getDefaultRoleAssumer>();
  expectTypeOf(getDefaultRoleAssumerWithWebIdentity).toExtend<
    typeof aws.getDefaultRoleAssumerWithWebIdentity
  >();
  // What the SDK's providers take.
  const roleAssumer = getDefaultRoleAssumer();
  expect(fromIni({ roleAssumer })).toBeTypeOf("function");
});

test("getDefaultRoleAssumerWithWebIdentity gives the credentials of the role without signing", async () => {
  const requestHandler = handlerFor(AssumeRoleWithWebIdentity);
  const assume = getDefaultRoleAssumerWithWebIdentity({ region: "eu-west-1", requestHandler });
  expect(await assume({ ...params, WebIdentityToken: "example.web.token" })).toMatchObject(identity);
  expect(requestHandler.seen).toMatchObject([{ key: undefined }]);
});

test("decorateDefaultCredentialProvider gives a provider the role assumers, unless there are some", async () => {
  const given: object[] = [];
  const decorated = decorateDefaultCredentialProvider((input) => {
    given.push(input);
    return async () => identity;
  });
  expect(await decorated({ region: "eu-west-1" })()).toBe(identity);
  decorated({ roleAssumer: "own" });
  expect(given).toEqual([
    {
      region: "eu-west-1",
      roleAssumer: expect.any(Function),
      roleAssumerWithWebIdentity: expect.any(Function),
    },
    { roleAssumer: "own", roleAssumerWithWebIdentity: expect.any(Function) },
  ]);
});
