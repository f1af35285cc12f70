import { createFakeSts, demoUser } from "@org/sts-mock";
import { GetFederationToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";

const GOOD = { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" };
const TRUST = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "123456789012" } };

/** Changes of a statement that make it none, with what the refusal says. They are the same in every kind of policy. */
const BROKEN: readonly (readonly [change: object, message: RegExp])[] = [
  [{ Action: null }, /Action is a text or a list of texts/],
  [{ Action: [null] }, /Action is a text or a list of texts/],
  [{ Action: 5 }, /Action is a text or a list of texts/],
  [{ Action: {} }, /Action is a text or a list of texts/],
  [{ Action: [] }, /Action is empty/],
  [{ Action: "" }, /none of them empty/],
  [{ Action: "AssumeRole" }, /a service, a colon and a name/],
  [{ Action: undefined }, /has no Action/],
  [{ NotAction: "sts:*" }, /both Action and NotAction/],
  [{ NotPrincipal: { AWS: "*" } }, /NotPrincipal is not allowed/],
  [{ Effect: "allow" }, /Effect is neither/],
  [{ Effect: true }, /Effect is neither/],
  [{ Sid: 5 }, /Sid is a text/],
  [{ Conditions: {} }, /there is no Statement\[0\]\.Conditions; Condition is meant, perhaps/],
  [{ condition: {} }, /Condition is meant, perhaps/],
  [{ constructor: {} }, /there is no Statement\[0\]\.constructor/],
  [{ Condition: null }, /Condition is not an object/],
  [{ Condition: [] }, /Condition is not an object/],
  [{ Condition: "StringEquals" }, /Condition is not an object/],
  [{ Condition: { StringEquals: null } }, /StringEquals is not an object/],
  [{ Condition: { StringEquals: ["aws:username"] } }, /StringEquals is not an object/],
  [{ Condition: { StringEquals: { "aws:username": null } } }, /is a text, a number, true or false/],
  [{ Condition: { StringEquals: { "aws:username": {} } } }, /is a text, a number, true or false/],
  [{ Condition: { StringEquals: { "aws:username": [["a"]] } } }, /is a text, a number, true or false/],
  [{ Condition: { StringEquals: { username: "a" } } }, /a condition key has a prefix/],
  ...[
    "StringEqual",
    "stringEquals",
    "NotBool",
    "NullIfExists",
    "ForAllValues:Null",
    "NumericNotLessThan",
  ].map((operator): [object, RegExp] => [
    { Condition: { [operator]: { "aws:username": "true" } } },
    /there is no condition operator/,
  ]),
  ...["/8", "10.0.0.0/x", "10.0.0.0/-9", "10.0.0.0/33", "0.256.0.0", "2001:db8::/129", "example.com"].flatMap(
    (network) =>
      ["IpAddress", "NotIpAddress"].map((operator): [object, RegExp] => [
        { Condition: { [operator]: { "aws:SourceIp": network } } },
        /cannot compare with/,
      ]),
  ),
  ...["tomorrow", "2026-13-01", "01.03.2026", ""].map((date): [object, RegExp] => [
    { Condition: { DateLessThan: { "aws:CurrentTime": date } } },
    /cannot compare with/,
  ]),
  [{ Condition: { Bool: { "aws:SecureTransport": "yes" } } }, /cannot compare with/],
  [{ Condition: { Bool: { "aws:SecureTransport": "untrue" } } }, /cannot compare with/],
  [{ Condition: { Bool: { "aws:SecureTransport": "true " } } }, /cannot compare with/],
  [{ Condition: { Null: { "aws:SecureTransport": "yes" } } }, /cannot compare with/],
];
const BROKEN_DOCUMENTS: readonly (readonly [change: object, message: RegExp])[] = [
  [{ Version: "2012-10-18" }, /Version is/],
  [{ Version: 2012 }, /Version is/],
  [{ Id: 5 }, /Id is a text/],
  [{ Statements: [] }, /there is no Statements; Statement is meant, perhaps/],
];
const BROKEN_RESOURCES: readonly (readonly [change: object, message: RegExp])[] = [
  [{ Resource: undefined }, /has no Resource/],
  [{ Resource: 5 }, /Resource is a text or a list of texts/],
  [{ Resource: [] }, /Resource is empty/],
  [{ Resource: "role/demo" }, /Resource is an ARN or "\*"/],
  [{ NotResource: "*" }, /both Resource and NotResource/],
  [{ Principal: "*" }, /Principal is allowed in trust policies only/],
];
const BROKEN_PRINCIPALS: readonly (readonly [change: object, message: RegExp])[] = [
  [{ Principal: undefined }, /has no Principal/],
  [{ Principal: "123456789012" }, /Principal is "\*", or an object/],
  [{ Principal: ["ec2.amazonaws.com"] }, /Principal is "\*", or an object/],
  [{ Principal: {} }, /names nobody/],
  [{ Principal: { AWS: [] } }, /AWS is empty/],
  [{ Principal: { AWS: 123_456_789_012 } }, /AWS is a text or a list of texts/],
  [{ Principal: { aws: "*" } }, /there is no Statement\[0\]\.Principal\.aws; AWS is meant, perhaps/],
  [{ Principal: { constructor: "*" } }, /there is no Statement\[0\]\.Principal\.constructor/],
  [{ Principal: { AWS: "arn:aws:iam::123456789012:user/*" } }, /a wildcard cannot stand for a part/],
  [
    { Principal: { AWS: "arn:aws:sts::123456789012:assumed-role/demo/*" } },
    /a wildcard cannot stand for a part/,
  ],
  [{ Principal: { AWS: "demo" } }, /AWS is an account number/],
  [{ Resource: "*" }, /Resource is not allowed in a trust policy/],
  [{ NotResource: "*" }, /NotResource is not allowed in a trust policy/],
  [{ Action: "s3:GetObject" }, /a trust policy takes actions of sts only/],
];

const document = (statement: object, change: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...change }] });
const whole = (statement: object, change: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement], ...change });
const title = ([change, message]: readonly [object, RegExp]) =>
  [JSON.stringify(change), change, message] as const;

test.each([...BROKEN, ...BROKEN_RESOURCES].map(title))(
  "IAM would not take a policy of a user with %s",
  (_title, change, message) => {
    const make = () => createFakeSts({ users: [{ ...demoUser, policies: [document(GOOD, change)] }] });
    expect(make).toThrow(SyntaxError);
    expect(make).toThrow(message);
  },
);

test.each([...BROKEN, ...BROKEN_PRINCIPALS].map(title))(
  "IAM would not take a policy of trust with %s",
  (_title, change, message) => {
    const make = () => createFakeSts({ roles: [{ name: "demo", trustPolicy: document(TRUST, change) }] });
    expect(make).toThrow(SyntaxError);
    expect(make).toThrow(message);
  },
);

test.each(BROKEN_DOCUMENTS.map(title))(
  "IAM would not take a policy that is more or less than a policy: %s",
  (_title, change, message) => {
    const make = () => createFakeSts({ roles: [{ name: "demo", trustPolicy: whole(TRUST, change) }] });
    expect(make).toThrow(SyntaxError);
    expect(make).toThrow(message);
    const own = () => createFakeSts({ users: [{ ...demoUser, policies: [whole(GOOD, change)] }] });
    expect(own).toThrow(message);
  },
);

test("IAM would not take a policy whose Sid names two statements", () => {
  const Statement = [
    { ...TRUST, Sid: "One" },
    { ...TRUST, Sid: "One" },
  ];
  const make = () => createFakeSts({ roles: [{ name: "demo", trustPolicy: JSON.stringify({ Statement }) }] });
  expect(make).toThrow(/Statement\[1\]\.Sid names two statements/);
});

test.each([...BROKEN, ...BROKEN_RESOURCES].map(title))(
  "IAM would not take a policy of a session with %s, which the client learns",
  async (_title, change, message) => {
    const fake = createFakeSts();
    await expect(
      call(fake, GetFederationToken, { Name: "Bob", Policy: document(GOOD, change) }),
    ).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      message: expect.stringMatching(message),
    });
  },
);

test.each([
  ["with one statement that is no list", { Statement: TRUST }],
  [
    "with an empty list of values",
    { Statement: { ...TRUST, Condition: { StringEquals: { "aws:username": [] } } } },
  ],
  ["of the older version", { Version: "2008-10-17", Id: "id", Statement: [{ ...TRUST, Sid: "" }] }],
  [
    "that trusts a principal that is gone",
    { Statement: { ...TRUST, Principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" } } },
  ],
  ["that trusts a canonical user", { Statement: { ...TRUST, Principal: { CanonicalUser: "79a59d" } } }],
  [
    "with a date and a time zone",
    {
      Statement: {
        ...TRUST,
        Condition: { DateLessThan: { "aws:CurrentTime": "2026-03-01T12:00:00.5+01:00" } },
      },
    },
  ],
])("IAM takes a policy %s", (_case, policy) => {
  expect(() =>
    createFakeSts({ roles: [{ name: "demo", trustPolicy: JSON.stringify(policy) }] }),
  ).not.toThrow();
});
