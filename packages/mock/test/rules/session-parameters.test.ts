import { createClock, createFakeSts, demoUser, type FakeSts } from "@org/sts-mock";
import { GetFederationToken } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { call, keysOf } from "../support/call.ts";
import { allow, assumeRole, policy, trust, verdict } from "../support/verdict.ts";

const fake = createFakeSts({
  users: [demoUser],
  roles: [{ name: "open", trustPolicy: trust() }],
  clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
});

interface Parameters {
  readonly Policy?: string;
  readonly PolicyArns?: { arn: string }[];
  readonly Tags?: { Key: string; Value: string }[];
  readonly TransitiveTagKeys?: string[];
}

/** The operations that take session policies and tags from the caller. */
const OPERATIONS = {
  AssumeRole: (input: Parameters) => assumeRole(fake, "open", input),
  GetFederationToken: ({ TransitiveTagKeys: _none, ...input }: Parameters) =>
    call(fake, GetFederationToken, { Name: "Bob", ...input }),
} as const;

const settle = async (request: Promise<{ readonly PackedPolicySize?: number | undefined }>) =>
  request.then(
    ({ PackedPolicySize }) => PackedPolicySize ?? "nothing packed",
    (error: Error) => error.name,
  );

const WIDE = JSON.stringify(policy(allow()));
const arnOf = (length: number): { arn: string } => ({ arn: "arn:aws:iam::aws:policy/".padEnd(length, "x") });

describe.each(Object.entries(OPERATIONS))("%s", (_name, request) => {
  test.each([
    ["nothing", {}, "nothing packed"],
    ["a policy of as many characters as fit", { Policy: WIDE.padEnd(2048) }, expect.any(Number)],
    ["one character more", { Policy: WIDE.padEnd(2049) }, "ValidationError"],
    [
      "a policy and an ARN that fit together",
      { Policy: WIDE.padEnd(2018), PolicyArns: [arnOf(30)] },
      expect.any(Number),
    ],
    [
      "one character more together",
      { Policy: WIDE.padEnd(2019), PolicyArns: [arnOf(30)] },
      "ValidationError",
    ],
    ["ten ARNs", { PolicyArns: Array.from({ length: 10 }, () => arnOf(30)) }, expect.any(Number)],
    ["eleven ARNs", { PolicyArns: Array.from({ length: 11 }, () => arnOf(30)) }, "ValidationError"],
    ["an empty tag", { Tags: [{ Key: "k", Value: "" }] }, 1],
    [
      "tags that fit when packed",
      { Tags: Array.from({ length: 8 }, (_, index) => ({ Key: `k${index}`, Value: "v".repeat(254) })) },
      100,
    ],
    [
      "one character more of tags",
      {
        Tags: Array.from({ length: 8 }, (_, index) => ({
          Key: `k${index}`,
          Value: "v".repeat(index ? 254 : 255),
        })),
      },
      "PackedPolicyTooLargeException",
    ],
    [
      "tags that fit alone and not with a policy",
      {
        Policy: WIDE,
        Tags: Array.from({ length: 8 }, (_, index) => ({ Key: `k${index}`, Value: "v".repeat(254) })),
      },
      "PackedPolicyTooLargeException",
    ],
    [
      "tags that fit alone and not with an ARN",
      {
        PolicyArns: [arnOf(30)],
        Tags: Array.from({ length: 8 }, (_, index) => ({ Key: `k${index}`, Value: "v".repeat(254) })),
      },
      "PackedPolicyTooLargeException",
    ],
    ["a policy that is not JSON", { Policy: "policy" }, "MalformedPolicyDocumentException"],
    ["a policy that is null", { Policy: "null" }, "MalformedPolicyDocumentException"],
    ["a policy without a statement", { Policy: '{"Statement":[]}' }, "MalformedPolicyDocumentException"],
    ["a statement that is null", { Policy: '{"Statement":null}' }, "MalformedPolicyDocumentException"],
    [
      "a statement without Effect",
      { Policy: '{"Statement":{"Action":"*","Resource":"*"}}' },
      "MalformedPolicyDocumentException",
    ],
    [
      "a statement without Action",
      { Policy: '{"Statement":{"Effect":"Allow","Resource":"*"}}' },
      "MalformedPolicyDocumentException",
    ],
    ["a statement with Principal", { Policy: JSON.stringify(trust()) }, "MalformedPolicyDocumentException"],
    [
      "a second statement with Principal",
      { Policy: JSON.stringify(policy(allow(), allow({ Principal: "*" }))) },
      "MalformedPolicyDocumentException",
    ],
    [
      "an operator that there is not",
      { Policy: JSON.stringify(policy(allow({ Condition: { StringEqual: { "aws:username": "x" } } }))) },
      "MalformedPolicyDocumentException",
    ],
    [
      "tag keys that repeat",
      { Tags: ["Team", "Team"].map((Key) => ({ Key, Value: "x" })) },
      "InvalidParameterValue",
    ],
    [
      "tag keys that repeat but for their case",
      { Tags: ["Team", "TEAM"].map((Key) => ({ Key, Value: "x" })) },
      "InvalidParameterValue",
    ],
    ["a reserved tag key", { Tags: [{ Key: "aws:x", Value: "x" }] }, "InvalidParameterValue"],
    ["a reserved tag key in other case", { Tags: [{ Key: "AWS:x", Value: "x" }] }, "InvalidParameterValue"],
    ["a tag key that only begins alike", { Tags: [{ Key: "awsx", Value: "x" }] }, 1],
  ])("the parameters of a session are taken or refused: %s", async (_case, input, expected) => {
    expect(await settle(request(input))).toEqual(expected);
  });
});

test.each<[string, Parameters, string]>([
  [
    "eleven ARNs",
    { PolicyArns: Array.from({ length: 11 }, () => arnOf(30)) },
    "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10",
  ],
  [
    "policies that are too long together",
    { Policy: WIDE.padEnd(2019), PolicyArns: [arnOf(30)] },
    "The inline and managed session policies have 2049 characters together, and may have 2048",
  ],
  [
    "tags that are too long together",
    { Tags: Array.from({ length: 9 }, (_, index) => ({ Key: `k${index}`, Value: "v".repeat(254) })) },
    "Packed size of session policies and tags consumes 113% of allotted space",
  ],
  [
    "tag keys that repeat",
    { Tags: ["Team", "TEAM"].map((Key) => ({ Key, Value: "x" })) },
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  ],
  ["a reserved tag key", { Tags: [{ Key: "aws:x", Value: "x" }] }, "A tag key must not begin with aws:"],
  [
    "a transitive key that is no tag",
    { Tags: [{ Key: "Team", Value: "x" }], TransitiveTagKeys: ["Other"] },
    "The specified transitive tag key must be included in the requested tags.",
  ],
])("the parameters of a session are refused in words that say why: %s", async (_case, input, message) => {
  await expect(assumeRole(fake, "open", input)).rejects.toMatchObject({ message });
});

test("a transitive key must be one of the tags, in any case", async () => {
  const Tags = [{ Key: "Team", Value: "red" }];
  const settleKeys = (...TransitiveTagKeys: string[]) =>
    settle(assumeRole(fake, "open", { Tags, TransitiveTagKeys }));
  expect(await settleKeys("Team")).toBe(1);
  expect(await settleKeys("team")).toBe(1);
  expect(await settleKeys("Team", "Other")).toBe("InvalidParameterValue");
});

test("tags that come down from the session count as packed too", async () => {
  const Tags = [{ Key: "Team", Value: "v".repeat(200) }];
  const sessionOf = async (TransitiveTagKeys: string[]) => {
    const { Credentials } = await assumeRole(fake, "open", { Tags, TransitiveTagKeys });
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
  };
  const next = async (TransitiveTagKeys: string[]) =>
    settle(assumeRole(fake, "open", {}, { keys: await sessionOf(TransitiveTagKeys) }));
  expect(await next(["Team"])).toBe(10);
  expect(await next([])).toBe("nothing packed");
});

test.each([
  ["a tag of its own and one that comes down", [{ Key: "Stage", Value: "test" }], ["Team"], "denied"],
  ["a tag of its own", [{ Key: "Stage", Value: "test" }], [], "denied"],
  ["a tag that comes down", [], ["Team"], "denied"],
  ["no tag", [], [], "allowed"],
] as const)("a chained session with %s needs sts:TagSession", async (_case, Tags, transitive, without) => {
  const trusting = (...Action: readonly string[]) =>
    createFakeSts({
      users: [demoUser],
      roles: [
        { name: "open", trustPolicy: trust() },
        { name: "next", trustPolicy: trust({ Action }) },
      ],
      clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
    });
  const chain = async (target: FakeSts) => {
    const first = await assumeRole(target, "open", {
      Tags: [{ Key: "Team", Value: "red" }],
      TransitiveTagKeys: [...transitive],
    });
    const keys = keysOf(first.Credentials);
    return await verdict(assumeRole(target, "next", { Tags: [...Tags] }, { keys }));
  };
  expect(await chain(trusting("sts:AssumeRole"))).toBe(without);
  expect(await chain(trusting("sts:AssumeRole", "sts:TagSession"))).toBe("allowed");
});
