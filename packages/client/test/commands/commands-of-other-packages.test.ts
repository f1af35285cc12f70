import { ListBucketsCommand } from "@aws-sdk/client-s3";
import * as Aws from "@aws-sdk/client-sts";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient, STSClientError } from "@org/sts-client";
import { expect, test } from "vitest";

import { credentials, fakeFetch, reasonOf, sessionCredentials, success } from "../support/fake-service.ts";

const region = "eu-west-1";

test("a command of the AWS SDK works in our client, told by its operation and its input", async () => {
  const { fetch, seen } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  const output = await client.send(new Aws.GetSessionTokenCommand({ DurationSeconds: 900 }));
  expect(output.Credentials).toEqual(sessionCredentials);
  expect(seen[0]?.body).toContain("Action=GetSessionToken");
  expect(seen[0]?.body).toContain("DurationSeconds=900");
});

test("a command of the AWS SDK is checked as ours are before anything is sent", async () => {
  const { fetch, seen } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  const error = await reasonOf(client.send(new Aws.GetSessionTokenCommand({ DurationSeconds: 1 })));
  expect(error.name).toBe("InvalidInputError");
  expect(seen).toEqual([]);
});

test("middleware of our client runs for a command of the AWS SDK", async () => {
  const { fetch, seen } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  client.middlewareStack.add(
    (next) => async (args) => {
      (args.request as { headers: Record<string, string> }).headers["x-added"] = "yes";
      return next(args);
    },
    { step: "build" },
  );
  await client.send(new Aws.GetSessionTokenCommand({}));
  expect(seen[0]?.headers["x-added"]).toBe("yes");
});

class MadeByHand {
  readonly input = {};
}

test.each([
  [
    "of another service",
    new ListBucketsCommand({}),
    /^com\.amazonaws\.s3#ListBuckets is not a command of STS/,
  ],
  ["of an unknown class", new MadeByHand(), /^MadeByHand is not a command of STS/],
  ["that is a plain object", {}, /^What was sent is not a command of STS/],
  ["that is missing", undefined, /^What was sent is not a command of STS/],
])("a command %s is refused with what to import", async (_kind, command, message) => {
  const { fetch, seen } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  const error = await reasonOf(client.send(command as GetCallerIdentityCommand));
  expect(error).toBeInstanceOf(STSClientError);
  expect(error).toMatchObject({ code: "ERR_COMMAND" });
  expect(error.message).toMatch(message);
  expect(error.message).toContain("import the command from @org/sts-client");
  expect(seen).toEqual([]);
});

test("a command of the AWS SDK with its own middleware is refused with an error that says what to import", async () => {
  const { fetch, seen } = fakeFetch(success());
  const command = new Aws.GetCallerIdentityCommand({});
  command.middlewareStack.add((next) => async (args) => next(args), { step: "build", name: "own" });
  const error = await reasonOf(new STSClient({ region, credentials, fetch }).send(command));
  expect(error).toMatchObject({
    code: "ERR_COMMAND",
    message:
      "GetCallerIdentityCommand comes from another package and carries middleware of its own: import GetCallerIdentityCommand from @org/sts-client",
  });
  expect(seen).toEqual([]);
});

test("our command in the AWS SDK's client fails with an error that says what to import", async () => {
  const client = new Aws.STSClient({ region, credentials });
  const error = await reasonOf(client.send(new GetSessionTokenCommand({})));
  expect(error).toMatchObject({ code: "ERR_COMMAND" });
  expect(error.message).toMatch(
    /^GetSessionTokenCommand of @org\/sts-client .* import STSClient from @org\/sts-client/,
  );
});
