import { createClock, createFakeSts, demoUser, type FakeSts, type PolicyStatement } from "@org/sts-mock";
import type { AssumeRoleRequest, HttpRequest } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { assumeRole, policy, trust, verdict } from "../support/verdict.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;
type Value = Condition[string][string];

const NOW = "2026-03-01T12:00:00Z";
const NOW_SECONDS = 1_772_366_400;
const clock = createClock({ at: new Date(NOW) });

function guarded(condition: Condition, effect: "Allow" | "Deny"): FakeSts {
  const trustPolicy =
    effect === "Allow"
      ? trust({ Condition: condition })
      : policy(...[trust().Statement].flat(), {
          Effect: "Deny",
          Principal: "*",
          Action: "*",
          Condition: condition,
        });
  return createFakeSts({
    users: [{ ...demoUser, tags: { Team: "red", empty: "" } }],
    roles: [{ name: "guarded", trustPolicy }],
    clock,
  });
}

/** Whether a condition holds, which must have the opposite effect in a statement that denies. */
async function holds(condition: Condition, input: Partial<AssumeRoleRequest> = {}): Promise<boolean> {
  const inAllow = await verdict(assumeRole(guarded(condition, "Allow"), "guarded", input));
  const inDeny = await verdict(assumeRole(guarded(condition, "Deny"), "guarded", input));
  if (inAllow === inDeny) throw new Error(`the request is ${inAllow} by Allow and ${inDeny} by Deny`);
  return inAllow === "allowed";
}

/** Whether a condition on the value of a request tag holds. */
const holdsFor = (operator: string, wanted: Value, actual: string): Promise<boolean> =>
  holds({ [operator]: { "aws:RequestTag/value": wanted } }, { Tags: [{ Key: "value", Value: actual }] });

test.each([
  ["StringEquals", "red", "red", true],
  ["StringEquals", "red", "Red", false],
  ["StringEquals", "re", "red", false],
  ["StringEquals", "r*", "red", false],
  ["StringEquals", ["blue", "red"], "red", true],
  ["StringEquals", ["blue", "green"], "red", false],
  ["StringEquals", [], "red", false],
  ["StringEquals", 5, "5", true],
  ["StringEquals", true, "true", true],
  ["StringNotEquals", "red", "red", false],
  ["StringNotEquals", "red", "Red", true],
  ["StringNotEquals", ["blue", "red"], "red", false],
  ["StringNotEquals", ["blue", "green"], "red", true],
  ["StringEqualsIgnoreCase", "red", "RED", true],
  ["StringEqualsIgnoreCase", "RED", "red", true],
  ["StringEqualsIgnoreCase", "red", "reds", false],
  ["StringNotEqualsIgnoreCase", "red", "RED", false],
  ["StringNotEqualsIgnoreCase", "red", "blue", true],
  ["StringLike", "r?d", "red", true],
  ["StringLike", "R*", "red", false],
  ["StringNotLike", "r*", "red", false],
  ["StringNotLike", "b*", "red", true],
  ["StringNotLike", ["b*", "r*"], "red", false],
] as const)("text: %s %j and %j: %s", async (operator, wanted, actual, expected) => {
  expect(await holdsFor(operator, wanted, actual)).toBe(expected);
});

test.each([
  ["*", "", true],
  ["*", "anything", true],
  ["", "", true],
  ["", "a", false],
  ["?", "", false],
  ["?", "a", true],
  ["?", "ab", false],
  ["a*", "a", true],
  ["*a", "a", true],
  ["*a", "ba", true],
  ["*a", "ab", false],
  ["a*b", "ab", true],
  ["a*b", "axxb", true],
  ["a*b", "axxbc", false],
  ["a**b", "ab", true],
  ["*ab", "aab", true],
  ["*aab*", "aaab", true],
  ["a*b*c", "axbxbxc", true],
  ["a*b*c", "axcxb", false],
  ["a*?", "a", false],
  ["a*?", "ab", true],
  ["ab", "a", false],
  ["a.c", "abc", false],
  // What is before the first asterisk and after the last may not overlap.
  ["a*a", "a", false],
  ["ab*ba", "aba", false],
  ["ab*ba", "abba", true],
  ["a*bc*cd", "abcd", false],
  ["a*bc*cd", "abccd", true],
  // Nor may two parts between asterisks.
  ["*ab*ab*", "aba", false],
  ["*ab*ab*", "abab", true],
  ["*ab*ba*", "aba", false],
  ["*a*a*", "a", false],
  ["*a*a*", "aa", true],
  // A part that begins again within itself.
  ["*aaab*", "aaaab", true],
  ["*aaab*", "aabaab", false],
  ["*abac*", "abaabac", true],
  ["*abcabd*", "abcabcabd", true],
  ["*ababac*", "abababac", true],
  ["*aabaaac*", "aabaabaaac", true],
  ["*abacabad*", "abacabacabad", true],
  ["*abab*x", "aabaababx", true],
  ["*abab*x", "aabaabax", false],
  // A part with a question mark.
  ["*?", "", false],
  ["*?*", "a", true],
  ["*?*?*", "a", false],
  ["*?*?*", "ab", true],
  ["*a?c*", "xaabcx", true],
  ["*a?c*", "xaabbcx", false],
  ["*a?*z", "az", false],
  ["*a?*z", "abz", true],
  ["*?b*b", "ab", false],
  ["*?b*b", "abb", true],
  ["a?*?b", "axb", false],
  ["a?*?b", "axyb", true],
  ["?b*", "abc", true],
  ["?b*", "bbc", true],
  ["?b*", "acb", false],
] as const)("patterns: %j and %j: %s", async (pattern, text, expected) => {
  expect(await holdsFor("StringLike", pattern, text)).toBe(expected);
});

const outcomes: Readonly<Record<string, readonly [below: boolean, same: boolean, above: boolean]>> = {
  NumericEquals: [false, true, false],
  NumericNotEquals: [true, false, true],
  NumericLessThan: [true, false, false],
  NumericLessThanEquals: [true, true, false],
  NumericGreaterThan: [false, false, true],
  NumericGreaterThanEquals: [false, true, true],
};
test.each(
  Object.entries(outcomes).flatMap(([operator, [below, same, above]]) => [
    [operator, "9", "10", below] as const,
    [operator, "10", "10", same] as const,
    [operator, "10.0", "10", same] as const,
    [operator, "100", "10", above] as const,
  ]),
)("numbers: %s: %s against %s is %s", async (operator, actual, wanted, expected) => {
  expect(await holdsFor(operator, wanted, actual)).toBe(expected);
});

test.each([
  ["NumericLessThan", "", "ten"],
  ["NumericEquals", "ten", "ten"],
  ["NumericGreaterThan", 10, "ten"],
  ["NumericLessThan", 10, "ten"],
  ["NumericEquals", 16, "0x10"],
  ["NumericEquals", 10, "1e1"],
  ["NumericEquals", 10, " 10"],
  ["NumericEquals", 10, "10 "],
  ["NumericEquals", 10, "10."],
  ["NumericEquals", 0, ""],
])("numbers: %s %j does not hold for %j", async (operator, wanted, actual) => {
  expect(await holdsFor(operator, wanted, actual)).toBe(false);
});

test.each([
  ["NumericEquals", "+10", "10", true],
  ["NumericEquals", "-10", "10", false],
  ["NumericLessThan", "-9", "-10", true],
  ["NumericEquals", "10.25", "10.250", true],
  ["NumericGreaterThan", "10.25", "10.3", true],
])("numbers: signs and fractions: %s %s and %s: %s", async (operator, wanted, actual, expected) => {
  expect(await holdsFor(operator, wanted, actual)).toBe(expected);
});

test.each([
  ["DateEquals", NOW, true],
  ["DateEquals", String(NOW_SECONDS), true],
  ["DateEquals", NOW_SECONDS, true],
  ["DateEquals", "2026-03-01T13:00:00+01:00", true],
  ["DateEquals", NOW_SECONDS + 1, false],
  ["DateNotEquals", String(NOW_SECONDS), false],
  ["DateNotEquals", NOW_SECONDS + 1, true],
  ["DateLessThan", String(NOW_SECONDS), false],
  ["DateLessThan", String(NOW_SECONDS + 1), true],
  ["DateLessThan", "2026-03-01T12:00:01Z", true],
  ["DateLessThanEquals", String(NOW_SECONDS), true],
  ["DateLessThanEquals", String(NOW_SECONDS - 1), false],
  ["DateGreaterThan", String(NOW_SECONDS), false],
  ["DateGreaterThan", String(NOW_SECONDS - 1), true],
  ["DateGreaterThanEquals", String(NOW_SECONDS), true],
  ["DateGreaterThanEquals", String(NOW_SECONDS + 1), false],
] as const)(
  "dates: %s %j: %s, for the time written out and for seconds since 1970",
  async (operator, wanted, expected) => {
    expect(await holds({ [operator]: { "aws:CurrentTime": wanted } })).toBe(expected);
    expect(await holds({ [operator]: { "aws:EpochTime": wanted } })).toBe(expected);
    expect(await holdsFor(operator, wanted, NOW)).toBe(expected);
    expect(await holdsFor(operator, wanted, String(NOW_SECONDS))).toBe(expected);
  },
);

test("dates are compared as numbers too, by aws:EpochTime", async () => {
  expect(await holds({ NumericEquals: { "aws:EpochTime": NOW_SECONDS } })).toBe(true);
  expect(await holds({ NumericGreaterThan: { "aws:EpochTime": NOW_SECONDS } })).toBe(false);
});

test.each([
  [true, "true", true],
  ["true", "true", true],
  ["True", "true", true],
  ["true", "TRUE", true],
  [false, "true", false],
  ["false", "false", true],
  ["false", "", false],
])("truth: Bool %j and %j: %s", async (wanted, actual, expected) => {
  expect(await holdsFor("Bool", wanted, actual)).toBe(expected);
});

const user = "arn:aws:iam::123456789012:user/demo";
test.each([
  ["ArnEquals", user, true],
  ["ArnEquals", "arn:aws:iam::123456789012:user/d*", true],
  ["ArnEquals", "arn:aws:iam::123456789012:user/other", false],
  ["ArnEquals", user.toUpperCase(), false],
  ["ArnLike", "arn:aws:iam::*:user/dem?", true],
  ["ArnLike", "arn:aws:iam::*:role/*", false],
  ["ArnNotEquals", user, false],
  ["ArnNotEquals", "arn:aws:iam::123456789012:user/other", true],
  ["ArnNotLike", "arn:aws:iam::*:user/d*", false],
  ["ArnNotLike", "arn:aws:iam::*:role/*", true],
])("ARNs: %s %s: %s", async (operator, wanted, expected) => {
  expect(await holds({ [operator]: { "aws:PrincipalArn": wanted } })).toBe(expected);
});

const GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:demo:part";
test.each([
  ["*:*:*:*:*:*", GROUP, true],
  ["arn:aws:logs:us-east-1:123456789012:*", GROUP, true],
  ["arn:aws:logs:us-east-1:123456789012:log*part", GROUP, true],
  ["arn:aws:logs:us-east-1:123456789012:log-group", GROUP, false],
  ["arn:aws:logs:us-east-1:123456789012:log-group:demo:*:part", GROUP, false],
  ["*:*:*:*:*:*", "red", false],
  ["*:*:*:*:*:*", "arn:aws:logs:us-east-1:123456789012", false],
])("ARNs: the sixth part is the rest, with its colons: %s and %s: %s", async (wanted, actual, expected) => {
  expect(await holdsFor("ArnLike", wanted, actual)).toBe(expected);
});

const cases = [
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/1", "127.255.255.255", true],
  ["0.0.0.0/1", "128.0.0.0", false],
  ["128.0.0.0/1", "255.255.255.255", true],
  ["10.0.0.0/8", "10.255.255.255", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.0.0.0/8", "9.255.255.255", false],
  ["10.1.0.0/16", "10.1.255.255", true],
  ["10.1.0.0/16", "10.2.0.0", false],
  ["192.0.2.0/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["192.0.2.128/25", "192.0.2.128", true],
  ["192.0.2.128/25", "192.0.2.127", false],
  ["192.0.2.4/30", "192.0.2.7", true],
  ["192.0.2.4/30", "192.0.2.8", false],
  ["192.0.2.4/31", "192.0.2.5", true],
  ["192.0.2.4/31", "192.0.2.6", false],
  ["192.0.2.4/32", "192.0.2.4", true],
  ["192.0.2.4/32", "192.0.2.5", false],
  ["192.0.2.4", "192.0.2.4", true],
  ["192.0.2.4", "192.0.2.5", false],
  // The host part of a network does not count.
  ["192.0.2.77/24", "192.0.2.1", true],
  [["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.1", true],
  [["10.0.0.0/8", "192.0.2.0/24"], "198.51.100.1", false],
  ["192.0.2.0/24", "not-an-address", false],
  ["192.0.2.0/24", "192.0.2.1.1", false],
  ["192.0.2.0/24", "192x0x2x1", false],
  ["2001:db8::1", "2001:db8::1", true],
  ["2001:db8::1", "2001:db8::2", false],
  ["::1:0", "::1", false],
  ["::1:0", "0:0:0:0:0:0:1:0", true],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:9", false],
  ["1:2:3:4:5:6::8", "1:2:3:4:5:6:0:8", true],
  ["1::", "1:0:0:0:0:0:0:0", true],
  ["::", "0:0:0:0:0:0:0:0", true],
  ["::/0", "::1", true],
  ["64:ff9b::/96", "64:ff9b::192.0.2.9", true],
  ["64:ff9b::192.0.2.9", "64:ff9b::c000:209", true],
  ["2001:DB8:ffff::/48", "2001:db8:FFFF::1", true],
  ["2001:db8::/128", "2001:db8::0", true],
  // An IPv4 address in the form of IPv6 is that address; others that look like it are not.
  ["192.0.2.9", "::ffff:192.0.2.9", true],
  ["192.0.2.9", "::ffff:c000:209", true],
  ["192.0.2.9", "0:0:0:0:0:ffff:c000:0209", true],
  ["192.0.2.9", "0:0:0:0:0:ffff:192.0.2.9", true],
  ["192.168.100.228", "0000:0000:0000:0000:0000:ffff:192.168.100.228", true],
  ["192.0.2.9", "::fffe:192.0.2.9", false],
  ["192.0.2.9", "::ff:192.0.2.9", false],
  ["192.0.2.9", "::192.0.2.9", false],
  ["192.0.2.9", "::1:ffff:192.0.2.9", false],
  ["192.0.2.9", "1::ffff:192.0.2.9", false],
  ["0.0.0.0/0", "::1", false],
  ["::/0", "192.0.2.9", false],
  ["::/0", "::ffff:192.0.2.9", false],
  // No addresses.
  ...["192.0.2", "192.0.2.256", "256.0.2.1", "1920.0.2.1", "192.0.2.1.", " 192.0.2.1", ""].map(
    (actual) => ["0.0.0.0/0", actual, false] as const,
  ),
  ...[
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "1::2::3",
    "::12345",
    "::g",
    "::1g",
    "::g1",
    ":::",
    ":1::",
    "1::2:",
    "::1.2.3",
    "::256.0.0.1",
    "1.2.3.4::",
    "::1.2.3.4:5",
    ":",
  ].map((actual) => ["::/0", actual, false] as const),
] as const;
test.each(cases)("networks: %j and %s: %s", async (wanted, actual, expected) => {
  expect(await holdsFor("IpAddress", wanted, actual)).toBe(expected);
  expect(await holdsFor("NotIpAddress", wanted, actual)).toBe(!expected);
});

test.each([
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/0008",
  "10.0.0.0/8x",
  "10.0.0.0/x8",
  "10.0.0.0/33",
  "2001:db8::/129",
  "2001:db8::/",
])("networks: %s is refused", (network) => {
  expect(() => guarded({ IpAddress: { "aws:SourceIp": network } }, "Allow")).toThrow(
    `IpAddress["aws:SourceIp"] cannot compare with "${network}"`,
  );
});

test.each([
  ["127.0.0.1/32", true],
  ["127.0.0.0/31", true],
  ["127.0.0.2/31", false],
  ["127.0.0.0/32", false],
])("networks: %s and the address of the caller: %s", async (wanted, expected) => {
  expect(await holds({ IpAddress: { "aws:SourceIp": wanted } })).toBe(expected);
});

test.each([
  ["StringEquals", "", false],
  ["StringEquals", "undefined", false],
  ["StringLike", "*", false],
  ["NumericLessThan", 5, false],
  ["DateLessThan", NOW, false],
  ["Bool", false, false],
  ["IpAddress", "0.0.0.0/0", false],
  ["ArnLike", "*", false],
  ["StringNotEquals", "x", true],
  ["StringNotLike", "*", true],
  ["NumericNotEquals", 5, true],
  ["DateNotEquals", NOW, true],
  ["NotIpAddress", "0.0.0.0/0", true],
  ["ArnNotLike", "*", true],
  ["StringEqualsIfExists", "x", true],
  ["NumericLessThanIfExists", 5, true],
  ["BoolIfExists", true, true],
  ["IpAddressIfExists", "10.0.0.0/8", true],
  ["ForAllValues:StringEquals", "x", true],
  ["ForAnyValue:StringEquals", "x", false],
  ["Null", true, true],
  ["Null", "true", true],
  ["Null", false, false],
  ["Null", "false", false],
  ["Null", [true, false], true],
  ["Null", [], false],
] as const)("a key that the request does not have: %s %j: %s", async (operator, wanted, expected) => {
  expect(await holds({ [operator]: { "aws:RequestTag/value": wanted } })).toBe(expected);
});

test.each([
  ["StringEqualsIfExists", "red", true],
  ["StringEqualsIfExists", "blue", false],
  ["StringNotEqualsIfExists", "red", false],
  ["StringNotEqualsIfExists", "blue", true],
  ["StringLikeIfExists", "b*", false],
  ["Null", true, false],
  ["Null", false, true],
] as const)(
  "a key that the request does not have is another matter than one that it has: %s %j is %s for red",
  async (operator, wanted, expected) => {
    expect(await holdsFor(operator, wanted, "red")).toBe(expected);
  },
);

const tags = (...keys: readonly string[]): Partial<AssumeRoleRequest> => ({
  Tags: keys.map((Key) => ({ Key, Value: "x" })),
});

test.each([
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
  ["ForAllValues:StringEquals", ["a", "b"], [], true],
  ["ForAllValues:StringLike", ["a*"], ["a1", "a2"], true],
  ["ForAllValues:StringLike", ["a*"], ["a1", "b2"], false],
  ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], true],
  ["ForAllValues:StringNotEquals", ["a"], ["a", "c"], false],
  ["ForAnyValue:StringEquals", ["a", "b"], ["a", "c"], true],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], false],
  ["ForAnyValue:StringEquals", ["a", "b"], [], false],
  ["ForAnyValue:StringLike", ["a*"], ["b1", "a2"], true],
  ["ForAnyValue:StringNotEquals", ["a"], ["a", "c"], true],
  ["ForAnyValue:StringNotEquals", ["a"], ["a"], false],
  ["ForAllValues:StringEqualsIgnoreCase", ["A"], ["a"], true],
  ["StringEquals", ["a"], ["a", "c"], true],
  ["StringEquals", ["a"], ["b", "c"], false],
  ["StringNotEquals", ["a"], ["a", "c"], false],
  ["StringNotEquals", ["a"], ["b", "c"], true],
] as const)("a key of several values: %s %j and %j: %s", async (operator, wanted, keys, expected) => {
  expect(await holds({ [operator]: { "aws:TagKeys": wanted } }, tags(...keys))).toBe(expected);
});

const input = {
  Tags: [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ],
};
test.each([
  [{ StringEquals: { "aws:RequestTag/a": "1", "aws:RequestTag/b": "2" } }, true],
  [{ StringEquals: { "aws:RequestTag/a": "1", "aws:RequestTag/b": "3" } }, false],
  [{ StringEquals: { "aws:RequestTag/a": "0", "aws:RequestTag/b": "2" } }, false],
  [{ StringEquals: { "aws:RequestTag/a": "1" }, NumericLessThan: { "aws:RequestTag/b": 3 } }, true],
  [{ StringEquals: { "aws:RequestTag/a": "1" }, NumericLessThan: { "aws:RequestTag/b": 2 } }, false],
  [{ StringEquals: { "aws:RequestTag/a": "0" }, NumericLessThan: { "aws:RequestTag/b": 3 } }, false],
  [{}, true],
] as const)("several comparisons must all hold: %j is %s", async (condition, expected) => {
  expect(await holds(condition, input)).toBe(expected);
});

test.each(["aws:requesttag/VALUE", "AWS:RequestTag/Value", "aws:RequestTag/value"])(
  "names of keys are the same in any case: %s",
  async (key) => {
    expect(await holds({ StringEquals: { [key]: "x" } }, { Tags: [{ Key: "Value", Value: "x" }] })).toBe(
      true,
    );
  },
);

test("names of keys keep values apart that differ in case", async () => {
  expect(
    await holds({ StringEquals: { "aws:RequestTag/value": "X" } }, { Tags: [{ Key: "value", Value: "x" }] }),
  ).toBe(false);
});

test.each([
  ["${aws:username}", "demo", true],
  ["${aws:username}", "other", false],
  ["${AWS:UserName}", "demo", true],
  ["${aws:PrincipalTag/Team}", "red", true],
  ["team-${aws:PrincipalTag/team}-${aws:username}", "team-red-demo", true],
  ["team-${aws:PrincipalTag/team}-${aws:username}", "team-red-other", false],
  ["${aws:PrincipalTag/empty}x", "x", true],
  ["${aws:PrincipalTag/unknown}", "", false],
  ["${aws:PrincipalTag/unknown}", "undefined", false],
  ["aws:username", "demo", false],
  ["${ aws:username }", "demo", true],
  ["${aws:username}-${aws:username}", "demo-demo", true],
  ["=${aws:username}=", "=demo=", true],
  ["{aws:username}", "demo", false],
  ["${aws:username, 'x'}", "demo", true],
  ["${aws:PrincipalTag/unknown,'x'}", "x", true],
  ["${aws:PrincipalTag/unknown, 'x y'}-z", "x y-z", true],
  ["${aws:PrincipalTag/unknown,''}x", "x", true],
  ["${aws:PrincipalTag/unknown, x}", "x", false],
  ["${aws:PrincipalTag/unknown, 'x}", "x", false],
  ["${aws:PrincipalTag/unknown, x'}", "x", false],
  ["${aws:PrincipalTag/unknown, 'x' y}", "x", false],
  ["${aws:PrincipalTag/empty, 'x'}", "x", false],
] as const)("policy variables: %s and %s: %s", async (wanted, actual, expected) => {
  expect(await holdsFor("StringEquals", wanted, actual)).toBe(expected);
});

test.each([
  ["a${?}b${$}c${*}", "a?b$c*", true],
  ["a${?}b", "axb", false],
  ["}${aws:username}", "}demo", true],
  ["${aws:username", "${aws:username", true],
  ["${aws:PrincipalTag/none, 'a b'}", "a b", true],
  ["${aws:PrincipalTag/none, x'y'}", "'y", false],
  ["${aws:PrincipalTag/none, 'y'x}", "y'", false],
  ["${aws:PrincipalTag/none}", "tryker was here", false],
] as const)(
  "policy variables and characters that no tag may have: %s and %s: %s",
  async (wanted, actual, expected) => {
    const fake = guarded({ StringEquals: { "aws:UserAgent": wanted } }, "Allow");
    const tamper = (request: HttpRequest): HttpRequest => ({
      ...request,
      headers: { ...request.headers, "user-agent": actual },
    });
    expect(await verdict(assumeRole(fake, "guarded", {}, { tamper }))).toBe(expected ? "allowed" : "denied");
  },
);

test.each([
  ["*-${aws:username}", "team-demo", true],
  ["*-${aws:username}", "team-other", false],
  ["${aws:username}-*", "demo-1", true],
  ["${aws:username}-?", "demo-12", false],
  ["?${aws:username}*", "1demo2", true],
  ["${*}${aws:username}", "xdemo", false],
] as const)(
  "policy variables leave the wildcards beside them what they are: %s and %s: %s",
  async (wanted, actual, expected) => {
    expect(await holdsFor("StringLike", wanted, actual)).toBe(expected);
  },
);
