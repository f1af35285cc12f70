import {
  AssumeRole,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type Operation,
  operations,
} from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

const endpoint = { hostname: "sts.amazonaws.com" };

// STS has no response with a list of texts; others that speak AWS Query do.
const listing: Operation<object, object> = {
  name: "Listing",
  auth: "sigv4",
  input: { Counts: { kind: "map", value: { kind: "integer" } } },
  output: {
    Names: { kind: "list", member: { kind: "string" } },
    Counts: { kind: "map", value: { kind: "integer" } },
  },
  errors: [],
};

describe.each([0, 1, 9, 10, 11, 50, 120])("a list of %i items", (count) => {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const Tags = numbers.map((number) => ({ Key: `key-${number}`, Value: `${number}` }));
  const TransitiveTagKeys = numbers.map((number) => `key-${number}`);
  const request = () => encodeRequest(AssumeRole, input, endpoint, { inputValidation: "off" });
  const input = { RoleArn: undefined, RoleSessionName: undefined, Tags, TransitiveTagKeys };

  test("is written with its numbers in order", () => {
    const names = [...new URLSearchParams(String(request().body)).keys()];
    expect(names.filter((name) => name.startsWith("TransitiveTagKeys"))).toEqual(
      count === 0 ? ["TransitiveTagKeys"] : numbers.map((number) => `TransitiveTagKeys.member.${number}`),
    );
  });

  test("is read in the order of its numbers, whatever the order of the parameters is", async () => {
    const pairs = String(request().body).split("&");
    for (const order of [pairs, pairs.toReversed(), pairs.toSorted()]) {
      const read = await decodeRequest({ ...request(), body: order.join("&") }, operations);
      expect(read.input).toEqual({ Tags, TransitiveTagKeys });
    }
  });

  test.each(["xml", "json"] as const)("comes back in a response in %s", async (format) => {
    const Counts = Object.fromEntries(numbers.map((number) => [`key-${number}`, number]));
    const output = { Names: TransitiveTagKeys, Counts };
    const response = encodeResponse(listing, output, { requestId: "request-1", format });
    const { $metadata: _metadata, ...read } = await decodeResponse(listing, response);
    expect(read).toEqual(output);
    expect(Object.keys(Counts)).toHaveLength(count);
  });

  test("of a map is written with its numbers and read back", async () => {
    const Counts = Object.fromEntries(numbers.map((number) => [`key-${number}`, number]));
    const sent = encodeRequest(listing, { Counts }, endpoint);
    const names = [...new URLSearchParams(String(sent.body)).keys()].filter((name) => name.endsWith(".key"));
    expect(names).toEqual(numbers.map((number) => `Counts.entry.${number}.key`));
    expect((await decodeRequest(sent, [listing])).input).toEqual(count === 0 ? {} : { Counts });
  });
});

describe("an item's number", () => {
  const request = encodeRequest(AssumeRole, { RoleArn: undefined, RoleSessionName: undefined }, endpoint, {
    inputValidation: "off",
  });
  const start = "Action=AssumeRole&Version=2011-06-15";

  test.each([
    ["1", ["x"]],
    ["10", ["x"]],
    ["999999999", ["x"]],
    ["0", ["x"]],
    ["1000000000", []],
    ["-1", []],
    ["1x", []],
    ["x1", []],
    ["", []],
    ["1e3", []],
  ])("%j gives the items %j", async (number, items) => {
    const body = `${start}&TransitiveTagKeys.member.${number}=x`;
    const read = await decodeRequest({ ...request, body }, operations);
    expect(read.input).toEqual({ TransitiveTagKeys: items });
  });
});
