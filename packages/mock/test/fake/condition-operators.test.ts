import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import type { AssumeRoleRequest } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { assumeRole, trust, verdict } from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const base = { users: [{ ...demoUser, tags: { empty: "", star: "a*" } }], clock };

interface Probe {
  readonly operator: string;
  readonly key: string;
  readonly wanted: string | readonly string[];
  readonly input?: Partial<AssumeRoleRequest>;
}

async function holds({ operator, key, wanted, input = {} }: Probe): Promise<boolean> {
  const trustPolicy = trust({ Condition: { [operator]: { [key]: wanted } } });
  const fake = createFakeSts({ ...base, roles: [{ name: "guarded", trustPolicy }] });
  return (await verdict(assumeRole(fake, "guarded", input))) === "allowed";
}

/** Every operator with a value that equals what it is compared with, one that does not, and whether it is negated. */
const OPERATORS: readonly (readonly [name: string, same: string, other: string, isNegated: boolean])[] = [
  ["StringEquals", "a", "b", false],
  ["StringNotEquals", "a", "b", true],
  ["StringEqualsIgnoreCase", "A", "b", false],
  ["StringNotEqualsIgnoreCase", "A", "b", true],
  ["StringLike", "a*", "b*", false],
  ["StringNotLike", "a*", "b*", true],
  ["BinaryEquals", "a", "b", false],
];
const TAG_A = { Tags: [{ Key: "a", Value: "a" }] };
const TAGS_AB = { Tags: ["a", "b"].map((Key) => ({ Key, Value: "a" })) };

describe.each(OPERATORS)("%s", (name, same, other, isNegated) => {
  test("a condition operator of a key that is there compares, with and without IfExists", async () => {
    const key = "aws:RequestTag/a";
    for (const operator of [name, `${name}IfExists`]) {
      expect(await holds({ operator, key, wanted: same, input: TAG_A })).toBe(!isNegated);
      expect(await holds({ operator, key, wanted: other, input: TAG_A })).toBe(isNegated);
      expect(await holds({ operator, key, wanted: [other, same], input: TAG_A })).toBe(!isNegated);
      expect(await holds({ operator, key, wanted: [], input: TAG_A })).toBe(isNegated);
    }
  });

  test("a condition operator of a key that is not there holds when it is negated, or says IfExists", async () => {
    for (const key of [
      "aws:RequestTag/a",
      "aws:PrincipalTag/none",
      "aws:constructor",
      "aws:toString",
      "made:up",
    ]) {
      expect(await holds({ operator: name, key, wanted: same })).toBe(isNegated);
      expect(await holds({ operator: `${name}IfExists`, key, wanted: same })).toBe(true);
    }
  });

  test("a condition operator of an empty text compares it", async () => {
    expect(await holds({ operator: name, key: "aws:PrincipalTag/empty", wanted: same })).toBe(isNegated);
    expect(await holds({ operator: name, key: "aws:PrincipalTag/empty", wanted: "" })).toBe(!isNegated);
  });

  test.each(["", "IfExists"])(
    "a condition operator in ForAnyValue%s holds when one value of the list does, and never without one",
    async (suffix) => {
      const operator = `ForAnyValue:${name}${suffix}`;
      const key = "aws:TagKeys";
      expect(await holds({ operator, key, wanted: same, input: TAG_A })).toBe(!isNegated);
      expect(await holds({ operator, key, wanted: same, input: TAGS_AB })).toBe(true);
      expect(await holds({ operator, key, wanted: other, input: TAG_A })).toBe(isNegated);
      expect(await holds({ operator, key, wanted: same })).toBe(false);
      expect(await holds({ operator, key, wanted: other })).toBe(false);
      expect(await holds({ operator, key: "aws:PrincipalTag/none", wanted: other })).toBe(false);
    },
  );

  test.each(["", "IfExists"])(
    "a condition operator in ForAllValues%s holds when all values of the list do, and without any",
    async (suffix) => {
      const operator = `ForAllValues:${name}${suffix}`;
      const key = "aws:TagKeys";
      expect(await holds({ operator, key, wanted: same, input: TAG_A })).toBe(!isNegated);
      expect(await holds({ operator, key, wanted: same, input: TAGS_AB })).toBe(false);
      expect(await holds({ operator, key, wanted: other, input: TAG_A })).toBe(isNegated);
      expect(await holds({ operator, key, wanted: same })).toBe(true);
      expect(await holds({ operator, key: "aws:PrincipalTag/none", wanted: other })).toBe(true);
    },
  );
});

test.each([
  ["aws:TagKeys", {}, true],
  ["sts:TransitiveTagKeys", TAG_A, true],
  ["sts:RequestContextProviders", {}, true],
  ["aws:TagKeys", TAG_A, false],
  ["sts:TransitiveTagKeys", { ...TAG_A, TransitiveTagKeys: ["a"] }, false],
  ["aws:PrincipalTag/empty", {}, false],
  ["aws:PrincipalTag/none", {}, true],
])("Null is true of %s with %j: %s", async (key, input, isNull) => {
  for (const spelling of [String(isNull), String(isNull).toUpperCase()]) {
    expect(await holds({ operator: "Null", key, wanted: spelling, input })).toBe(true);
  }
  expect(await holds({ operator: "Null", key, wanted: String(!isNull), input })).toBe(false);
});

const key = "aws:PrincipalArn"; // arn:aws:iam::123456789012:user/demo
test.each([
  ["arn:aws:iam::123456789012:user/demo", true],
  ["arn:*:*:*:*:*", true],
  ["arn:aws:iam:*:123456789012:user/d*o", true],
  ["arn:aws:iam::12345678901?:user/*", true],
  ["arn:aws:*:user/demo", false],
  ["arn:aws:iam::*", false],
  ["*", false],
  ["arn:aws:iam::*user/demo", false],
  ["arn:aws:iam::123456789012:user/${aws:username}", true],
  ["arn:aws:iam::${aws:PrincipalAccount}:user/demo", true],
  ["${aws:PrincipalArn}", true],
  ["arn:aws:iam::123456789012:user/${aws:PrincipalTag/none}", false],
  ["arn:aws:iam::123456789012:user/${aws:PrincipalTag/none, 'demo'}", true],
])("an ARN is compared part by part: %s: %s", async (wanted, expected) => {
  for (const operator of ["ArnEquals", "ArnLike"])
    expect(await holds({ operator, key, wanted })).toBe(expected);
  for (const operator of ["ArnNotEquals", "ArnNotLike"]) {
    expect(await holds({ operator, key, wanted })).toBe(!expected);
  }
});

test.each([
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::1", false],
  ["2001:db8:1234:5678::/64", "2001:DB8:1234:5678:0:0:0:1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["::/0", "2001:db8::1", true],
  ["::/0", "192.0.2.1", false],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["192.0.2.0/24", "::ffff:192.0.2.9", true],
  ["2001:db8::1", "2001:db8:0:0:0:0:0:1", true],
])("a network of IPv6 %s holds %s: %s", async (wanted, sourceIp, expected) => {
  const trustPolicy = trust({ Condition: { IpAddress: { "aws:SourceIp": wanted } } });
  const fake = createFakeSts({ ...base, sourceIp, roles: [{ name: "guarded", trustPolicy }] });
  expect(await verdict(assumeRole(fake, "guarded"))).toBe(expected ? "allowed" : "denied");
});

test.each(["", "203.0.113", "203.0.113.256", "10.0.0.0/8", "::1::", "2001:db8::g"])(
  "%j is no source address",
  (sourceIp) => {
    expect(() => createFakeSts({ sourceIp })).toThrow(/sourceIp/);
  },
);

test.each([
  ["stands for one text", "StringEquals", "${aws:PrincipalTag/star}", true],
  ["has a default", "StringEquals", "${aws:PrincipalTag/none, 'a*'}", true],
  ["needs no default where it has a value", "StringEquals", "${aws:PrincipalTag/star, 'b'}", true],
  ["without value equals nothing", "StringEquals", "${aws:PrincipalTag/none}", false],
  ["without value is met by a negated operator", "StringNotEquals", "${aws:PrincipalTag/none}", true],
  ["of several values has none", "StringLike", "${aws:TagKeys}", false],
  ["that is not closed is plain text", "StringLike", "${aws:PrincipalTag/star", false],
  ["for an asterisk is no wildcard", "StringLike", "a${*}", true],
  ["for a question mark is no wildcard", "StringLike", "a${?}", false],
  ["for a dollar is a dollar", "StringLike", "${$}*", false],
  ["is not replaced in numbers", "NumericEqualsIfExists", "${aws:PrincipalTag/star}", false],
])("a policy variable %s: %s %s", async (_case, operator, wanted, expected) => {
  expect(await holds({ operator, key: "aws:PrincipalTag/star", wanted, input: TAGS_AB })).toBe(expected);
});

test("a policy variable has a value whose asterisk is not a wildcard", async () => {
  const key = "sts:RoleSessionName";
  const wanted = "${aws:PrincipalTag/star}";
  const input = { RoleSessionName: "axx" };
  expect(await holds({ operator: "StringLike", key, wanted, input })).toBe(false);
});

test("a policy variable is plain text without the newer version of the language", async () => {
  for (const [Version, expected] of [
    ["2012-10-17", "allowed"],
    ["2008-10-17", "denied"],
    [undefined, "denied"],
  ] as const) {
    const { Statement } = trust({
      Condition: { StringEquals: { "sts:RoleSessionName": "${aws:username}" } },
    });
    const trustPolicy = Version === undefined ? { Statement } : { Version, Statement };
    const fake = createFakeSts({ ...base, roles: [{ name: "guarded", trustPolicy }] });
    expect(await verdict(assumeRole(fake, "guarded", { RoleSessionName: "demo" }))).toBe(expected);
  }
});

test.each(["2012-10-17", "2008-10-17"])(
  "a wildcard in a condition works in version %s of the language",
  async (Version) => {
    const { Statement } = trust({ Condition: { StringLike: { "sts:RoleSessionName": "de?*" } } });
    const fake = createFakeSts({
      ...base,
      roles: [{ name: "guarded", trustPolicy: { Version, Statement } }],
    });
    expect(await verdict(assumeRole(fake, "guarded", { RoleSessionName: "demo" }))).toBe("allowed");
    expect(await verdict(assumeRole(fake, "guarded", { RoleSessionName: "other" }))).toBe("denied");
  },
);
