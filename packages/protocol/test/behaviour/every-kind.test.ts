import { inspect } from "node:util";

import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  InvalidInputError,
  type Members,
  type Operation,
  redact,
  type Schema,
} from "@org/sts-protocol";
import fc from "fast-check";
import { expect, test } from "vitest";

import { arbitraryMembers } from "../support/arbitrary-value.ts";
import { carriedByQuery } from "../support/expected-after-query.ts";

const numRuns = Number(process.env["STS_TEST_RUNS"] ?? 2000);

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
    { numRuns },
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
    { numRuns },
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
  ["<Flag>yes</Flag>", "Flag is not true or false"],
  ["<Flag>TRUE</Flag>", "Flag is not true or false"],
  ["<When>tomorrow</When>", "When is not a timestamp"],
  ["<When>2026-02-30T25:00:00Z</When>", "When is not a timestamp"],
  ["<When><a>2026-02-28T00:00:00Z</a></When>", "When is not a timestamp"],
  ["<Count>1.5</Count>", "Count is not an integer"],
  ["<Count></Count>", "Count is not an integer"],
  ["<Count><a>1</a></Count>", "Count is not an integer"],
  ["<Names><member>a</member><member><a>1</a></member></Names>", "Names[1] is not a string"],
] as const)("a response with %s is refused", async ([content, problem]) => {
  const body = `<EveryKindResponse><EveryKindResult><Nested>${content}</Nested></EveryKindResult></EveryKindResponse>`;
  const response = { statusCode: 200, headers: { "content-type": "text/xml" }, body };
  await expect(decodeResponse(operation, response)).rejects.toThrow(
    `EveryKind: Nested.${problem} in the response of the service`,
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
  for (const misplaced of ["s3cr3t", 5, true])
    expect(redact(members, { Nested: misplaced, Items: [misplaced, null], Texts: misplaced })).toEqual({
      Nested: hidden,
      Items: [hidden, hidden],
      Texts: hidden,
    });
});

const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");
const secretText = { kind: "string", sensitive: true } as const;

test.for([
  ["a text", secretText, "s3cr3t"],
  ["a list", { kind: "list", member: secretText }, ["s3cr3t", "s3cr3t"]],
  ["a list of lists", { kind: "list", member: { kind: "list", member: secretText } }, [["s3cr3t"]]],
  ["a map", { kind: "map", value: secretText }, { a: "s3cr3t" }],
  ["a whole structure", { kind: "struct", sensitive: true, members: inner }, { Names: ["s3cr3t"] }],
  [
    "a structure in a list",
    { kind: "list", member: { kind: "struct", members: { A: secretText } } },
    [{ A: "s3cr3t" }],
  ],
] satisfies [string, Schema, unknown][])(
  "a decoded result prints without its secret, which is in %s",
  async ([, schema, secret]) => {
    const output = { Open: { kind: "string" }, Secret: schema } as const;
    const own: Operation<object, object> = { name: "Own", auth: "sigv4", input: {}, output, errors: [] };
    const response = encodeResponse(own, { Open: "public", Secret: secret }, { requestId: "r-1" });
    for (const _time of [1, 2]) {
      const result = await decodeResponse(own, response);
      expect(inspect(result, { depth: 9 })).not.toContain("s3cr3t");
      expect(inspect(result, { depth: 9 })).toContain("public");
      expect(JSON.stringify(result)).toContain("s3cr3t");
    }
  },
);

test("a decoded result without secrets prints as it is, and how another prints can be changed", async () => {
  const open: Operation<object, object> = {
    name: "Own",
    auth: "sigv4",
    input: {},
    output: { Open: { kind: "string" } },
    errors: [],
  };
  const plain = await decodeResponse(open, encodeResponse(open, { Open: "public" }, { requestId: "r-1" }));
  expect(Object.getOwnPropertySymbols(plain)).toEqual([]);
  const own: Operation<object, object> = { ...open, output: { Secret: secretText } };
  const result: object = await decodeResponse(
    own,
    encodeResponse(own, { Secret: "s3cr3t" }, { requestId: "r-1" }),
  );
  Object.assign(result, { [inspectSymbol]: () => "mine" });
  expect(inspect(result)).toBe("mine");
  expect(Reflect.deleteProperty(result, inspectSymbol)).toBe(true);
  expect(inspect(result)).toContain("s3cr3t");
});

const limited: Members = {
  Text: { kind: "string" },
  Long: { kind: "string", min: 3 },
  Short: { kind: "string", max: 1 },
  Pattern: { kind: "string", pattern: /^a*$/ },
  Map: { kind: "map", value: { kind: "struct", members: {} } },
  Number: { kind: "integer", min: 2 },
  Texts: { kind: "map", value: { kind: "string" } },
};

test.for([
  [{ Text: "\uD83D" }, "pattern: Text has half a surrogate pair, which no encoding can carry"],
  [{ Text: "a\uDE00\uD83D" }, "pattern: Text has half a surrogate pair, which no encoding can carry"],
  [{ Text: {} }, "kind: Text must be a string, not an object"],
  [{ Texts: { a: null } }, "kind: Texts.a must be a string, not null"],
  [{ Texts: "a" }, "kind: Texts must be an object"],
  [{ Map: { a: null } }, "kind: Map.a must be an object"],
  [{ Long: "ab" }, "length: Long has 2 characters, but must have at least 3"],
  [{ Short: "ab" }, "length: Short has 2 characters, but must have at most 1"],
  [{ Number: 1 }, "range: Number is 1, but must be at least 2"],
  [{ Pattern: "b".repeat(80) }, `pattern: Pattern is "${"b".repeat(80)}", which does not match /^a*$/`],
  [{ Pattern: "b".repeat(81) }, `pattern: Pattern is "${"b".repeat(80)}…", which does not match /^a*$/`],
] as const)("validation of %j says what is wrong", ([input, line]) => {
  const limits = { ...operation, input: limited };
  const lines: string[] = [];
  try {
    encodeRequest(limits, input, endpoint);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    lines.push(...error.issues.map(({ path, rule, message }) => `${rule}: ${path} ${message}`));
  }
  expect(lines).toEqual([line]);
});

test("validation counts a character beyond the basic plane once", () => {
  const limits = { ...operation, input: limited };
  expect(String(encodeRequest(limits, { Short: "😀" }, endpoint).body)).toContain("&Short=%F0%9F%98%80");
});

test("a response in XML is laid out like the service's own: one element per line, two spaces deeper each time", () => {
  const output = {
    Flag: false,
    When: new Date("2026-07-11T19:55:29.611Z"),
    Count: 7,
    Names: ["a", null, '<b> & "c"', "1\r\n2\u00853\u20284"],
    Nested: { Flag: true, Names: [] },
    Items: [{ Count: 1 }, {}],
    Texts: { one: "1", "<two>": "2" },
    Absent: null,
  };
  const { body } = encodeResponse(operation, output, { requestId: "r&1" });
  expect(body).toBe(`<EveryKindResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <EveryKindResult>
    <Flag>false</Flag>
    <When>2026-07-11T19:55:29.611Z</When>
    <Count>7</Count>
    <Names>
      <member>a</member>
      <member>&lt;b&gt; &amp; &quot;c&quot;</member>
      <member>1&#xD;&#xA;2&#x85;3&#x2028;4</member>
    </Names>
    <Nested>
      <Flag>true</Flag>
      <Names>
      </Names>
    </Nested>
    <Items>
      <member>
        <Count>1</Count>
      </member>
      <member>
      </member>
    </Items>
    <Texts>
      <entry>
        <key>one</key>
        <value>1</value>
      </entry>
      <entry>
        <key>&lt;two&gt;</key>
        <value>2</value>
      </entry>
    </Texts>
  </EveryKindResult>
  <ResponseMetadata>
    <RequestId>r&amp;1</RequestId>
  </ResponseMetadata>
</EveryKindResponse>
`);
});

test.for([
  ["<Names><member>a</member><other>b</other><member>c</member></Names>", { Names: ["a", "c"] }],
  [
    "<Texts><entry><key>a</key></entry><entry><value>b</value></entry><entry><key>c</key><value>d</value></entry><other><key>e</key><value>f</value></other></Texts>",
    { Texts: { c: "d" } },
  ],
  ["<Count>\n 7 </Count><Flag> true\t</Flag>", { Count: 7, Flag: true }],
  ["<Nested><Names><member> a </member></Names></Nested>", { Nested: { Names: [" a "] } }],
] as const)("a response with %s is read as far as it says something", async ([content, expected]) => {
  const body = `<EveryKindResponse><EveryKindResult>${content}</EveryKindResult></EveryKindResponse>`;
  const response = { statusCode: 200, headers: { "content-type": "text/xml" }, body };
  const { $metadata: _metadata, ...output } = await decodeResponse(operation, response);
  expect(output).toStrictEqual(expected);
});
