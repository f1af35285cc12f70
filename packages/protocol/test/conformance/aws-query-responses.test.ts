import { decodeResponse, type Operation } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { describeCases, readConformance } from "../support/read-conformance.ts";
import { express, type Shapes } from "../support/smithy-shapes.ts";

interface ResponseCase {
  readonly id: string;
  readonly operation: string;
  readonly output: string | null;
  readonly resultWrapper: string | null;
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
  readonly result: object;
}

interface ResponseFile {
  readonly count: number;
  readonly suites: readonly { readonly shapes: Shapes; readonly cases: readonly ResponseCase[] }[];
}

/** Cases about things that STS does not have. Every other case must pass. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  QueryNoInputAndNoOutput: "operations without output",
  QueryNoInputAndNoOutputWithResponseMetadata: "operations without output",
  QueryNoInputAndOutput: "successes without a body: an empty answer comes from a proxy and is refused",
  QueryEmptyInputAndEmptyOutput:
    "successes without a body: an empty answer comes from a proxy and is refused",
  QueryQueryXmlMapsXmlName: "renamed map entries",
  QueryQueryFlattenedXmlMap: "flattened maps",
  QueryQueryFlattenedXmlMapWithXmlName: "flattened maps",
  QueryQueryFlattenedXmlMapWithXmlNamespace: "flattened maps",
  AwsQuerySupportsNaNFloatOutputs: "floats",
  AwsQuerySupportsInfinityFloatOutputs: "floats",
  AwsQuerySupportsNegativeInfinityFloatOutputs: "floats",
  QueryXmlBlobs: "blobs",
  QueryXmlEmptyBlobs: "blobs",
  QueryXmlEmptySelfClosedBlobs: "blobs",
  QueryXmlTimestampsWithEpochSecondsFormat: "timestamps but RFC 3339 in XML",
  QueryXmlTimestampsWithEpochSecondsOnTargetFormat: "timestamps but RFC 3339 in XML",
  QueryXmlTimestampsWithHttpDateFormat: "timestamps but RFC 3339 in XML",
  QueryXmlTimestampsWithHttpDateOnTargetFormat: "timestamps but RFC 3339 in XML",
};

/** Members of a case that STS has no kind for; the case is compared without them. */
const LEFT_OUT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  QueryXmlLists: [
    "renamedListMembers: renamed list items",
    "flattenedList: flattened",
    "flattenedList2: flattened",
    "flattenedListWithMemberNamespace: flattened",
    "flattenedListWithNamespace: flattened",
    "structureList: renamed list items",
  ],
  QuerySimpleScalarProperties: ["floatValue: float", "doubleValue: double"],
};

const file = readConformance<ResponseFile>("aws-query-responses.json", ({ suites }) =>
  suites.flatMap(({ cases }) => cases),
);

describeCases(file, "published AWS Query responses", () => {
  const cases = (file?.suites ?? []).flatMap((suite) =>
    suite.cases.map((entry) => ({ shapes: suite.shapes, entry })),
  );

  test("the published AWS Query response cases are all run but those left out by name", () => {
    const names = new Set(cases.map(({ entry }) => entry.id));
    expect(cases.length).toBe(file?.count);
    expect(Object.keys(LEFT_OUT).filter((id) => !names.has(id))).toEqual([]);
    expect(cases.filter(({ entry }) => LEFT_OUT[entry.id] === undefined).length).toBe(
      (file?.count ?? 0) - 18,
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
    "the published AWS Query response case $entry.id passes",
    async ({ shapes, entry }) => {
      const { members, value, leftOut } = express(shapes, entry.output, entry.result);
      expect(leftOut).toEqual(LEFT_OUT_MEMBERS[entry.id] ?? []);
      const operation: Operation<object, object> = {
        name: entry.resultWrapper?.replace(/Result$/, "") ?? entry.operation,
        auth: "sigv4",
        input: {},
        output: members,
        errors: [],
      };
      const { status: statusCode, headers, body } = entry.response;
      const { $metadata, ...output } = await decodeResponse(operation, { statusCode, headers, body });
      expect(output).toEqual(value);
      expect($metadata.httpStatusCode).toBe(statusCode);
    },
  );
});
