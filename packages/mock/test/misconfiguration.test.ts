import {
  GetCallerIdentityCommand as SdkGetCallerIdentityCommand,
  GetSessionTokenCommand as SdkGetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import {
  buildResponse,
  createClock,
  createFakeSts,
  createStsMock,
  demoRole,
  demoUser,
  stsMatchers,
} from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { AssumeRole, AssumeRoleWithSAML, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { expect, expectTypeOf, test } from "vitest";

import { call } from "./support/call.ts";

const SECRET = "MARKED-SECRET";

/** What a JavaScript program, a JSON file or a cast can pass. */
function wrong(value: unknown): never {
  return value as never; // wrong on purpose
}
class ListBucketsCommand {
  readonly input = {};
}
const fake = (options: object) => () => createFakeSts(wrong(options));
const user = (members: object) => fake({ users: [{ ...demoUser, ...members }] });
const role = (members: object) => fake({ roles: [{ ...demoRole, ...members }] });
const mock = () => createStsMock();

const OTHER = "111122223333";
const key = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: SECRET };
const oidc = { url: "https://a.example", clientIds: ["a"], keys: { keys: [] } };
const pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
const saml = { name: "a", issuer: "b", publicKey: pem };
const state = { sessionKey: "0".repeat(64), usedMfaSteps: {} };

test.for<[string, () => unknown, string]>([
  ["an unknown option", fake({ user: [] }), 'createFakeSts: there is no "user" here; did you mean "users"?'],
  [
    "an option in another case",
    fake({ maxskewseconds: 1 }),
    'createFakeSts: there is no "maxskewseconds" here; did you mean "maxSkewSeconds"?',
  ],
  [
    "users that are no list",
    fake({ users: demoUser }),
    "createFakeSts: users: expected a list; found an object",
  ],
  [
    "managed policies by name",
    fake({ managedPolicies: { ReadOnlyAccess: {} } }),
    'createFakeSts: managedPolicies: expected ARNs such as arn:aws:iam::aws:policy/ReadOnlyAccess; found "ReadOnlyAccess"',
  ],
  [
    "a user without keys",
    fake({ users: [{ name: "a" }] }),
    'createFakeSts: users[0]: "accessKeys" is missing',
  ],
  [
    "a user without a name",
    fake({ users: [{ accessKeys: [] }] }),
    'createFakeSts: users[0]: "name" is missing',
  ],
  [
    "a name with a space",
    user({ name: "a b" }),
    "createFakeSts: users[0].name: expected 1 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
  ],
  [
    "a path without a slash at its end",
    user({ path: "/team" }),
    "createFakeSts: users[0].path: expected a path that begins and ends with /",
  ],
  [
    "an account of 11 digits",
    user({ account: "12345678901" }),
    "createFakeSts: users[0].account: expected an account number of 12 digits",
  ],
  [
    "an account that is a number",
    user({ account: 123_456_789_012 }),
    "createFakeSts: users[0].account: expected an account number of 12 digits; found a number",
  ],
  [
    "a misspelt key id",
    user({ accessKeys: [{ accessKeyID: "AKIA", secretAccessKey: SECRET }] }),
    'createFakeSts: users[0].accessKeys[0]: there is no "accessKeyID" here; did you mean "accessKeyId"?',
  ],
  [
    "a key without its secret",
    user({ accessKeys: [{ accessKeyId: "AKIAEXAMPLE" }] }),
    'createFakeSts: users[0].accessKeys[0]: "secretAccessKey" is missing',
  ],
  [
    "an empty secret",
    user({ accessKeys: [{ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "" }] }),
    "createFakeSts: users[0].accessKeys[0].secretAccessKey: expected a secret access key that is not empty",
  ],
  [
    "a status in another case",
    user({ accessKeys: [{ accessKeyId: "AKIAEXAMPLE", secretAccessKey: SECRET, status: "inactive" }] }),
    'createFakeSts: users[0].accessKeys[0].status: found "inactive"; did you mean "Inactive"?',
  ],
  [
    "a device whose secret is not base32",
    user({ mfaDevices: [{ secret: `${SECRET}-1` }] }),
    "createFakeSts: users[0].mfaDevices[0].secret: expected a base32 secret (A-Z and 2-7)",
  ],
  [
    "a misspelt serial number",
    user({ mfaDevices: [{ serial: "arn:aws:iam::123456789012:mfa/a", secret: "JBSWY3DPEHPK3PXP" }] }),
    'createFakeSts: users[0].mfaDevices[0]: there is no "serial" here; expected serialNumber, secret',
  ],
  [
    "two devices with one serial number",
    user({ mfaDevices: [{ secret: "JBSWY3DPEHPK3PXP" }, { secret: "JBSWY3DPEHPK3PXQ" }] }),
    "createFakeSts: the MFA device arn:aws:iam::123456789012:mfa/demo is given twice; give each a serialNumber of its own",
  ],
  [
    "a tag that is a number",
    user({ tags: { team: 1 } }),
    "createFakeSts: users[0].tags.team: expected text; found a number",
  ],
  [
    "a key given twice",
    fake({ users: [demoUser, { ...demoUser, name: "other", mfaDevices: [] }] }),
    "createFakeSts: the access key AKIAIOSFODNN7EXAMPLE is given twice",
  ],
  [
    "a user given twice",
    fake({ users: [demoUser, { ...demoUser, accessKeys: [], mfaDevices: [] }] }),
    "createFakeSts: arn:aws:iam::123456789012:user/demo is given twice",
  ],
  [
    "a misspelt role option",
    role({ maxSessionDurationSeconds: 7200 }),
    'createFakeSts: roles[0]: there is no "maxSessionDurationSeconds" here; did you mean "maxSessionDuration"?',
  ],
  [
    "a session of half an hour at most",
    role({ maxSessionDuration: 1800 }),
    "createFakeSts: roles[0].maxSessionDuration: expected a whole number from 3600 to 43200; found 1800",
  ],
  [
    "an account given twice",
    fake({ accounts: [{ id: "123456789012" }, { id: "123456789012" }] }),
    "createFakeSts: the account 123456789012 is given twice",
  ],
  [
    "a region that is none",
    fake({ accounts: [{ id: "123456789012", disabledRegions: ["Ireland"] }] }),
    "createFakeSts: accounts[0].disabledRegions[0]: expected the name of a region, such as eu-west-1",
  ],
  [
    "a partition that is none",
    fake({ accounts: [{ id: "123456789012", partition: "aws-china" }] }),
    'createFakeSts: accounts[0].partition: found "aws-china"; did you mean "aws-cn"?',
  ],
  [
    "an OIDC provider without keys",
    fake({ oidcProviders: [{ url: "https://a.example", clientIds: [] }] }),
    'createFakeSts: oidcProviders[0]: "keys" is missing',
  ],
  [
    "an issuer without a scheme",
    fake({ oidcProviders: [{ url: "a.example", clientIds: [], keys: { keys: [] } }] }),
    "createFakeSts: oidcProviders[0].url: expected an issuer URL, such as https://oidc.example.com",
  ],
  [
    "a SAML key that is no PEM",
    fake({ samlProviders: [{ name: "a", issuer: "b", publicKey: SECRET }] }),
    "createFakeSts: samlProviders[0].publicKey: expected a public key or certificate in PEM",
  ],
  [
    "a state with a short key",
    fake({ state: { sessionKey: SECRET, usedMfaSteps: {} } }),
    "createFakeSts: state.sessionKey has 64 hexadecimal digits; take it from exportState()",
  ],
  [
    "nothing in place of options",
    () => createFakeSts(wrong(null)),
    "createFakeSts: expected an object; found null",
  ],
  ["a list in place of options", fake([]), "createFakeSts: expected an object; found a list"],
  [
    "a name that every object has",
    fake({ constructor: 1 }),
    'createFakeSts: there is no "constructor" here; expected hosts, clock, randomBytes, seed, log, maxCalls, accounts, users, roles, services, sourceIp, oidcProviders, samlProviders, webIdentityIssuer, managedPolicies, maxSkewSeconds, state',
  ],
  ["users that are null", fake({ users: null }), "createFakeSts: users: expected a list; found null"],
  [
    "users that are a Date",
    fake({ users: new Date() }),
    "createFakeSts: users: expected a list; found a Date",
  ],
  [
    "users that are a function",
    fake({ users: () => [] }),
    "createFakeSts: users: expected a list; found a function",
  ],
  [
    "an account that is a list",
    fake({ accounts: [[]] }),
    "createFakeSts: accounts[0]: expected an object; found a list",
  ],
  [
    "a skew below 0",
    fake({ maxSkewSeconds: -1 }),
    "createFakeSts: maxSkewSeconds: expected a number of at least 0; found -1",
  ],
  [
    "a skew that is NaN",
    fake({ maxSkewSeconds: Number.NaN }),
    "createFakeSts: maxSkewSeconds: expected a number of at least 0; found a number",
  ],
  [
    "a tag whose name is quoted",
    user({ tags: { "a b": 1 } }),
    'createFakeSts: users[0].tags["a b"]: expected text; found a number',
  ],
  [
    "a tag whose name is long",
    user({ tags: { [`-${"x".repeat(99)}`]: 1 } }),
    `createFakeSts: users[0].tags["-${"x".repeat(63)}"]: expected text; found a number`,
  ],
  ["tags in a list", user({ tags: [] }), "createFakeSts: users[0].tags: expected an object; found a list"],
  [
    "a duration with a fraction",
    role({ maxSessionDuration: 3600.5 }),
    "createFakeSts: roles[0].maxSessionDuration: expected a whole number from 3600 to 43200; found 3600.5",
  ],
  [
    "a session of more than twelve hours",
    role({ maxSessionDuration: 43_201 }),
    "createFakeSts: roles[0].maxSessionDuration: expected a whole number from 3600 to 43200; found 43201",
  ],
  ["a clock that is null", fake({ clock: null }), "createFakeSts: clock: expected an object; found null"],
  [
    "a clock that is text",
    fake({ clock: "now" }),
    "createFakeSts: clock: expected an object; found a string",
  ],
  [
    "yes for true",
    fake({ accounts: [{ id: OTHER, outboundWebIdentityFederation: "yes" }] }),
    "createFakeSts: accounts[0].outboundWebIdentityFederation: expected true or false; found a string",
  ],
  [
    "a partition that is a number",
    fake({ accounts: [{ id: OTHER, partition: 5 }] }),
    "createFakeSts: accounts[0].partition: expected aws or aws-cn or aws-us-gov or aws-iso or aws-iso-b or aws-iso-e or aws-iso-f or aws-eusc; found a number",
  ],
  [
    "a partition that is long",
    fake({ accounts: [{ id: OTHER, partition: "x".repeat(99) }] }),
    `createFakeSts: accounts[0].partition: found "${"x".repeat(64)}"; expected aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-eusc`,
  ],
  [
    "an address that is a number",
    fake({ sourceIp: 5 }),
    "createFakeSts: sourceIp: expected text; found a number",
  ],
  ...[{}, null, "keys", { keys: "x" }].map((keys): [string, () => unknown, string] => [
    `the keys ${JSON.stringify(keys)}`,
    fake({ oidcProviders: [{ ...oidc, keys }] }),
    "createFakeSts: oidcProviders[0].keys: expected a key set, such as { keys: [...] }, or a function that gets one",
  ]),
  [
    "an OIDC provider given twice",
    fake({ oidcProviders: [oidc, { ...oidc, account: "123456789012" }] }),
    "createFakeSts: the OIDC provider https://a.example of account 123456789012 is given twice",
  ],
  [
    "a SAML provider given twice",
    fake({ samlProviders: [{ ...saml, account: OTHER }, saml, { ...saml, account: OTHER }] }),
    "createFakeSts: the SAML provider a of account 111122223333 is given twice",
  ],
  [
    "a key of root and of a user",
    fake({ accounts: [{ id: OTHER, rootAccessKeys: [key] }], users: [{ name: "a", accessKeys: [key] }] }),
    "createFakeSts: the access key AKIAI44QH8DHBEXAMPLE is given twice",
  ],
  [
    "a key of a user and of a service",
    fake({
      users: [{ name: "a", accessKeys: [key] }],
      services: [{ name: "ec2.amazonaws.com", accessKeys: [key] }],
    }),
    "createFakeSts: the access key AKIAI44QH8DHBEXAMPLE is given twice",
  ],
  [
    "two devices of root with one serial number",
    fake({
      accounts: [
        { id: OTHER, rootMfaDevices: [{ secret: "JBSWY3DPEHPK3PXP" }, { secret: "JBSWY3DPEHPK3PXQ" }] },
      ],
    }),
    "createFakeSts: the MFA device arn:aws:iam::111122223333:mfa/root-account-mfa-device is given twice; give each a serialNumber of its own",
  ],
  ...[
    "arn:aws:iam::aws:policy/",
    "xarn:aws:iam::aws:policy/a",
    "arn:aws:iam::12345678901:policy/a",
    "arn:aws:iam::1234567890123:policy/a",
  ].map((arn): [string, () => unknown, string] => [
    `a managed policy ${arn}`,
    fake({ managedPolicies: { [arn]: {} } }),
    `createFakeSts: managedPolicies: expected ARNs such as arn:aws:iam::aws:policy/ReadOnlyAccess; found "${arn}"`,
  ]),
  [
    "a managed policy of a long name",
    fake({ managedPolicies: { ["x".repeat(99)]: {} } }),
    `createFakeSts: managedPolicies: expected ARNs such as arn:aws:iam::aws:policy/ReadOnlyAccess; found "${"x".repeat(64)}"`,
  ],
  [
    "managed policies in a list",
    fake({ managedPolicies: [] }),
    "createFakeSts: managedPolicies: expected an object; found a list",
  ],
  [
    "a state without codes",
    fake({ state: { sessionKey: "0".repeat(64) } }),
    'createFakeSts: state: "usedMfaSteps" is missing',
  ],
  [
    "a state whose step has a fraction",
    fake({ state: { ...state, usedMfaSteps: { a: 1.5 } } }),
    "createFakeSts: state.usedMfaSteps.a: expected a whole number; found 1.5",
  ],
  [
    "a state whose key is a number",
    fake({ state: { ...state, sessionKey: 5 } }),
    "createFakeSts: state.sessionKey: expected text; found a number",
  ],
  [
    "a state whose trade-in is text",
    fake({ state: { ...state, usedTradeIns: { a: "x" } } }),
    "createFakeSts: state.usedTradeIns.a: expected a number; found a string",
  ],
  [
    "a role without a trust policy",
    role({ trustPolicy: undefined }),
    'createFakeSts: the role demo has no trustPolicy; give it one, or "account" for everybody in its account',
  ],
  [
    "a clock that is a Date",
    fake({ clock: new Date() }),
    "createFakeSts: clock: expected an object with the method now()",
  ],
  [
    "a host with a scheme",
    () => createStsMock({ hosts: ["https://sts.example.com"] }),
    "createStsMock: hosts[0]: expected a host name without scheme and path, or a RegExp",
  ],
  [
    "the old name of responses",
    () => createStsMock(wrong({ answers: "realistic" })),
    'createStsMock: there is no "answers" here; expected hosts, clock, randomBytes, seed, log, maxCalls, responses',
  ],
  [
    "a misspelt choice",
    () => createStsMock(wrong({ responses: "realistc" })),
    'createStsMock: responses: found "realistc"; did you mean "realistic"?',
  ],
  [
    "a misspelt fault",
    () => mock().fault(wrong({ kind: "trottling" })),
    'fault: the kind "trottling" is not known; did you mean "throttling"?',
  ],
  [
    "a fault without a kind",
    () => mock().fault(wrong({})),
    "fault: it has no kind; expected throttling, status, error, network-error, slow-body, empty, skewed-date, content-type, region-disabled, key-fetch, truncated-xml, html, stall",
  ],
  [
    "a misspelt member of a fault",
    () => mock().fault(wrong({ kind: "throttling", retryAfter: 1 })),
    'fault(throttling): there is no "retryAfter" here; did you mean "retryAfterMs"?',
  ],
  [
    "a status that STS does not send",
    () => mock().fault({ kind: "status", statusCode: 418 }),
    "fault(status): statusCode: expected 408, 429, 500, 501, 502, 503, 504",
  ],
  [
    "an error that is none of STS",
    () => mock().fault(wrong({ kind: "error", error: new Error("no") })),
    'fault(error): error: expected an exception of STS, such as serviceError("AccessDenied", 403, "no"); for a broken connection there is the kind "network-error"',
  ],
  [
    "a misspelt operation of a fault",
    () => mock().fault({ kind: "stall" }, { operation: "GetSessionTokens" }),
    'fault: "GetSessionTokens" is no operation of STS; did you mean "GetSessionToken"?',
  ],
  [
    "a probability in percent",
    () => mock().fault({ kind: "stall" }, { probability: 50 }),
    "fault: schedule.probability: expected a number from 0 to 1; found 50",
  ],
  [
    "a fault that never happens",
    () => mock().fault({ kind: "stall" }, { times: 0 }),
    "fault: schedule.times: expected a whole number of at least 1; found 0",
  ],
  [
    "a misspelt member of a response",
    () => mock().on(GetSessionToken, wrong({ Credential: {} })),
    'on(GetSessionToken): there is no member "Credential"; did you mean "Credentials"?',
  ],
  [
    "a misspelt nested member",
    () => mock().once(GetSessionToken, wrong({ Credentials: { SecretKey: SECRET } })),
    'once(GetSessionToken): Credentials: there is no member "SecretKey"; expected AccessKeyId, SecretAccessKey, SessionToken, Expiration',
  ],
  [
    "a date that is text",
    () => mock().on(GetSessionToken, wrong({ Credentials: { Expiration: "2030-01-01" } })),
    "on(GetSessionToken): Credentials.Expiration: expected a Date; found string",
  ],
  [
    "an exception that is none of STS",
    () => mock().on(GetSessionToken, wrong(new RangeError("no"))),
    'on(GetSessionToken): expected members of the response, a function, or an exception of STS, such as serviceError("AccessDenied", 403, "no"); found a RangeError',
  ],
  [
    "a command of another service",
    () => mock().on(wrong(ListBucketsCommand), {}),
    "on: ListBucketsCommand is no operation of STS and no command class of one; expected AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, AssumeRoot, DecodeAuthorizationMessage, GetAccessKeyInfo, GetCallerIdentity, GetDelegatedAccessToken, GetFederationToken, GetScopedCredentials, GetSessionToken, GetWebIdentityToken",
  ],
  [
    "nothing for an operation",
    () => mock().on(wrong({}), {}),
    "on: expected an operation of @org/sts-protocol, such as GetSessionToken, or a command class of @org/sts-client or @aws-sdk/client-sts, such as GetSessionTokenCommand",
  ],
  [
    "a misspelt input to look for",
    () => mock().calls(GetSessionToken, { DurationSecond: 900 }),
    'calls(GetSessionToken): there is no member "DurationSecond"; did you mean "DurationSeconds"?',
  ],
  [
    "a misspelt input in a matcher",
    () => stsMatchers.toHaveReceivedOperation(mock(), AssumeRole, { RoleARN: "x" }),
    'calls(AssumeRole): there is no member "RoleARN"; did you mean "RoleArn"?',
  ],
  [
    "a misspelt member of a response that is built",
    () => buildResponse(GetCallerIdentity, wrong({ Acount: "1" })),
    'buildResponse(GetCallerIdentity): there is no member "Acount"; did you mean "Account"?',
  ],
  [
    "a trade-in token of nobody",
    () => createFakeSts().issueTradeInToken(wrong({ principal: "x" })),
    'issueTradeInToken: there is no "principal" here; did you mean "principalArn"?',
  ],
  [
    "a trade-in token of nothing",
    () => createFakeSts().issueTradeInToken(wrong({})),
    'issueTradeInToken: "principalArn" is missing',
  ],
  [
    "a trade-in token for a short name",
    () => createFakeSts().issueTradeInToken({ principalArn: "x", sessionName: "a" }),
    "issueTradeInToken: sessionName: expected 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
  ],
  [
    "a trade-in token for no time",
    () => createFakeSts().issueTradeInToken({ principalArn: "x", durationSeconds: 0 }),
    "issueTradeInToken: durationSeconds: expected a whole number of at least 1; found 0",
  ],
  [
    "a trade-in token that expired before",
    () => createFakeSts().issueTradeInToken({ principalArn: "x", lifeSeconds: -1 }),
    "issueTradeInToken: lifeSeconds: expected a whole number of at least 0; found -1",
  ],
])("a misconfiguration is refused with its path and the nearest right name: %s", async ([, run, message]) => {
  let found: unknown;
  try {
    await run();
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(TypeError);
  expect((found as TypeError).message).toBe(message);
  expect((found as TypeError).message).not.toContain(SECRET);
});

const context = (TransactionContext: object) => () =>
  mock().on(AssumeRoleWithSAML, wrong({ TrustedIdentityPropagationContext: { TransactionContext } }));
const CONTEXT = "on(AssumeRoleWithSAML): TrustedIdentityPropagationContext.TransactionContext";
const found = (input: object) => () => mock().calls(AssumeRole, wrong(input));
const given = (output: object) => () => mock().on(GetSessionToken, wrong(output));

test.for<[message: string, () => unknown]>([
  [
    "on(GetSessionToken): SessionTokenSize: expected a number; found string",
    given({ SessionTokenSize: "1" }),
  ],
  ["on(GetSessionToken): Credentials: expected an object; found a list", given({ Credentials: [] })],
  ["on(GetSessionToken): Credentials: expected an object; found null", given({ Credentials: null })],
  ["on(GetSessionToken): Credentials: expected an object; found a Date", given({ Credentials: new Date() })],
  [
    "on(GetSessionToken): Credentials.Expiration: expected a valid Date",
    given({ Credentials: { Expiration: new Date(Number.NaN) } }),
  ],
  [
    'on(GetCallerIdentity): there is no member "constructor"; expected UserId, Account, Arn',
    () => mock().on(GetCallerIdentity, wrong({ constructor: 1 })),
  ],
  ["calls(AssumeRole): RoleArn: expected a string; found number", found({ RoleArn: 1 })],
  ["calls(AssumeRole): RoleArn: expected a string; found null", found({ RoleArn: null })],
  ["calls(AssumeRole): Tags: expected a list; found object", found({ Tags: {} })],
  ["calls(AssumeRole): Tags[1].Key: expected a string; found number", found({ Tags: [{}, { Key: 1 }] })],
  [
    'calls(AssumeRole): Tags[0]: there is no member "key"; did you mean "Key"?',
    found({ Tags: [{ key: "a" }] }),
  ],
  [
    'calls(AssumeRole): Tags[0]: there is no member "constructor"; expected Key, Value',
    found({ Tags: [{ constructor: 1 }] }),
  ],
  [`${CONTEXT}.IdentityProvider: expected an object; found a list`, context({ IdentityProvider: [] })],
  [`${CONTEXT}.IdentityProvider.a: expected a string; found number`, context({ IdentityProvider: { a: 1 } })],
])("a member of the wrong kind is refused: %s", ([message, run]) => {
  expect(run).toThrow(new TypeError(message));
});

test.for<[string, () => unknown]>([
  ["the metadata of an SDK", given({ $metadata: {} })],
  ["a member that is undefined", given({ Credentials: undefined })],
  ["a matcher for any value", found({ Tags: expect.any(Array), DurationSeconds: expect.any(Number) })],
])("members are taken: %s", ([, run]) => {
  expect(run).not.toThrow();
});

test.for<[string, () => unknown]>([
  ["any skew", fake({ maxSkewSeconds: Infinity })],
  ["a skew of half a second", fake({ maxSkewSeconds: 0.5 })],
  ["sessions of twelve hours", role({ maxSessionDuration: 43_200 })],
  ["an address that a function tells", fake({ sourceIp: () => "192.0.2.1" })],
  ["keys that a function gets", fake({ oidcProviders: [{ ...oidc, keys: async () => ({ keys: [] }) }] })],
  [
    "providers of the same name in two accounts",
    fake({
      oidcProviders: [oidc, { ...oidc, account: OTHER }],
      samlProviders: [saml, { ...saml, account: OTHER }],
    }),
  ],
  [
    "a policy of an account in China",
    fake({
      managedPolicies: {
        "arn:aws-cn:iam::123456789012:policy/team/a": {
          Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
        },
      },
    }),
  ],
  ["an option that is undefined", fake({ users: undefined, clock: undefined })],
  [
    "keys that a client of the AWS SDK has written into",
    fake({
      users: [{ name: "a", accessKeys: [{ accessKeyId: "AKIA", secretAccessKey: "a", $source: {} }] }],
    }),
  ],
  ["a state with trade-ins", fake({ state: { ...state, usedTradeIns: { a: 1.5 } } })],
])("createFakeSts takes %s", ([, make]) => {
  expect(make).not.toThrow();
});

test("createFakeSts refuses what the AWS SDK writes into keys where there are no keys", () => {
  expect(role({ $source: {} })).toThrow(/there is no "\$source" here/);
});

test.for([
  ["{", ""],
  ["{}", "policy: the policy has no Statement"],
  ["[]", "policy: a policy is an object with Statement"],
] as const)("a managed policy %s is refused with its ARN and what is wrong", ([source, problem]) => {
  const make = () => createFakeSts({ managedPolicies: { "arn:aws:iam::aws:policy/a": source } });
  expect(make).toThrow(SyntaxError);
  expect(make).toThrow(`createFakeSts: managedPolicies["arn:aws:iam::aws:policy/a"]: ${problem}`);
});

test.for([
  ["Account", ""],
  ["{}", "policy: the policy has no Statement"],
] as const)("a trust policy %s is refused with its role and what is wrong", ([trustPolicy, problem]) => {
  const make = role({ trustPolicy });
  expect(make).toThrow(SyntaxError);
  expect(make).toThrow(
    `createFakeSts: the trustPolicy of the role demo is neither a policy nor "account": ${problem}`,
  );
});

test("a reply function that returns a misspelt member fails the call with the nearest right name", async () => {
  const sts = mock().on(
    GetSessionToken,
    wrong(() => ({ Credental: {} })),
  );
  await expect(call(sts, GetSessionToken, {})).rejects.toThrow(
    'the reply function of GetSessionToken: there is no member "Credental"; did you mean "Credentials"?',
  );
});

test("command classes of the AWS SDK stand for their operation in on, once, calls, fault and matchers", async () => {
  const sts = mock();
  sts.on(SdkGetCallerIdentityCommand, { Account: "111122223333" });
  sts.once(SdkGetCallerIdentityCommand, { Account: "444455556666" });
  sts.fault({ kind: "throttling" }, { operation: SdkGetSessionTokenCommand });
  expect((await call(sts, GetCallerIdentity, {})).Account).toBe("444455556666");
  expect((await call(sts, GetCallerIdentity, {})).Account).toBe("111122223333");
  await expect(call(sts, GetSessionToken, {})).rejects.toMatchObject({ name: "Throttling" });
  expect(sts.calls(SdkGetCallerIdentityCommand)).toHaveLength(2);
  expect(stsMatchers.toHaveReceivedOperationTimes(sts, SdkGetSessionTokenCommand, 1).pass).toBe(true);
});

test("command classes of the AWS SDK are found under the names that bundlers give to classes", async () => {
  const sts = mock();
  class _GetCallerIdentityCommand {
    readonly input = {};
  }
  class GetCallerIdentityCommand2 {
    readonly input = {};
  }
  sts.once(wrong(_GetCallerIdentityCommand), wrong({ Account: "1" }));
  sts.once(wrong(GetCallerIdentityCommand2), wrong({ Account: "2" }));
  expect((await call(sts, GetCallerIdentity, {})).Account).toBe("1");
  expect((await call(sts, GetCallerIdentity, {})).Account).toBe("2");
});

test("command classes of the AWS SDK are typed by their input and output", () => {
  mock().on(SdkGetSessionTokenCommand, (input) => {
    expectTypeOf(input.DurationSeconds).toEqualTypeOf<number | undefined>();
    return { Credentials: { Expiration: new Date(0) } };
  });
  // @ts-expect-error -- a number is no account
  expect(() => mock().on(SdkGetCallerIdentityCommand, { Account: 1 })).toThrow(TypeError);
});

test.each<[string, () => unknown, string]>([
  [
    "a date as text",
    () => createClock(wrong({ at: "2026-01-01" })),
    "createClock: at: expected a Date or milliseconds since 1970; found a string",
  ],
  [
    "an unknown option",
    () => createClock(wrong({ now: new Date() })),
    'createClock: there is no "now" here; expected at',
  ],
  [
    "set to an invalid date",
    () => {
      createClock().set(new Date("never"));
    },
    "set: time: expected a valid Date or milliseconds since 1970; found an invalid one",
  ],
  [
    "advanced by a text",
    () => {
      createClock().advanceSeconds(wrong("60"));
    },
    "advanceSeconds: seconds: expected a number; found a string",
  ],
  [
    "advanced by NaN",
    () => {
      createClock().advanceSeconds(Number.NaN);
    },
    "advanceSeconds: seconds: expected a number; found a number",
  ],
])("a clock is refused: %s", (_, make, message) => {
  expect(make).toThrow(new TypeError(message));
});

test.each<[string, unknown]>([
  ["the name of an operation", "GetSessionToken"],
  ["undefined", undefined],
  ["null", null],
  ["a number", 5],
  ["an object without a name", {}],
  ["an object with an empty name", { name: "" }],
  ["an object whose name is a number", { name: 5 }],
  ["a command class without an operation", { operation: undefined }],
])("on refuses %s", (_, reference) => {
  expect(() => createStsMock().on(wrong(reference), {})).toThrow(
    new TypeError(
      "on: expected an operation of @org/sts-protocol, such as GetSessionToken, or a command class of @org/sts-client or @aws-sdk/client-sts, such as GetSessionTokenCommand",
    ),
  );
});

test.each<[string, unknown]>([
  ["another service's class", function GetSessionTokensCommand() {}],
  ["an object with a name", { name: "GetSessionTokens" }],
])("on refuses %s, and names the nearest operation", (_, reference) => {
  expect(() => createStsMock().on(wrong(reference), {})).toThrow(
    /^on: GetSessionTokens(Command)? is no operation of STS and no command class of one; did you mean "GetSessionToken"\?$/,
  );
});

test("once without a reply is refused", () => {
  expect(() => createStsMock().once(GetSessionToken)).toThrow(
    new TypeError("once: expected at least one reply"),
  );
});

test.each<[string, () => object, string | RegExp]>([
  ["the mock itself in place of options", createStsMock, /^startStsServer: there is no "\w+" here; /],
  ["an unknown option", () => ({ mock: createStsMock() }), /^startStsServer: there is no "mock" here; /],
  [
    "a port as text",
    () => ({ port: "4566" }),
    "startStsServer: port: expected a whole number from 0 to 65535; found a string",
  ],
  [
    "a port beyond the last",
    () => ({ port: 65_536 }),
    "port: expected a whole number from 0 to 65535; found 65536",
  ],
  [
    "a mock that is none",
    () => ({ sts: {} }),
    "startStsServer: sts: expected an object with the method handle()",
  ],
  [
    "connections below 0",
    () => ({ maxConnections: -1 }),
    "maxConnections: expected a whole number of at least 0; found -1",
  ],
  [
    "a time below 0",
    () => ({ requestTimeoutMs: -1 }),
    "requestTimeoutMs: expected a whole number of at least 0; found -1",
  ],
])("startStsServer refuses %s", async (_, options, message) => {
  await expect(startStsServer(wrong(options()))).rejects.toThrow(message);
});
