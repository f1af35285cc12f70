import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@org/sts-client";
import { REDACTED } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { fakeFetch, fakeTime, fault, reasonOf, type SeenRequest } from "../support/fake-service.ts";

const role = { RoleArn: "arn:aws:iam::123456789012:role/one", RoleSessionName: "session-name" };
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
  sessionToken: "example+session/token==",
};
const SerialNumber = "GAHT12345678";

type Command = AssumeRoleCommand | AssumeRoleWithWebIdentityCommand | GetSessionTokenCommand;

/** The error of a call to a service that answers with words of the request. */
async function refusal(command: Command, words: (request: SeenRequest) => string): Promise<Error> {
  const { fetch } = fakeFetch((request) => fault("ValidationError", 400, {}, words(request)));
  const sts = new STSClient({
    region: "eu-west-1",
    credentials,
    fetch,
    inputValidation: "off",
    ...fakeTime().options,
  });
  return reasonOf(sts.send(command as GetSessionTokenCommand)); // all are commands of this client
}

const rows: [what: string, command: Command, secret: string | ((request: SeenRequest) => string)][] = [
  ["a code of six digits", new GetSessionTokenCommand({ SerialNumber, TokenCode: "246813" }), "246813"],
  ["an external id", new AssumeRoleCommand({ ...role, ExternalId: "shared-secret" }), "shared-secret"],
  [
    "the second of several assertions",
    new AssumeRoleCommand({
      ...role,
      ProvidedContexts: [
        { ProviderArn: "arn:aws:iam::aws:contextProvider/one", ContextAssertion: "first-assertion" },
        { ProviderArn: "arn:aws:iam::aws:contextProvider/two", ContextAssertion: "second-assertion" },
      ],
    }),
    "second-assertion",
  ],
  [
    "a web identity token",
    new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken: "eyJhbGciOiJSUzI1NiJ9.e30.c2ln" }),
    "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
  ],
  ["the session token", new GetSessionTokenCommand({}), credentials.sessionToken],
  [
    "the whole authorization",
    new GetSessionTokenCommand({}),
    ({ headers }) => headers["authorization"] ?? "there is none",
  ],
];

test.each(rows)(
  "what the service says again is taken out of the error: %s",
  async (_what, command, secret) => {
    const secrets: string[] = [];
    const error = await refusal(command, (request) => {
      secrets.push(typeof secret === "string" ? secret : secret(request));
      return `The value ${secrets[0]} is not (${secrets[0]}) ${secrets[0]}.`;
    });
    // Every time it is there, and nothing else.
    expect(error.message).toBe(`The value ${REDACTED} is not (${REDACTED}) ${REDACTED}.`);
    expect(error.stack).toContain(`The value ${REDACTED} is not (${REDACTED}) ${REDACTED}.`);
    expect(secrets).toHaveLength(1);
    expect(error.stack).not.toContain(secrets[0]);
  },
);

test("what the service says again is taken out of the error: several of them", async () => {
  const command = new AssumeRoleCommand({
    ...role,
    ExternalId: "shared-secret",
    SerialNumber,
    TokenCode: "246813",
  });
  const error = await refusal(command, () => `246813 shared-secret ${credentials.sessionToken} 246813`);
  expect(error.message).toBe(`${REDACTED} ${REDACTED} ${REDACTED} ${REDACTED}`);
});

test.each([
  [
    "what is no secret",
    { ...role, ExternalId: "shared-secret" },
    `No ${role.RoleArn} ${role.RoleSessionName}`,
  ],
  ["secrets that are as short as ordinary words", { ...role, ExternalId: "a" }, "a value is a value"],
  ["secrets of five characters", { ...role, ExternalId: "value" }, "a value is a value"],
  ["an empty secret", { ...role, ExternalId: "" }, "a value is a value"],
  ["an access key id", role, `No ${credentials.accessKeyId}`],
  ["a list where a text belongs", { ...role, Policy: ["one"] as unknown as string }, "No list"],
])("the service's words stay as they are about %s", async (_what, input, words) => {
  expect((await refusal(new AssumeRoleCommand(input), () => words)).message).toBe(words);
});
