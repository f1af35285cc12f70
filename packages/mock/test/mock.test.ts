import { inspect } from "node:util";

import {
  buildResponse,
  createClock,
  createStsMock,
  isStsHost,
  serviceError,
  stsMatchers,
  type StsMatchers,
} from "@org/sts-mock";
import {
  AssumeRole,
  decodeResponse,
  encodeRequest,
  GetCallerIdentity,
  GetSessionToken,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
  type Operation,
  operations,
  RegionDisabledException,
} from "@org/sts-protocol";
import { beforeEach, expect, expectTypeOf, test } from "vitest";

import { call } from "./support/call.ts";
import { conformanceDir, readConformance, SKIP_REASON } from "./support/conformance.ts";

declare module "vitest" {
  // eslint-disable-next-line no-unused-vars -- merged declarations have the same type parameters
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends StsMatchers<R> {}
}
expect.extend(stsMatchers);

let mock = createStsMock();
beforeEach(() => {
  mock = createStsMock();
});

const MARKER = "MARKED-SECRET";
const getSessionToken = (input: GetSessionTokenRequest = {}) => call(mock, GetSessionToken, input);

test.each(operations.map(({ name }) => name))(
  "the canned mock answers %s with the documented example",
  async (name) => {
    const found = operations.find((operation) => operation.name === name);
    const operation = found as Operation<object, object>; // by its own name
    const output = await call(mock, operation, {});
    expect(Object.keys(output).length).toBeGreaterThan(1);
    expect(emptyParts(output)).toEqual([]);
  },
);

/** The paths of what says nothing: empty texts, and objects without members. */
function emptyParts(value: unknown, path = "output"): string[] {
  if (typeof value === "string") return value === "" ? [path] : [];
  if (typeof value !== "object" || value === null || value instanceof Date) return [];
  const members = Object.entries(value);
  if (members.length === 0) return [path];
  return members.flatMap(([name, member]) => emptyParts(member, `${path}.${name}`));
}

test("replies lay their members over the mock's own answer", async () => {
  mock.on(GetSessionToken, {
    Credentials: { AccessKeyId: "ASIAEXAMPLEEXAMPLE12" },
    SessionTokenSize: 1000,
  });
  expect(await getSessionToken()).toMatchObject({
    Credentials: {
      AccessKeyId: "ASIAEXAMPLEEXAMPLE12",
      SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    },
    SessionTokenSize: 1000,
  });
});

test("replies take a member away with undefined", async () => {
  mock.on(AssumeRole, { PackedPolicySize: undefined });
  const output = await call(mock, AssumeRole, { RoleArn: "r", RoleSessionName: "s" });
  expect(output).not.toHaveProperty("PackedPolicySize");
  expect(output).toHaveProperty("AssumedRoleUser");
});

test("replies may be functions of the input, typed by the operation", async () => {
  mock.on(GetSessionToken, (input, { accessKeyId }) => {
    expectTypeOf(input).toEqualTypeOf<GetSessionTokenRequest>();
    return {
      Credentials: { AccessKeyId: accessKeyId, Expiration: new Date((input.DurationSeconds ?? 0) * 1000) },
    };
  });
  const { Credentials } = await getSessionToken({ DurationSeconds: 900 });
  expect(Credentials).toMatchObject({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Expiration: new Date(900_000) });
});

test("replies may be exceptions, returned or thrown", async () => {
  mock.on(GetSessionToken, new RegionDisabledException({ message: "not here" }));
  await expect(getSessionToken()).rejects.toMatchObject({
    name: "RegionDisabledException",
    message: "not here",
  });
  mock.on(GetSessionToken, () => {
    throw serviceError("AccessDenied", 403, "no");
  });
  await expect(getSessionToken()).rejects.toMatchObject({
    name: "AccessDenied",
    $metadata: { httpStatusCode: 403 },
  });
});

test("replies come in sequence, then the standing one", async () => {
  mock.on(GetSessionToken, { SessionTokenSize: 3 });
  mock.once(GetSessionToken, { SessionTokenSize: 1 }, new RegionDisabledException({ message: "" }), {
    SessionTokenSize: 2,
  });
  expect((await getSessionToken()).SessionTokenSize).toBe(1);
  await expect(getSessionToken()).rejects.toThrow(RegionDisabledException);
  expect((await getSessionToken()).SessionTokenSize).toBe(2);
  expect((await getSessionToken()).SessionTokenSize).toBe(3);
  expect((await getSessionToken()).SessionTokenSize).toBe(3);
});

test("replies that throw anything else are bugs of the test, and rethrown", async () => {
  mock.on(GetSessionToken, () => {
    throw new RangeError("a bug");
  });
  await expect(getSessionToken()).rejects.toThrow(RangeError);
});

test("replies are given to a command class too", async () => {
  class GetSessionTokenCommand {
    static readonly operation: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = GetSessionToken;
    readonly input: GetSessionTokenRequest = {};
  }
  mock.on(GetSessionTokenCommand, { SessionTokenSize: 7 });
  expect((await getSessionToken()).SessionTokenSize).toBe(7);
  expect(mock.calls(GetSessionTokenCommand)).toHaveLength(1);
});

test("replies are typed by the operation", () => {
  // @ts-expect-error -- a number is no access key id
  expect(() => mock.on(GetSessionToken, { Credentials: { AccessKeyId: 1 } })).toThrow(TypeError);
  // @ts-expect-error -- GetCallerIdentity responds with no credentials
  expect(() => mock.on(GetCallerIdentity, { Credentials: {} })).toThrow(TypeError);
  expect(mock.calls()).toEqual([]);
});

test("calls hold operation, input, host, signer and outcome", async () => {
  await call(mock, GetSessionToken, { DurationSeconds: 900 }, { hostname: "sts.eu-west-1.amazonaws.com" });
  mock.on(GetSessionToken, serviceError("Throttling", 400, "Rate exceeded"));
  await getSessionToken().catch(() => {});
  expect(mock.calls()).toMatchObject([
    {
      operation: "GetSessionToken",
      input: { DurationSeconds: 900 },
      host: "sts.eu-west-1.amazonaws.com",
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      outcome: "ok",
    },
    { operation: "GetSessionToken", outcome: "Throttling" },
  ]);
});

test("calls show no secret when printed, and give it when asked", async () => {
  await getSessionToken({ SerialNumber: "GAHT12345678", TokenCode: MARKER });
  const [record] = mock.calls();
  expect(inspect(mock.calls(), { depth: 9 }) + JSON.stringify(mock.calls())).not.toContain(MARKER);
  expect(record?.reveal()).toMatchObject({ TokenCode: MARKER });
});

test("calls are found by input", async () => {
  await getSessionToken({ DurationSeconds: 900 });
  await getSessionToken({ DurationSeconds: 1800 });
  expect(mock.calls(GetSessionToken, { DurationSeconds: 900 })).toHaveLength(1);
  expect(mock.calls(GetSessionToken, { DurationSeconds: expect.any(Number) as number })).toHaveLength(2);
  expect(mock.calls(GetSessionToken, { SerialNumber: undefined })).toHaveLength(2);
  expect(mock.calls(AssumeRole)).toEqual([]);
});

test.for<[object, boolean]>([
  [{}, true],
  [{ RoleArn: "r" }, true],
  [{ RoleArn: "R" }, false],
  [{ RoleArn: expect.stringContaining("r") as string }, true],
  [{ RoleArn: expect.stringContaining("x") as string }, false],
  [{ DurationSeconds: 900, RoleSessionName: "s" }, true],
  [{ DurationSeconds: 901, RoleSessionName: "s" }, false],
  [{ Policy: undefined }, true],
  [{ Policy: expect.anything() as string }, false],
  [{ RoleArn: undefined }, false],
  [{ Tags: [{ Key: "a" }, { Value: "2" }] }, true],
  [{ Tags: [{ Value: "2" }, { Key: "a" }] }, false],
  [{ Tags: [{ Key: "a" }] }, false],
  [{ Tags: [] }, false],
  [{ Tags: [{}, {}, {}] }, false],
  [{ Tags: expect.arrayContaining([{ Key: "a", Value: "1" }]) as [] }, true],
  [{ Tags: [{ Key: expect.any(String) as string, Value: undefined }, {}] }, false],
  [{ TransitiveTagKeys: ["a"] }, true],
  [{ TransitiveTagKeys: ["b"] }, false],
  [{ PolicyArns: [] }, false],
  [{ ProvidedContexts: [{ ProviderArn: "p" }] }, false],
])("calls are found by input: %j: %s", async ([wanted, isFound]) => {
  const Tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  const input = { RoleArn: "r", RoleSessionName: "s", DurationSeconds: 900, Tags, TransitiveTagKeys: ["a"] };
  await call(mock, AssumeRole, input);
  expect(mock.calls(AssumeRole, wanted)).toHaveLength(isFound ? 1 : 0);
});

test("calls are forgotten from the oldest on, and by reset", async () => {
  mock = createStsMock({ maxCalls: 4 });
  for (let seconds = 900; seconds < 910; seconds++) await getSessionToken({ DurationSeconds: seconds });
  expect(mock.calls().map(({ input }) => input["DurationSeconds"])).toEqual([906, 907, 908, 909]);
  mock.reset();
  expect(mock.calls()).toEqual([]);
});

test("matchers look for an operation, its input, its count and its place", async () => {
  await getSessionToken({ DurationSeconds: 900, TokenCode: "123456" });
  await call(mock, GetCallerIdentity, {});
  expect(mock).toHaveReceivedOperation(GetSessionToken);
  expect(mock).toHaveReceivedOperation(GetSessionToken, { TokenCode: "123456" });
  expect(mock).not.toHaveReceivedOperation(GetSessionToken, { TokenCode: "654321" });
  expect(mock).not.toHaveReceivedOperation(AssumeRole);
  expect(mock).toHaveReceivedOperationTimes(GetSessionToken, 1);
  expect(mock).toHaveReceivedNthOperation(2, GetCallerIdentity);
  expect(mock).not.toHaveReceivedNthOperation(1, GetCallerIdentity);
  expect(mock).not.toHaveReceivedNthOperation(3, GetCallerIdentity);
});

test("matchers say what was received when they fail, without secrets", async () => {
  await getSessionToken({ TokenCode: MARKER, DurationSeconds: 901 });
  let message = "";
  try {
    expect(mock).toHaveReceivedOperation(GetSessionToken, { TokenCode: `${MARKER}-2` });
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain("to have received GetSessionToken with");
  expect(message).toContain('1. GetSessionToken {"DurationSeconds":901');
  expect(message).not.toContain(MARKER);
});

const clock = createClock({ at: new Date("2026-01-01T00:00:00Z") });

test("buildResponse gives keys in today's form that end in the future", () => {
  const { Credentials } = buildResponse(GetSessionToken, undefined, { clock });
  expect(Credentials.AccessKeyId).toMatch(/^ASIA/);
  expect(Credentials.Expiration).toEqual(new Date("2026-01-01T12:00:00Z"));
  expect(Credentials).not.toEqual(buildResponse(GetSessionToken, undefined, { clock }).Credentials);
});

test("buildResponse takes names and duration from the request, and overrides over all", () => {
  const input = {
    RoleArn: "arn:aws-cn:iam::999999999999:role/path/reader",
    RoleSessionName: "me",
    DurationSeconds: 900,
  };
  const answer = buildResponse(AssumeRole, { SourceIdentity: "alice" }, { input, clock });
  expect(answer).toMatchObject({
    SourceIdentity: "alice",
    Credentials: { Expiration: new Date("2026-01-01T00:15:00Z") },
    AssumedRoleUser: { Arn: "arn:aws-cn:sts::999999999999:assumed-role/reader/me" },
  });
});

test("realistic answers change from call to call and end in the future", async () => {
  mock = createStsMock({ responses: "realistic" });
  const [first, second] = [await getSessionToken(), await getSessionToken()];
  expect(first.Credentials.AccessKeyId).not.toBe(second.Credentials.AccessKeyId);
  expect(first.Credentials.Expiration.getTime()).toBeGreaterThan(Date.now());
});

test("the mock's fetch takes the place of the global one", async () => {
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const response = await mock.fetch("https://sts.amazonaws.com/", { method: "POST", headers, body });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("<Arn>arn:aws:iam::123456789012:user/Alice</Arn>");
});

test("the mock's fetch refuses hosts that are not its own, and names them", async () => {
  await expect(mock.fetch("https://example.com/x")).rejects.toThrow(/does not serve example\.com/);
  mock = createStsMock({ hosts: ["example.com"] });
  expect((await mock.fetch("https://example.com/?Action=GetCallerIdentity&Version=2011-06-15")).status).toBe(
    200,
  );
});

test("the mock's fetch rejects with the reason when it was aborted before", async () => {
  const reason = new Error("enough");
  await expect(mock.fetch("https://sts.amazonaws.com/", { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

test("the mock's fetch names operation and host when the operation is not known", async () => {
  const response = await mock.fetch("https://sts.amazonaws.com/?Action=GetNothing&Version=2011-06-15");
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/InvalidAction[^]*GetNothing[^]*sts\.amazonaws\.com/);
});

interface Example {
  id: string;
  operation: string;
  source: string;
  result: Record<string, unknown> | null;
  resultOrigin: string | null;
}
const examples = (readConformance("sts-examples.json", "examples") as readonly Example[]).filter(
  ({ source, result, resultOrigin }) =>
    (source === "botocore" || source.startsWith("npm")) && result !== null && resultOrigin === "published",
);
test("the canned answers are the published examples", async ({ skip }) => {
  skip(conformanceDir === undefined, SKIP_REASON);
  const covered = new Set<string>();
  for (const { id, operation: name, result } of examples) {
    // GetCallerIdentity has three examples; the first is the canned answer.
    if (covered.has(name)) continue;
    covered.add(name);
    const found = operations.find((operation) => operation.name === name);
    const operation = found as Operation<object, object>; // by its own name
    const request = encodeRequest(
      operation,
      {},
      { hostname: "sts.amazonaws.com" },
      { inputValidation: "off" },
    );
    const { $metadata: _, ...output } = await decodeResponse(operation, await mock.respond(request));
    expect({ id, output: JSON.parse(JSON.stringify(output), dropMilliseconds) as unknown }).toEqual({
      id,
      output: result,
    });
  }
  expect(covered.size).toBeGreaterThanOrEqual(9);
});

function dropMilliseconds(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/(T\d\d:\d\d:\d\d)\.000Z$/, "$1Z") : value;
}

test("no host of another service is taken", () => {
  expect(isStsHost("iam.amazonaws.com")).toBe(false);
});
