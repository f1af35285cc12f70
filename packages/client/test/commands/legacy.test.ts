import { Readable } from "node:stream";

import * as client from "@org/sts-client";
import * as legacy from "@org/sts-client/legacy";
import { GetSessionTokenCommand } from "@org/sts-client";
import { expect, test } from "vitest";

import { fault, reasonOf, sessionCredentials, success } from "../support/fake-service.ts";

const command = new GetSessionTokenCommand({ DurationSeconds: 900 });

test("serialize of a command makes the unsigned request, for the endpoint that the context names", async () => {
  const endpoint = async () => ({ protocol: "http:", hostname: "localhost", port: 4566, path: "/" });
  expect(await command.serialize(command.input, { endpoint })).toMatchObject({
    method: "POST",
    hostname: "localhost",
    port: 4566,
    body: "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900",
  });
  expect(await command.serialize(command.input)).toMatchObject({ hostname: "sts.amazonaws.com" });
});

test("serialize of a command rejects an invalid input", async () => {
  const error = await reasonOf(command.serialize({ DurationSeconds: 1 }));
  expect(error.name).toBe("InvalidInputError");
});

test.each([
  ["text", async () => success().text()],
  ["a web stream", async () => success().body],
  ["a Node stream", async () => Readable.from([Buffer.from(await success().text())])],
])("deserialize of a command makes the output of a body that is %s", async (_kind, body) => {
  const output = await command.deserialize({ statusCode: 200, headers: {}, body: await body() });
  expect(output.Credentials).toEqual(sessionCredentials);
  expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: "request-1" });
});

test("deserialize of a command throws a network error when the body breaks off", async () => {
  const body = new ReadableStream({ pull: () => Promise.reject(new Error("socket hang up")) });
  const error = await reasonOf(command.deserialize({ statusCode: 200, headers: {}, body }));
  expect([error.code, error.message]).toEqual([
    "ERR_NETWORK",
    "GetSessionToken: the response broke off: socket hang up",
  ]);
});

test("deserialize of a command throws the service's refusal", async () => {
  const response = fault("AccessDenied", 403);
  const body = await response.text();
  const error = await reasonOf(command.deserialize({ statusCode: 403, headers: {}, body }));
  expect(error).toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
});

test("@org/sts-client/legacy has filter functions for the request and response of every command", () => {
  const operations = Object.keys(client).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);
  expect(operations.length).toBeGreaterThan(0);
  for (const operation of operations) {
    expect(legacy).toHaveProperty(`${operation}RequestFilterSensitiveLog`);
    expect(legacy).toHaveProperty(`${operation}ResponseFilterSensitiveLog`);
  }
});

test("@org/sts-client/legacy replaces what is secret and keeps the rest", () => {
  expect(
    legacy.GetSessionTokenRequestFilterSensitiveLog({ DurationSeconds: 900, TokenCode: "123456" }),
  ).toEqual({
    DurationSeconds: 900,
    TokenCode: "***SensitiveInformation***",
  });
  expect(legacy.CredentialsFilterSensitiveLog(sessionCredentials)).toEqual({
    ...sessionCredentials,
    SecretAccessKey: "***SensitiveInformation***",
    SessionToken: "***SensitiveInformation***",
  });
  expect(legacy.TagFilterSensitiveLog({ Key: "team", Value: "blue" })).toEqual({
    Key: "team",
    Value: "blue",
  });
});
