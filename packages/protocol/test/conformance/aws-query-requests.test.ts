import { API_VERSION, encodeRequest, type Operation } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { describeCases, readConformance } from "../support/read-conformance.ts";
import { express, type Shapes } from "../support/smithy-shapes.ts";

interface RequestCase {
  readonly id: string;
  readonly operation: string;
  readonly input: string | null;
  readonly params: object;
  readonly endpoint?: { readonly host: string | null };
  readonly expect: {
    readonly method: string;
    readonly uri: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly forbidHeaders: readonly string[];
    readonly body: string;
  };
}

interface RequestFile {
  readonly count: number;
  readonly suites: readonly { readonly shapes: Shapes; readonly cases: readonly RequestCase[] }[];
}

/** Cases about things that STS does not have. Every other case must pass. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  AwsQueryEndpointTrait: "host prefixes",
  AwsQueryEndpointTraitWithHostLabel: "host prefixes",
  FlattenedQueryLists: "flattened lists",
  QueryListArgWithXmlNameMember: "renamed list items",
  QueryFlattenedListArgWithXmlName: "flattened lists",
  QueryQueryMapWithMemberXmlName: "renamed map entries",
  QueryFlattenedQueryMaps: "flattened maps",
  QueryFlattenedQueryMapsWithXmlName: "flattened maps",
  QuerySimpleInputParamsFloat: "floats",
  QuerySimpleInputParamsBlob: "blobs",
  AwsQuerySupportsNaNFloatInputs: "floats",
  AwsQuerySupportsInfinityFloatInputs: "floats",
  AwsQuerySupportsNegativeInfinityFloatInputs: "floats",
  QueryProtocolIdempotencyTokenAutoFill: "idempotency tokens",
  QueryProtocolIdempotencyTokenAutoFillIsSet: "idempotency tokens",
  SDKAppliedContentEncoding_awsQuery: "request compression",
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery: "request compression",
};

/** Members of a case that STS has no kind for; the case is compared without them. */
const LEFT_OUT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  QueryTimestampsInput: [
    "epochMember: timestamp as epoch-seconds",
    "epochTarget: timestamp as epoch-seconds",
  ],
};

const file = readConformance<RequestFile>("aws-query-requests.json", ({ suites }) =>
  suites.flatMap(({ cases }) => cases),
);

describeCases(file, "published AWS Query requests", () => {
  const cases = (file?.suites ?? []).flatMap((suite) =>
    suite.cases.map((entry) => ({ shapes: suite.shapes, entry })),
  );

  test("the published AWS Query request cases are all run but those left out by name", () => {
    const names = new Set(cases.map(({ entry }) => entry.id));
    expect(cases.length).toBe(file?.count);
    expect(Object.keys(LEFT_OUT).filter((id) => !names.has(id))).toEqual([]);
    expect(cases.filter(({ entry }) => LEFT_OUT[entry.id] === undefined).length).toBe(
      (file?.count ?? 0) - 17,
    );
  });

  const leftOutCases = cases
    .filter(({ entry }) => entry.id in LEFT_OUT)
    .map(({ entry: { id } }) => [id, LEFT_OUT[id]]);
  // oxlint-disable-next-line vitest/expect-expect -- named in the report, not run
  test.for(leftOutCases)("%s is left out: STS has no %s", (_case, { skip }) => {
    skip();
  });

  test.for(cases.filter(({ entry }) => !(entry.id in LEFT_OUT)))(
    "the published AWS Query request case $entry.id passes",
    ({ shapes, entry }) => {
      const { members, value, leftOut } = express(shapes, entry.input, entry.params);
      expect(leftOut).toEqual(LEFT_OUT_MEMBERS[entry.id] ?? []);
      const operation: Operation<object, object> = {
        name: entry.operation,
        auth: "sigv4",
        input: members,
        output: {},
        errors: [],
      };
      const [hostname = "example.com", ...path] = (entry.endpoint?.host ?? "example.com").split("/");
      const request = encodeRequest(operation, value, {
        hostname,
        ...(path.length > 0 ? { path: `/${path.join("/")}` } : {}),
      });

      expect(request.method).toBe(entry.expect.method);
      expect(request.path).toBe(entry.expect.uri);
      for (const [name, expected] of Object.entries(entry.expect.headers)) {
        expect(request.headers[name.toLowerCase()]).toBe(expected);
      }
      for (const name of entry.expect.forbidHeaders)
        expect(request.headers).not.toHaveProperty(name.toLowerCase());
      const unexpressed = new Set(leftOut.map((member) => member.split(":")[0]));
      const expected = [...new URLSearchParams(entry.expect.body)]
        .filter(([name]) => !unexpressed.has(name))
        .map(([name, text]) => [name, name === "Version" ? API_VERSION : text]);
      expect([...new URLSearchParams(String(request.body))]).toEqual(expected);
    },
  );
});
