import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  InvalidInputError,
  type Members,
  type Operation,
  redact,
} from "@org/sts-protocol";
import fc from "fast-check";
import { expect, test } from "vitest";

import { arbitraryMembers } from "../support/arbitrary-value.ts";
import { carriedByQuery } from "../support/expected-after-query.ts";

const inner: Members = {
  Flag: { kind: "boolean" },
  When: { kind: "timestamp" },
  Count: { kind: "integer" },
  Names: { kind: "list", member: { kind: "string" } },
};
const members: Members = {
  ...inner,
  Nested: { kind: "struct", members: inner },
  Items: { kind: "list", member: { kind: "struct", members: inner } },
  Table: { kind: "list", member: { kind: "list", member: { kind: "integer" } } },
  Texts: { kind: "map", value: { kind: "string" } },
  Times: { kind: "map", value: { kind: "timestamp" } },
};
// STS uses few of these in a request, and others that speak AWS Query may use all.
const operation: Operation<object, object> = {
  name: "EveryKind",
  auth: "sigv4",
  input: members,
  output: members,
  errors: [],
};
const endpoint = { hostname: "localhost" };

test("a query carries values of every kind, within the documented limits", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryMembers(members, "any"), async (input) => {
      const request = encodeRequest(operation, input, endpoint, { inputValidation: "off" });
      const decoded = await decodeRequest(request, [operation]);
      expect(decoded.input).toStrictEqual(carriedByQuery(members, input));
    }),
    { numRuns: 2000 },
  );
});

test.for([
  ["xml", "xml"],
  ["json", "any"],
] as const)("a response in %s carries values of every kind", async ([format, range]) => {
  await fc.assert(
    fc.asyncProperty(arbitraryMembers(members, range), async (output: object) => {
      const response = encodeResponse(operation, output, { requestId: "r-1", format });
      const { $metadata, ...decoded } = await decodeResponse(operation, response);
      expect(decoded).toStrictEqual(output);
      expect($metadata.requestId).toBe("r-1");
    }),
    { numRuns: 2000 },
  );
});

test("validation checks values of every kind, and names their paths", () => {
  const input = {
    Flag: "true",
    When: new Date(Number.NaN),
    Count: null,
    Names: ["a", 1],
    Nested: "x",
    Items: [{}, { Flag: 0, When: "today" }],
    Texts: { a: 1 },
    Times: [],
  };
  const error = new InvalidInputError("EveryKind", []);
  try {
    encodeRequest(operation, input, endpoint);
  } catch (thrown) {
    Object.assign(error, thrown);
  }
  expect(error.issues.map(({ path, message }) => `${path} ${message}`)).toEqual([
    "Flag must be true or false, not a string",
    "When must be a valid Date",
    "Names[1] must be a string, not a number",
    "Nested must be an object",
    "Items[1].Flag must be true or false, not a number",
    "Items[1].When must be a valid Date",
    "Texts.a must be a string, not a number",
  ]);
});

test.for([
  ["Flag", "yes", "is not true or false"],
  ["When", "tomorrow", "is not a timestamp"],
  ["When", "2026-02-30T25:00:00Z", "is not a timestamp"],
  ["Count", "1.5", "is not an integer"],
  ["Count", "", "is not an integer"],
] as const)("a response with %s %s is refused", async ([name, text, problem]) => {
  const body = `<EveryKindResponse><EveryKindResult><Nested><${name}>${text}</${name}></Nested></EveryKindResult></EveryKindResponse>`;
  const response = { statusCode: 200, headers: { "content-type": "text/xml" }, body };
  await expect(decodeResponse(operation, response)).rejects.toThrow(
    `EveryKind: Nested.${name} ${problem} in the response of the service`,
  );
});

test("redact replaces secrets of every kind", () => {
  const secrets: Members = {
    List: { kind: "list", member: { kind: "string", sensitive: true } },
    Map: { kind: "map", value: { kind: "integer", sensitive: true } },
    Struct: { kind: "struct", sensitive: true, members: {} },
    Time: { kind: "timestamp", sensitive: true },
  };
  const value = { List: ["a", "b"], Map: { a: 1 }, Struct: { b: 2 }, Time: new Date(0) };
  const hidden = "***SensitiveInformation***";
  expect(redact(secrets, value)).toEqual({
    List: [hidden, hidden],
    Map: { a: hidden },
    Struct: hidden,
    Time: hidden,
  });
  // What stands in the wrong place may be anything.
  expect(redact(secrets, { List: "a", Map: null })).toEqual({ List: hidden });
});
