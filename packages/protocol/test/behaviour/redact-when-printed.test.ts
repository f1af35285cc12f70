import { inspect, isDeepStrictEqual } from "node:util";

import {
  AssumeRoleWithSAML,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  GetSessionToken,
  operations,
} from "@org/sts-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryMembers } from "../support/arbitrary-value.ts";

const requestId = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";
const Credentials = {
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "s3cr3t-key",
  SessionToken: "s3cr3t-token",
  Expiration: new Date("2026-07-11T19:55:29.611Z"),
};

describe("a decoded result", () => {
  const decode = () =>
    decodeResponse(GetSessionToken, encodeResponse(GetSessionToken, { Credentials }, { requestId }));

  test("a decoded result prints without its secrets, alone and inside other values", async () => {
    const result = await decode();
    for (const printed of [
      result,
      result.Credentials,
      [result],
      { result },
      new Map([["a", result.Credentials]]),
    ]) {
      expect(inspect(printed, { depth: 9 })).toContain("ASIAIOSFODNN7EXAMPLE");
      expect(inspect(printed, { depth: 9 })).toContain("2026-07-11T19:55:29.611Z");
      expect(inspect(printed, { depth: 9 })).not.toContain("s3cr3t");
      expect(inspect(printed, { depth: 9, showHidden: true })).not.toContain("s3cr3t");
    }
  });

  test("a decoded result is a plain value: members, comparison, copies and JSON have everything", async () => {
    const result = await decode();
    expect(result.Credentials.SessionToken).toBe("s3cr3t-token");
    expect(result.Credentials).toStrictEqual(Credentials);
    expect(isDeepStrictEqual(result.Credentials, Credentials)).toBe(true);
    expect({ ...result.Credentials }).toStrictEqual(Credentials);
    expect(structuredClone(result.Credentials)).toStrictEqual(Credentials);
    expect(JSON.parse(JSON.stringify(result.Credentials))).toHaveProperty("SecretAccessKey", "s3cr3t-key");
    expect(Object.keys(result)).toEqual(["$metadata", "Credentials"]);
  });

  test("a decoded result about an end user prints without the user, at any depth", async () => {
    const context = {
      OriginIdentity: {
        Subject: "s3cr3t-subject",
        FederatedProviderArn: "arn:aws:iam::123456789012:saml-provider/a",
      },
      TransactionContext: { IdentityProvider: { department: "s3cr3t-claim" } },
    };
    const output = { Credentials, TrustedIdentityPropagationContext: context };
    const result = await decodeResponse(
      AssumeRoleWithSAML,
      encodeResponse(AssumeRoleWithSAML, output, { requestId }),
    );
    const { TrustedIdentityPropagationContext } = result;
    for (const printed of [
      result,
      TrustedIdentityPropagationContext,
      TrustedIdentityPropagationContext?.TransactionContext,
    ])
      expect(inspect(printed, { depth: 9 })).not.toContain("s3cr3t");
    expect(inspect(TrustedIdentityPropagationContext)).toContain("saml-provider/a");
  });
});

test("a decoded request prints without its secrets", async () => {
  const input = { SerialNumber: "GAHT12345678", TokenCode: "123456" };
  const read = await decodeRequest(
    encodeRequest(GetSessionToken, input, { hostname: "sts.amazonaws.com" }),
    operations,
  );
  expect(inspect(read.input)).not.toContain("123456'");
  expect(inspect(read.input)).toContain("GAHT12345678");
  expect(read.input).toStrictEqual(input);
});

test.for(operations)("no secret of a decoded $name result is printed", async (operation) => {
  const marked = arbitraryMembers(operation.output, "xml").map((value) => mark(operation.output, value));
  await fc.assert(
    fc.asyncProperty(marked, async (output: object) => {
      const result = await decodeResponse(operation, encodeResponse(operation, output, { requestId }));
      for (const showHidden of [false, true])
        expect(inspect(result, { depth: 9, showHidden })).not.toContain("s3cr3t");
    }),
    { numRuns: 100 },
  );
});

type Members = (typeof operations)[number]["output"];

/** Puts a mark into every text that the table calls a secret. */
function mark(members: Members, value: object, isSecret = false): Record<string, unknown> {
  const markValue = (schema: Members[string] | undefined, item: unknown): unknown => {
    const secret = isSecret || schema?.sensitive === true;
    if (typeof item === "string") return secret ? `s3cr3t${item}` : item;
    if (schema?.kind === "struct" && typeof item === "object" && item !== null)
      return mark(schema.members, item, secret);
    if (schema?.kind === "map" && typeof item === "object" && item !== null)
      return Object.fromEntries(
        Object.entries(item).map(([key, each]) => [key, markValue(schema.value, each)]),
      );
    return item;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, markValue(members[name], item)]),
  );
}
