import {
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetDelegatedAccessToken,
  GetSessionToken,
  GetWebIdentityToken,
  type Members,
  operations,
  redact,
  REDACTED,
} from "@org/sts-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryMembers } from "../support/arbitrary-value.ts";

const credentials = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "s3cr3t",
  SessionToken: "s3cr3t",
  Expiration: new Date(0),
};

describe("redact", () => {
  test.for([
    [
      "an MFA request",
      GetSessionToken.input,
      { SerialNumber: "GAHT12345678", TokenCode: "s3cr3t", DurationSeconds: 900 },
      { SerialNumber: "GAHT12345678", TokenCode: REDACTED, DurationSeconds: 900 },
    ],
    [
      "a role request",
      AssumeRole.input,
      {
        ExternalId: "s3cr3t",
        ProvidedContexts: [{ ProviderArn: "arn", ContextAssertion: "s3cr3t" }],
        Tags: [{ Key: "a", Value: "b" }],
      },
      {
        ExternalId: REDACTED,
        ProvidedContexts: [{ ProviderArn: "arn", ContextAssertion: REDACTED }],
        Tags: [{ Key: "a", Value: "b" }],
      },
    ],
    ["a SAML request", AssumeRoleWithSAML.input, { SAMLAssertion: "s3cr3t" }, { SAMLAssertion: REDACTED }],
    [
      "a web identity request",
      AssumeRoleWithWebIdentity.input,
      { WebIdentityToken: "s3cr3t" },
      { WebIdentityToken: REDACTED },
    ],
    [
      "a trade-in request",
      GetDelegatedAccessToken.input,
      { TradeInToken: "s3cr3t" },
      { TradeInToken: REDACTED },
    ],
    [
      "credentials",
      GetSessionToken.output,
      { Credentials: credentials },
      { Credentials: { ...credentials, SecretAccessKey: REDACTED, SessionToken: REDACTED } },
    ],
    [
      "an end user's context",
      AssumeRoleWithSAML.output,
      { TrustedIdentityPropagationContext: { OriginIdentity: { Subject: "s3cr3t" } } },
      { TrustedIdentityPropagationContext: REDACTED },
    ],
    [
      "a decoded message",
      DecodeAuthorizationMessage.output,
      { DecodedMessage: "s3cr3t" },
      { DecodedMessage: REDACTED },
    ],
    [
      "a web identity",
      GetWebIdentityToken.output,
      { WebIdentityToken: "s3cr3t" },
      { WebIdentityToken: REDACTED },
    ],
    ["members that nobody knows", GetSessionToken.input, { Surprise: "s3cr3t" }, {}],
    [
      "values of the wrong kind",
      AssumeRole.input,
      { ExternalId: { a: ["s3cr3t"] } },
      { ExternalId: REDACTED },
    ],
  ] satisfies [string, Members, object, object][])(
    "redact removes the secrets of %s",
    ([, members, value, expected]) => {
      const redacted = redact(members, value);
      expect(redacted).toEqual(expected);
      expect(JSON.stringify(redacted)).not.toContain("s3cr3t");
    },
  );

  test("redact leaves the original as it is", () => {
    const input = { TokenCode: "123456" };
    redact(GetSessionToken.input, input);
    expect(input).toEqual({ TokenCode: "123456" });
  });
});

test.for(
  operations.flatMap(({ name, input, output }) => [
    [`${name} input`, input] as const,
    [`${name} output`, output] as const,
  ]),
)("redact keeps everything that is not secret in %s", ([, members]) => {
  const open = Object.fromEntries(
    Object.entries(members).filter(([, schema]) => !JSON.stringify(schema).includes("sensitive")),
  );
  fc.assert(
    fc.property(arbitraryMembers(open, "any"), (value) => {
      expect(redact(members, value)).toStrictEqual(value);
    }),
  );
});
