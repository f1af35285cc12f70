import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type FakeSts,
  type PolicyStatement,
} from "@org/sts-mock";
import { createTestIdentityProvider } from "@org/sts-mock/node";
import { AssumeRoleWithSAML, AssumeRoleWithWebIdentity } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { call } from "../support/call.ts";
import { roleArn, trust, verdict } from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const issuer = createTestIssuer({ clock, algorithm: "ES256" });
const idp = createTestIdentityProvider({ clock });

async function fakeWith(Action: PolicyStatement["Action"] = "sts:*"): Promise<FakeSts> {
  return createFakeSts({
    clock,
    oidcProviders: [(await issuer).provider],
    samlProviders: [idp.provider],
    roles: [{ name: "ci", trustPolicy: trust({ Action: Action ?? "sts:*" }) }],
  });
}

interface Vouched {
  readonly tag?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  readonly role?: string;
}

function tagsOf({ tag, tags }: Vouched): Readonly<Record<string, string>> {
  return { ...(tag !== undefined && { Team: tag }), ...tags };
}

/** A role session of either kind of provider, which vouches for tags and a source identity. */
const OPERATIONS = {
  AssumeRoleWithWebIdentity: async (fake: FakeSts, vouched: Vouched) => {
    const { sourceIdentity, role = "ci" } = vouched;
    const WebIdentityToken = await (
      await issuer
    ).issueToken({
      "https://aws.amazon.com/tags": { principal_tags: tagsOf(vouched) },
      ...(sourceIdentity !== undefined && { "https://aws.amazon.com/source_identity": sourceIdentity }),
    });
    const input = { RoleArn: roleArn(role), RoleSessionName: "test", WebIdentityToken };
    return await call(fake, AssumeRoleWithWebIdentity, input);
  },
  AssumeRoleWithSAML: async (fake: FakeSts, vouched: Vouched) => {
    const { sourceIdentity, role = "ci" } = vouched;
    const attributes = {
      ...Object.fromEntries(
        Object.entries(tagsOf(vouched)).map(([key, value]) => [`PrincipalTag:${key}`, value]),
      ),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
    const SAMLAssertion = idp.issueAssertion({ roleArn: roleArn(role), attributes });
    return await call(fake, AssumeRoleWithSAML, {
      RoleArn: roleArn(role),
      PrincipalArn: idp.arn,
      SAMLAssertion,
    });
  },
} as const;

describe.each(Object.entries(OPERATIONS))("%s", (name, assume) => {
  test.each([
    [{}, [], "allowed"],
    [{ tag: "red" }, [], "denied"],
    [{ tag: "red" }, ["sts:TagSession"], "allowed"],
    [{ sourceIdentity: "alice" }, [], "denied"],
    [{ sourceIdentity: "alice" }, ["sts:SetSourceIdentity"], "allowed"],
    [{ tag: "red", sourceIdentity: "alice" }, ["sts:TagSession"], "denied"],
    [{ tag: "red", sourceIdentity: "alice" }, ["sts:SetSourceIdentity"], "denied"],
  ] as const)(
    "a provider that vouches for %j needs a role that also lets %j: %s",
    async (vouched, actions, expected) => {
      const fake = await fakeWith([`sts:${name}`, ...actions]);
      expect(await verdict(assume(fake, vouched))).toBe(expected);
    },
  );

  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ""]));
  test.each([
    ["fifty tags", many(50), "allowed"],
    ["fifty-one tags", many(51), "ValidationError"],
    ["a key of 128 characters", { ["k".repeat(128)]: "v" }, "allowed"],
    ["a key of 129 characters", { ["k".repeat(129)]: "v" }, "ValidationError"],
    ["a value of 256 characters", { Team: "v".repeat(256) }, "allowed"],
    ["a value of 257 characters", { Team: "v".repeat(257) }, "ValidationError"],
    ["a key with a character that no tag may have", { "Team#1": "red" }, "ValidationError"],
    ["a value with a character that no tag may have", { Team: "red;blue" }, "ValidationError"],
    ["a key that AWS keeps for itself", { "aws:Team": "red" }, "InvalidParameterValue"],
    ["two keys that differ in case only", { Team: "red", team: "red" }, "InvalidParameterValue"],
  ])("tags have the same limits as in a request: %s", async (_case, tags, expected) => {
    const settled = assume(await fakeWith(), { tags }).then(
      () => "allowed",
      (error: Error) => error.name,
    );
    expect(await settled).toBe(expected);
  });

  test("a role that does not exist is denied in the words of one that does not trust, and named in the log", async () => {
    const fake = await fakeWith();
    await expect(assume(fake, { role: "unknown" })).rejects.toMatchObject({
      name: "AccessDenied",
      message: `Not authorized to perform sts:${name}`,
    });
    expect(fake.calls()[0]?.reason).toMatchObject({
      kind: "no-such-role",
      action: `sts:${name}`,
      resource: roleArn("unknown"),
    });
  });

  test.each(["a", "a".repeat(65), "alice ", " alice", "al/ice"])(
    "a provider may not vouch for the source identity %j",
    async (sourceIdentity) => {
      const attempt = assume(await fakeWith(), { sourceIdentity });
      // SAML's texts are read without the spaces around them.
      const isTrimmed = name === "AssumeRoleWithSAML" && sourceIdentity.trim() === "alice";
      expect(
        await attempt.then(
          () => "ok",
          (error: Error) => error.name,
        ),
      ).toBe(isTrimmed ? "ok" : "InvalidIdentityTokenException");
    },
  );
});
