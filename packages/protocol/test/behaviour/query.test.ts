import {
  AssumeRole,
  type AssumeRoleRequest,
  AssumeRoot,
  decodeRequest,
  encodeRequest,
  GetSessionToken,
  type OperationSchema,
  operations,
  ProtocolError,
} from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

const endpoint = { hostname: "sts.amazonaws.com" };
const off = { inputValidation: "off" } as const;

function send(operation: OperationSchema, input: object): { body: string; arrives: () => Promise<unknown> } {
  const request = encodeRequest(operation, input, endpoint, off);
  return {
    body: String(request.body).replace(/^Action=\w+&Version=2011-06-15/, ""),
    arrives: async () => (await decodeRequest(request, operations)).input,
  };
}

describe("encodeRequest and decodeRequest", () => {
  test.for([
    ["nothing of an absent member", AssumeRole, { Policy: undefined, Tags: null }, "", {}],
    [
      "no gap for an absent item",
      AssumeRole,
      { TransitiveTagKeys: ["a", null, undefined, "b"] },
      "&TransitiveTagKeys.member.1=a&TransitiveTagKeys.member.2=b",
      { TransitiveTagKeys: ["a", "b"] },
    ],
    ["an empty list", AssumeRole, { Tags: [] }, "&Tags=", { Tags: [] }],
    ["an empty text", AssumeRole, { ExternalId: "" }, "&ExternalId=", { ExternalId: "" }],
    ["nothing of an empty structure", AssumeRoot, { TaskPolicyArn: {} }, "", {}],
    ["nothing of a list of empty structures", AssumeRole, { PolicyArns: [{}] }, "", {}],
    [
      "the number of an empty structure in a list, but not the item",
      AssumeRole,
      { PolicyArns: [{}, { arn: "a" }] },
      "&PolicyArns.member.2.arn=a",
      { PolicyArns: [{ arn: "a" }] },
    ],
    [
      "reserved characters as RFC 3986 wants them",
      AssumeRole,
      { Policy: "!'()* ~-_.+&=%/é" },
      "&Policy=%21%27%28%29%2A%20~-_.%2B%26%3D%25%2F%C3%A9",
      { Policy: "!'()* ~-_.+&=%/é" },
    ],
    ["no member that is not known", GetSessionToken, { Surprise: 1 }, "", {}],
  ] satisfies [string, OperationSchema, object, string, object][])(
    "a query carries %s",
    async ([, operation, input, body, arrived]) => {
      const sent = send(operation, input);
      expect(sent.body).toBe(body);
      expect(await sent.arrives()).toEqual(arrived);
    },
  );

  test.for([
    [{ hostname: "localhost", port: 8080, protocol: "http:", path: "/sts" }, "localhost:8080", "/sts/"],
    [{ hostname: "sts.amazonaws.com", path: "/a/" }, "sts.amazonaws.com", "/a/"],
    [{ hostname: "sts.amazonaws.com" }, "sts.amazonaws.com", "/"],
  ] as const)("encodeRequest makes a whole request for the endpoint %j", ([endpointOf, host, path]) => {
    const request = {
      method: "POST",
      protocol: "https:",
      port: undefined,
      query: {},
      headers: { "content-type": "application/x-www-form-urlencoded", host },
      body: "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900",
      ...endpointOf,
      path,
    };
    const input = { DurationSeconds: 900 };
    expect(encodeRequest(GetSessionToken, input, endpointOf)).toStrictEqual(request);
    expect(encodeRequest(GetSessionToken, input, endpointOf, { responseFormat: "json" })).toStrictEqual({
      ...request,
      headers: { ...request.headers, accept: "application/json" },
    });
  });

  test("a query cannot carry half a surrogate pair", () => {
    const input: AssumeRoleRequest = {
      RoleArn: "arn:aws:iam::123456789012:role/\uD83D",
      RoleSessionName: "test",
    };
    expect(() => encodeRequest(AssumeRole, input, endpoint)).toThrow("RoleArn");
    expect(() => encodeRequest(AssumeRole, input, endpoint, off)).toThrow(URIError);
  });
});

describe("decodeRequest", () => {
  test("a text in place of a request is refused without being shown", async () => {
    const body = "Action=GetSessionToken&Version=2011-06-15&TokenCode=MARKED";
    for (const request of [body, null, undefined]) {
      const error: unknown = await decodeRequest(request as never, operations).catch(
        (error: unknown) => error,
      );
      expect(error).toEqual(
        new TypeError("request: expected a Request, or an object with method, hostname, headers and body"),
      );
      expect(String((error as Error).stack)).not.toContain("MARKED");
    }
  });

  const form = (body: string, headers: Record<string, string> = {}) =>
    ({ method: "POST", hostname: "sts.amazonaws.com", path: "/", headers, body }) as const;
  const pairs = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
  const queryOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
  const expected = { operation: GetSessionToken, input: { DurationSeconds: 900 } };

  test.for([
    ["with parameters in any order", form("DurationSeconds=900&Version=2011-06-15&Action=GetSessionToken")],
    [
      "with a charset in its content type",
      form(pairs, { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" }),
    ],
    ["with members it does not know", form(`${pairs}&Surprise.member.1=x`)],
    ["with a body in bytes", { ...form(""), body: new TextEncoder().encode(pairs) }],
    [
      "with everything in the query",
      {
        ...form(""),
        method: "GET",
        query: { Action: "GetSessionToken", Version: "2011-06-15", DurationSeconds: "900" },
      },
    ],
    [
      "as a WHATWG request",
      new Request("https://sts.amazonaws.com/", { method: "POST", body: new URLSearchParams(pairs) }),
    ],
    ["as a WHATWG request with a query", new Request(`https://sts.amazonaws.com/?${pairs}`)],
    [
      "as a WHATWG request without a body",
      new Request(`https://sts.amazonaws.com/?${pairs}`, { method: "POST" }),
    ],
    [
      "as a WHATWG request without a content type",
      new Request("https://sts.amazonaws.com/", { method: "POST", body: new TextEncoder().encode(pairs) }),
    ],
    [
      "as a WHATWG request with a body of another type",
      new Request(`https://sts.amazonaws.com/?${pairs}`, { method: "POST", body: "DurationSeconds=1" }),
    ],
    [
      "as a WHATWG request with the body of another method",
      new Request(`https://sts.amazonaws.com/?${pairs}`, {
        method: "PUT",
        body: new URLSearchParams("DurationSeconds=1"),
      }),
    ],
    [
      "with a body of another type",
      { ...form("DurationSeconds=1", { "Content-Type": "text/plain" }), query: queryOf(pairs) },
    ],
    [
      "with the body of another method",
      { ...form("DurationSeconds=1"), method: "GET", query: queryOf(pairs) },
    ],
    ["with its type in capitals", form(pairs, { "CONTENT-TYPE": "APPLICATION/X-WWW-FORM-URLENCODED" })],
    [
      "without a body",
      { method: "POST", hostname: "sts.amazonaws.com", path: "/", headers: {}, query: queryOf(pairs) },
    ],
  ] as const)("decodeRequest reads a request %s", async ([, request]) => {
    expect(await decodeRequest(request, operations)).toEqual(expected);
  });

  test.for(["constructor", "__proto__", "toString", "hasOwnProperty", "prototype"])(
    "decodeRequest takes a parameter named %s for one that it does not know, wherever it stands",
    async (name) => {
      const surplus = [name, `Tags.${name}.1`, `Tags.member.1.${name}`, `${name}.member.1`].map((item) => [
        item,
        "x",
      ]);
      const known = [
        ["Action", "AssumeRole"],
        ["Version", "2011-06-15"],
        ["RoleArn", "a"],
        ["Tags.member.1.Key", "k"],
      ];
      const query = Object.fromEntries<string>([...known, ...surplus] as [string, string][]); // pairs
      const body = new URLSearchParams(query).toString();
      const requests = [
        form(body),
        { ...form(""), method: "GET", query },
        new Request("https://sts.amazonaws.com/", { method: "POST", body: new URLSearchParams(query) }),
        new Request(`https://sts.amazonaws.com/?${body}`),
      ];
      for (const request of requests) {
        const { input } = await decodeRequest(request, operations);
        expect(input).toStrictEqual({ RoleArn: "a", Tags: [{ Key: "k" }] });
        expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
      }
    },
  );

  test("decodeRequest refuses a request whose body was read already, and leaves others unread", async () => {
    const post = (): Request =>
      new Request("https://sts.amazonaws.com/", { method: "POST", body: new URLSearchParams(pairs) });
    const [consumed, locked, fresh] = [post(), post(), post()];
    await consumed.text();
    locked.body?.getReader();
    for (const request of [consumed, locked]) {
      const failure: unknown = await decodeRequest(request, operations).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProtocolError);
      expect(failure).toMatchObject({
        code: "ERR_REQUEST_VALUE",
        message: expect.stringContaining("has been read already"),
      });
    }
    expect(await decodeRequest(fresh, operations)).toEqual(expected);
    expect(await fresh.text()).toBe(pairs);
  });

  test("decodeRequest reads plus signs as blanks, and lists with gaps", async () => {
    const body =
      "Action=AssumeRole&Version=2011-06-15&Policy=a+b&TransitiveTagKeys.member.7=y&TransitiveTagKeys.member.2=x";
    expect((await decodeRequest(form(body), operations)).input).toEqual({
      Policy: "a b",
      TransitiveTagKeys: ["x", "y"],
    });
  });

  test.for([
    ["without an action", "Version=2011-06-15", "ERR_REQUEST_ACTION", "The request has no Action"],
    [
      "with an unknown action",
      'Action=Sing"&Version=2011-06-15',
      "ERR_REQUEST_ACTION",
      String.raw`The request has the unknown Action "Sing\""`,
    ],
    [
      "with a long action",
      `Action=${"a".repeat(99)}&Version=2011-06-15`,
      "ERR_REQUEST_ACTION",
      `The request has the unknown Action "${"a".repeat(80)}"`,
    ],
    [
      "with an action that objects inherit",
      "Action=constructor&Version=2011-06-15",
      "ERR_REQUEST_ACTION",
      'The request has the unknown Action "constructor"',
    ],
    [
      "without a version",
      "Action=GetSessionToken",
      "ERR_REQUEST_VERSION",
      "GetSessionToken: expected Version 2011-06-15, found no Version",
    ],
    [
      "with another version",
      "Action=GetSessionToken&Version=2012-01-01",
      "ERR_REQUEST_VERSION",
      'GetSessionToken: expected Version 2011-06-15, found Version "2012-01-01"',
    ],
    [
      "with an invalid number",
      `${pairs}x`,
      "ERR_REQUEST_VALUE",
      "GetSessionToken: DurationSeconds is not an integer",
    ],
    [
      "with a parameter twice",
      `${pairs}&DurationSeconds=901`,
      "ERR_REQUEST_VALUE",
      "The parameter DurationSeconds is given twice",
    ],
    [
      "with a long parameter twice",
      `${pairs}&${"a".repeat(99)}=1&${"a".repeat(99)}=1`,
      "ERR_REQUEST_VALUE",
      `The parameter ${"a".repeat(80)} is given twice`,
    ],
    [
      "nested too deep",
      `${pairs}&${"a.".repeat(16)}b=1`,
      "ERR_REQUEST_VALUE",
      "A request parameter is nested too deep",
    ],
  ] as const)("decodeRequest refuses a request %s", async ([, body, code, message]) => {
    const failure: unknown = await decodeRequest(form(body), operations).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, message });
  });

  test("decodeRequest reads parameters without a value, several of one name, and names of 16 parts", async () => {
    const query = {
      Action: "AssumeRole",
      Version: ["2011-06-15"],
      ExternalId: null,
      "TransitiveTagKeys.member.1": "a",
      [`${"a.".repeat(15)}b`]: "1",
    };
    const request = { ...form(""), method: "GET", query };
    expect((await decodeRequest(request, operations)).input).toStrictEqual({
      ExternalId: "",
      TransitiveTagKeys: ["a"],
    });
    const twice = decodeRequest({ ...request, query: { ...query, RoleArn: ["a", "b"] } }, operations);
    await expect(twice).rejects.toThrow("The parameter RoleArn is given twice");
  });
});
