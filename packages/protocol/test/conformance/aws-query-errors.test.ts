import { decodeResponse, type Operation, STSServiceException } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { describeCases, readConformance } from "../support/read-conformance.ts";
import type { Shapes } from "../support/smithy-shapes.ts";

interface ErrorCase {
  readonly id: string;
  readonly operation: string;
  readonly errors: readonly string[];
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
  readonly expect: {
    readonly shape: string;
    readonly code: string;
    readonly type: string;
    readonly requestId: string;
    readonly members: Readonly<Record<string, unknown>>;
  };
}

interface ErrorFile {
  readonly count: number;
  readonly suites: readonly { readonly shapes: Shapes; readonly cases: readonly ErrorCase[] }[];
}

/** Members of a case that no error of STS has; the case is compared without them. */
const LEFT_OUT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  QueryComplexError: ["TopLevel", "Nested"],
};

const file = readConformance<ErrorFile>("aws-query-errors.json", ({ suites }) =>
  suites.flatMap(({ cases }) => cases),
);

describeCases(file, "published AWS Query errors", () => {
  const cases = (file?.suites ?? []).flatMap((suite) =>
    suite.cases.map((entry) => ({ shapes: suite.shapes, entry })),
  );

  test("the published AWS Query error cases are all run", () => {
    expect(cases.length).toBe(3);
    expect(file?.count).toBe(3);
  });

  test.for(cases)("the published AWS Query error case $entry.id passes", async ({ shapes, entry }) => {
    const errors = entry.errors.map((name) => {
      const error = shapes[name]?.error;
      return class extends STSServiceException {
        static readonly exceptionName = name;
        static readonly code = error?.code ?? name;
        static readonly statusCode = error?.httpStatus ?? 400;
      };
    });
    const operation: Operation<object, object> = {
      name: entry.operation,
      auth: "sigv4",
      input: {},
      output: {},
      errors,
    };
    const { status: statusCode, headers, body } = entry.response;
    const failure: unknown = await decodeResponse(operation, { statusCode, headers, body }).catch(
      (error: unknown) => error,
    );
    const expectedClass = errors.find(({ exceptionName }) => exceptionName === entry.expect.shape);
    expect(failure).toBeInstanceOf(expectedClass);
    expect(failure).toMatchObject({
      name: entry.expect.shape,
      Code: entry.expect.code,
      Type: entry.expect.type,
      $fault: "client",
      $metadata: { httpStatusCode: statusCode, requestId: entry.expect.requestId },
    });
    const { message, Message = message ?? entry.expect.code, ...members } = entry.expect.members;
    expect(failure).toHaveProperty("message", Message);
    expect(Object.keys(members)).toEqual(LEFT_OUT_MEMBERS[entry.id] ?? []);
  });
});
