import {
  decodeRequest,
  decodeResponse,
  encodeFault,
  encodeRequest,
  encodeResponse,
  operations,
  type OperationSchema,
  type ServiceExceptionClass,
  STSServiceException,
  validateInput,
} from "@org/sts-protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { arbitraryInput, arbitraryMembers } from "../support/arbitrary-value.ts";
import { carriedByQuery } from "../support/expected-after-query.ts";

const numRuns = Number(process.env["STS_TEST_RUNS"] ?? 2000);
const endpoint = { hostname: "sts.eu-west-1.amazonaws.com" };
const requestId = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";

describe.each(operations)("$name", (operation: OperationSchema) => {
  const { name } = operation;

  test(`${name}: decodeRequest reads what encodeRequest wrote, for any value that a query can carry`, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryInput(operation, "any"), async (input) => {
        const request = encodeRequest(operation, input, endpoint, { inputValidation: "off" });
        const decoded = await decodeRequest(request, operations);
        expect(decoded.operation).toBe(operation);
        expect(decoded.input).toStrictEqual(carriedByQuery(operation.input, input));
      }),
      { numRuns },
    );
  });

  test(`${name}: validateInput accepts every input that follows the documented rules`, () => {
    fc.assert(
      fc.property(arbitraryInput(operation, "valid"), (input) => {
        expect(() => validateInput(operation, input)).not.toThrow();
      }),
      { numRuns: Math.min(numRuns, 500) },
    );
  });

  test.for([
    ["xml", "xml"],
    ["json", "any"],
  ] as const)(`${name}: decodeResponse reads what encodeResponse wrote in %s`, async ([format, range]) => {
    await fc.assert(
      fc.asyncProperty(arbitraryMembers(operation.output, range), async (output: object) => {
        const response = encodeResponse(operation, output, { requestId, format });
        const { $metadata, ...decoded } = await decodeResponse(operation, response);
        expect(decoded).toStrictEqual(output);
        expect($metadata.requestId).toBe(requestId);
      }),
      { numRuns },
    );
  });

  const code = fc.stringMatching(/^[A-Za-z][\w.:-]{0,30}$/);
  const fault = fc.record({
    known: fc.nat({ max: operation.errors.length }),
    code,
    message: fc.string({
      unit: fc.constantFrom("a", "Z", " ", "<", ">", "&", '"', "'", "\n", "\t", "é", "漢", "😀", "]"),
      maxLength: 30,
    }),
    statusCode: fc.option(fc.integer({ min: 400, max: 599 }), { nil: undefined }),
    format: fc.constantFrom("xml", "json"),
  });
  test(`${name}: decodeResponse throws what encodeFault wrote, as the operation's own class if it has one`, async () => {
    await fc.assert(
      fc.asyncProperty(fault, async ({ known, code, message, statusCode, format }) => {
        const modelled: ServiceExceptionClass | undefined = operation.errors[known];
        const $metadata = statusCode === undefined ? {} : { httpStatusCode: statusCode };
        const error =
          modelled === undefined
            ? new STSServiceException({ name: code, message, $metadata })
            : new modelled({ message, $metadata });
        const response = encodeFault(error, { requestId, format });
        const decoded: unknown = await decodeResponse(operation, response).catch((thrown: unknown) => thrown);
        const expected = modelled ?? operation.errors.find((candidate) => candidate.code === code);
        const status = statusCode ?? modelled?.statusCode ?? 400;
        expect(decoded).toBeInstanceOf(expected ?? STSServiceException);
        expect(decoded).toMatchObject({
          name: expected?.exceptionName ?? code,
          Code: modelled?.code ?? code,
          Type: "Sender",
          message: message || (modelled?.code ?? code),
          $fault: expected === undefined && status >= 500 ? "server" : "client",
          $metadata: { httpStatusCode: status, requestId },
        });
      }),
      { numRuns },
    );
  });
});
