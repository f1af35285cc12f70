import { inspect } from "node:util";

import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  GetCallerIdentityCommand,
  GetDelegatedAccessTokenCommand,
  GetSessionTokenCommand,
} from "@org/sts-client";
import { encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { answeringClient, faultReply } from "../support/answering-client.ts";

const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };

test.for([
  [
    new GetSessionTokenCommand({ SerialNumber: "GAHT12345678", TokenCode: "s3cr3t" }),
    "GetSessionTokenCommand",
  ],
  [new AssumeRoleCommand({ ...role, ExternalId: "s3cr3t" }), "arn:aws:iam::123456789012:role/demo"],
  [
    new AssumeRoleWithSAMLCommand({
      ...role,
      PrincipalArn: "arn:aws:iam::123456789012:saml-provider/a",
      SAMLAssertion: "s3cr3t",
    }),
    "saml-provider/a",
  ],
  [new GetDelegatedAccessTokenCommand({ TradeInToken: "s3cr3t" }), "***SensitiveInformation***"],
  [new GetCallerIdentityCommand(), "GetCallerIdentityCommand"],
] as const)("a command prints without its secrets: %o", ([command, shown]) => {
  expect(inspect(command, { depth: 9 })).toContain(shown);
  expect(inspect({ command }, { depth: 9 })).not.toContain("s3cr3t");
});

test("a result prints without its secrets, and is a plain value otherwise", async () => {
  const Credentials = {
    AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "s3cr3t-key",
    SessionToken: "s3cr3t-token",
    Expiration: new Date("2026-07-11T19:55:29.611Z"),
  };
  const { headers, body } = encodeResponse(GetSessionToken, { Credentials }, { requestId: "r-1" });
  const { sts } = answeringClient({ headers, body: body });
  const result = await sts.getSessionToken();
  expect(inspect(result, { depth: 9 })).toContain("ASIAIOSFODNN7EXAMPLE");
  expect(inspect(result, { depth: 9 })).not.toContain("s3cr3t");
  expect(result.Credentials).toStrictEqual(Credentials);
});

test("neither client nor error prints a secret", async () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "s3cr3t-key",
    sessionToken: "s3cr3t-token",
  };
  const { sts } = answeringClient(faultReply(403, "AccessDenied", "No"), { credentials });
  const failure: unknown = await sts
    .assumeRole({ ...role, ExternalId: "s3cr3t-external-id" })
    .catch((error: unknown) => error);
  for (const printed of [sts, failure])
    expect(`${inspect(printed, { depth: 9, showHidden: false })} ${JSON.stringify(failure)}`).not.toContain(
      "s3cr3t",
    );
});
