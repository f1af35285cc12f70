import {
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoot,
  encodeRequest,
  GetCallerIdentity,
  GetFederationToken,
  GetScopedCredentials,
  GetSessionToken,
  GetWebIdentityToken,
  type InputIssue,
  InvalidInputError,
  type OperationSchema,
  validateInput,
} from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

function issuesOf(
  operation: OperationSchema,
  input: object,
  mode?: "full" | "required" | "off",
): readonly InputIssue[] {
  try {
    validateInput(operation, input, mode);
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
}

const linesOf = (operation: OperationSchema, input: object): string[] =>
  issuesOf(operation, input).map(({ path, rule, message }) => `${rule}: ${path} ${message}`);

const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };

test.each([
  [AssumeRole, { ...role, policy: "{}" }, "name: policy must be spelled Policy"],
  [AssumeRole, { ...role, durationSeconds: 900 }, "name: durationSeconds must be spelled DurationSeconds"],
  [AssumeRole, { ...role, PolicyARNs: [] }, "name: PolicyARNs must be spelled PolicyArns"],
  [
    AssumeRole,
    { ...role, Tags: [{ Key: "a", Value: "b", value: "c" }] },
    "name: Tags[0].value must be spelled Value",
  ],
  [GetSessionToken, { tokenCode: "123456" }, "name: tokenCode must be spelled TokenCode"],
] as const)(
  "validateInput of %o refuses a member in another spelling, which would be lost: %o",
  (operation, input, line) => {
    expect(linesOf(operation, input)).toEqual([line]);
    expect(issuesOf(operation, input, "required")).toEqual([]);
  },
);

test("validateInput passes over members that STS never had", () => {
  expect(linesOf(AssumeRole, { ...role, comment: "mine", constructor: 1 })).toEqual([]);
});

describe("validateInput refuses", () => {
  test.for([
    [GetSessionToken, { DurationSeconds: 60 }, "range: DurationSeconds is 60, but must be 900 to 129600"],
    [
      GetSessionToken,
      { DurationSeconds: 129_601 },
      "range: DurationSeconds is 129601, but must be 900 to 129600",
    ],
    [GetSessionToken, { DurationSeconds: 900.5 }, "kind: DurationSeconds must be a whole number, not 900.5"],
    [
      GetSessionToken,
      { DurationSeconds: Number.NaN },
      "kind: DurationSeconds must be a whole number, not NaN",
    ],
    [
      GetSessionToken,
      { DurationSeconds: "900" },
      "kind: DurationSeconds must be a whole number, not a string",
    ],
    [
      GetSessionToken,
      { SerialNumber: "GAHT12345678", TokenCode: "12a456" },
      String.raw`pattern: TokenCode does not match /^\d*$/ (the value is secret and not shown)`,
    ],
    [
      GetSessionToken,
      { SerialNumber: "GAHT12345678", TokenCode: "12345" },
      "length: TokenCode has 5 characters, but must have exactly 6",
    ],
    [
      GetSessionToken,
      { SerialNumber: "GAHT12345678", TokenCode: 123_456 },
      "kind: TokenCode must be a string, not a number",
    ],
    [
      GetSessionToken,
      { SerialNumber: "GAHT12345678" },
      "combination: TokenCode is required with SerialNumber: give the six digits that the MFA device shows now",
    ],
    [
      GetSessionToken,
      { TokenCode: "123456" },
      "combination: SerialNumber is required with TokenCode: give the serial number or ARN of the MFA device",
    ],
    [
      GetSessionToken,
      { SerialNumber: "arn:aws:iam::123456789012:user/Alice", TokenCode: "123456" },
      'combination: SerialNumber is "arn:aws:iam::123456789012:user/Alice", which is not the ARN of an MFA device; did you mean "arn:aws:iam::123456789012:mfa/Alice"?',
    ],
    [AssumeRole, { ...role, RoleArn: undefined }, "required: RoleArn is required"],
    [AssumeRole, { ...role, RoleArn: null }, "required: RoleArn is required"],
    [
      AssumeRole,
      { ...role, RoleArn: "arn:aws:iam::123456789012:role/\u0000x" },
      String.raw`pattern: RoleArn is "arn:aws:iam::123456789012:role/\u0000x", which does not match ${String(AssumeRole.input.RoleArn.pattern)}`,
    ],
    [
      AssumeRole,
      { ...role, RoleSessionName: "with space" },
      String.raw`pattern: RoleSessionName is "with space", which does not match /^[\w+=,.@-]*$/`,
    ],
    [
      AssumeRole,
      {
        ...role,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "#" },
        ],
      },
      String.raw`pattern: Tags[1].Value is "#", which does not match /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u`,
    ],
    [AssumeRole, { ...role, Tags: [{ Key: "a" }] }, "required: Tags[0].Value is required"],
    [
      AssumeRole,
      {
        ...role,
        Tags: [
          { Key: "Department", Value: "1" },
          { Key: "b", Value: "" },
          { Key: "department", Value: "2" },
        ],
      },
      "combination: Tags[2].Key repeats the key of Tags[0]: case does not distinguish keys",
    ],
    [
      AssumeRole,
      { ...role, TransitiveTagKeys: Array.from({ length: 51 }, (_, index) => `k${index}`) },
      "items: TransitiveTagKeys has 51 items, but must have at most 50",
    ],
    [AssumeRole, () => role, "kind: input must be an object, not a function"],
    [AssumeRole, { ...role, Tags: "a" }, "kind: Tags must be an array"],
    [AssumeRole, { ...role, Tags: ["a"] }, "kind: Tags[0] must be an object"],
    [
      AssumeRole,
      { ...role, ProvidedContexts: [] },
      "items: ProvidedContexts has 0 items, but must have 1 to 5",
    ],
    [
      AssumeRole,
      {
        ...role,
        PolicyArns: Array.from({ length: 11 }, () => ({ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })),
      },
      "combination: PolicyArns has 11 items, but must have at most 10",
    ],
    [
      AssumeRole,
      {
        ...role,
        Policy: "x".repeat(2000),
        PolicyArns: [{ arn: `arn:aws:iam::123456789012:policy/${"x".repeat(50)}` }],
      },
      "combination: Policy and PolicyArns have 2083 characters together, but must have at most 2048",
    ],
    [
      AssumeRoleWithSAML,
      { RoleArn: role.RoleArn, PrincipalArn: role.RoleArn, SAMLAssertion: "abc" },
      "length: SAMLAssertion has 3 characters, but must have 4 to 100000",
    ],
    [AssumeRoot, { TargetPrincipal: "111122223333" }, "required: TaskPolicyArn is required"],
    [
      GetFederationToken,
      { Name: "Bob", Policy: "漢" },
      String.raw`pattern: Policy is "漢", which does not match /^[\t\n\r -\xFF]+$/`,
    ],
    [
      GetScopedCredentials,
      { ScopedSessionDescription: "x" },
      "combination: Policy or DurationSeconds is required: scoped credentials must differ from the caller's",
    ],
    [
      GetWebIdentityToken,
      { Audience: ["a"], SigningAlgorithm: "HS256" },
      'combination: SigningAlgorithm is "HS256", but must be RS256 or ES384',
    ],
    [
      GetWebIdentityToken,
      { Audience: [], SigningAlgorithm: "RS256" },
      "items: Audience has 0 items, but must have 1 to 10",
    ],
    [
      GetWebIdentityToken,
      { Audience: ["a"], SigningAlgorithm: "RS256", Scope: "read" },
      "combination: Scope is only allowed with SubjectMode OriginIdentity",
    ],
    [
      GetWebIdentityToken,
      { Audience: ["a", "b"], SigningAlgorithm: "RS256", Scope: "read", SubjectMode: "OriginIdentity" },
      "combination: Audience must have exactly one item when Scope is given",
    ],
  ] satisfies [OperationSchema, object, string][])(
    "validateInput refuses a $0.name input whose $2",
    ([operation, input, line]) => {
      expect(linesOf(operation, input)).toEqual([line]);
    },
  );

  test("validateInput reports all problems in one error, in the order of the members", () => {
    expect(() =>
      validateInput(AssumeRole, { RoleArn: "x", DurationSeconds: 1, Tags: [{ Key: "", Value: "v" }] }),
    ).toThrow(
      "AssumeRole: RoleArn has 1 character, but must have 20 to 2048; RoleSessionName is required; " +
        "DurationSeconds is 1, but must be 900 to 43200; Tags[0].Key has 0 characters, but must have 1 to 128",
    );
  });

  test("encodeRequest validates the input before it makes a request", () => {
    expect(() =>
      encodeRequest(GetSessionToken, { DurationSeconds: 60 }, { hostname: "sts.amazonaws.com" }),
    ).toThrow(InvalidInputError);
  });

  test("an InvalidInputError carries a code and the operation, for programs", () => {
    expect(
      new InvalidInputError("AssumeRole", [{ path: "RoleArn", rule: "required", message: "is required" }]),
    ).toMatchObject({
      name: "InvalidInputError",
      code: "ERR_INVALID_INPUT",
      operation: "AssumeRole",
      message: "AssumeRole: RoleArn is required",
    });
  });
});

describe("validateInput accepts", () => {
  test.for([
    ["without members", GetCallerIdentity, {}],
    ["with members the service does not know, which are not sent", GetCallerIdentity, { Extra: 1 }],
    [
      "with a virtual MFA device",
      GetSessionToken,
      { SerialNumber: "arn:aws:iam::123456789012:mfa/Alice", TokenCode: "012345" },
    ],
    [
      "with an MFA device in China",
      GetSessionToken,
      { SerialNumber: "arn:aws-cn:iam::123456789012:mfa/a", TokenCode: "000000" },
    ],
    [
      "with text of any script where the service takes it",
      AssumeRole,
      { ...role, Tags: [{ Key: "Abteilung", Value: "Größe 漢字" }] },
    ],
    [
      "with characters beyond the basic plane in an ARN",
      AssumeRole,
      { ...role, RoleArn: "arn:aws:iam::123456789012:role/😀" },
    ],
    [
      "with lengths counted in characters, not in UTF-16 units",
      AssumeRole,
      { ...role, RoleArn: `arn:aws:iam::123456789012:role/${"😀".repeat(2048 - 31)}` },
    ],
    ["with absent items in a list", AssumeRole, { ...role, TransitiveTagKeys: ["a", undefined, null] }],
    [
      "with null for what is optional",
      AssumeRole,
      { ...role, Policy: null, Tags: null, SerialNumber: null, TokenCode: null },
    ],
    ["with an empty tag value", AssumeRole, { ...role, Tags: [{ Key: "a", Value: "" }] }],
    ["at the limits", GetSessionToken, { DurationSeconds: 900, MinimumSessionTokenSize: 4096 }],
    ["with a policy of ASCII and Latin-1", GetFederationToken, { Name: "Bob", Policy: '{"a":\t"ÿ"}\r\n' }],
  ] satisfies [string, OperationSchema, object][])("validateInput accepts %s", ([, operation, input]) => {
    expect(issuesOf(operation, input)).toEqual([]);
  });
});

describe("the option inputValidation", () => {
  const input = { RoleArn: "x", DurationSeconds: 1 };

  test('inputValidation "required" only checks whether required members are given', () => {
    expect(issuesOf(AssumeRole, input, "required").map(({ path }) => path)).toEqual(["RoleSessionName"]);
  });

  test('inputValidation "off" sends whatever is given, for servers with other rules', () => {
    const request = encodeRequest(
      AssumeRole,
      { ...input, RoleSessionName: "" },
      { hostname: "minio.example" },
      { inputValidation: "off" },
    );
    expect(request.body).toBe(
      "Action=AssumeRole&Version=2011-06-15&RoleArn=x&RoleSessionName=&DurationSeconds=1",
    );
  });
});

describe("InvalidInputError and secrets", () => {
  const secret = "s3cr3t value #";

  test.for([
    [AssumeRole, { ...role, ExternalId: secret }],
    [AssumeRole, { ...role, SerialNumber: "GAHT12345678", TokenCode: secret.slice(0, 6) }],
    [AssumeRole, { ...role, ProvidedContexts: [{ ContextAssertion: secret.repeat(200) }] }],
    [AssumeRoleWithSAML, { RoleArn: "x", PrincipalArn: "x", SAMLAssertion: secret.repeat(10_000) }],
  ] satisfies [OperationSchema, object][])(
    "the message of an invalid $0.name input never shows a secret",
    ([operation, input]) => {
      const issues = issuesOf(operation, input);
      expect(issues.length).toBeGreaterThan(0);
      expect(JSON.stringify(issues)).not.toContain("s3cr3t");
    },
  );
});
