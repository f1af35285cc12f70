import { describe, expect, test } from "vitest";

import { ReadingError } from "../../src/explorer/plain-request.ts";
import { readInput } from "../../src/explorer/read-input.ts";
import { splitShellWords } from "../../src/explorer/shell-words.ts";

const ADDRESS = "https://sts.eu-west-1.amazonaws.com/";

describe("a curl command", () => {
  test.each([
    ["a bare address", `curl ${ADDRESS}`, { method: "GET", body: "" }],
    ["a copied prompt", `$ curl ${ADDRESS}`, { method: "GET" }],
    [
      "an address without scheme",
      "curl localhost:8080/a",
      { protocol: "http:", hostname: "localhost", port: 8080, path: "/a" },
    ],
    ["data makes it a POST", `curl ${ADDRESS} -d a=1 -d b=2`, { method: "POST", body: "a=1&b=2" }],
    ["data before the address", `curl --data-raw 'a=1' '${ADDRESS}'`, { method: "POST", body: "a=1" }],
    [
      "line breaks, which --data drops and --data-raw keeps",
      `curl ${ADDRESS} --data-raw $'a\\nb' -d $'c\\nd'`,
      { body: "a\nb&cd" },
    ],
    ["--data-urlencode", `curl ${ADDRESS} --data-urlencode 'a=b c'`, { body: "a=b%20c" }],
    [
      "--json",
      `curl ${ADDRESS} --json '{"a":1}'`,
      { body: '{"a":1}', headers: { "content-type": "application/json" } },
    ],
    [
      "-G puts data into the query",
      `curl -G ${ADDRESS} -d a=1`,
      { method: "GET", body: "", query: { a: "1" } },
    ],
    ["-I", `curl -I ${ADDRESS}`, { method: "HEAD" }],
    ["letters that stand together", `curl -sXPUT ${ADDRESS}`, { method: "PUT" }],
    [
      "values of options that do not matter",
      `curl -o out.txt --max-time 5 -w '%{http_code}' ${ADDRESS}`,
      { hostname: "sts.eu-west-1.amazonaws.com" },
    ],
    [
      "lines continued with a backslash",
      `curl ${ADDRESS} \\\n  -H 'X-A: b' \\\r\n  -H "X-C: \\"d\\""`,
      { headers: { "x-a": "b", "x-c": '"d"' } },
    ],
    [
      "a header taken away and an empty one",
      `curl ${ADDRESS} -H 'Accept:' -H 'X-Empty;'`,
      { headers: { "x-empty": "" } },
    ],
    ["a header given twice", `curl ${ADDRESS} -H 'X-A: 1' -H 'x-a: 2'`, { headers: { "x-a": "1,2" } }],
  ])("is read with %s", (_, command, expected) => {
    const { kind, request } = readInput(command);
    expect(kind).toBe("curl command");
    expect(request).toMatchObject(expected);
  });

  test("brings the keys and the scope of --aws-sigv4 along", () => {
    const command = `curl ${ADDRESS} --aws-sigv4 aws:amz:eu-west-1:sts -u AKIAIOSFODNN7EXAMPLE:made:up`;
    expect(readInput(command).signing).toEqual({
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "made:up",
      region: "eu-west-1",
      service: "sts",
    });
  });

  test.each([
    ["a file as its body", `curl ${ADDRESS} -d @body.txt`, "Put its text in place of @body.txt"],
    ["a form", `curl ${ADDRESS} -F a=b`, "--data-raw"],
    ["no address", "curl -X POST", "no address"],
    ["an open quotation", `curl '${ADDRESS}`, "has no end"],
    ["an option without value", `curl ${ADDRESS} -H`, "-H has no value"],
  ])("with %s is refused with what to do", (_, command, message) => {
    expect(() => readInput(command)).toThrow(ReadingError);
    expect(() => readInput(command)).toThrow(message);
  });
});

test.each([
  ["'a b' c", ["a b", "c"]],
  [`a"b 'c'"d`, ["ab 'c'd"]],
  [`"\\$x \\n"`, ["$x \\n"]],
  [`$'\\u00e9\\x41\\'\\t'`, ["éA'\t"]],
  ["a\\ b \\\n c", ["a b", "c"]],
  ["$HOME ''", ["$HOME", ""]],
])("the shell words of %s are %j", (command, words) => {
  expect(splitShellWords(command)).toEqual(words);
});

describe("a call of fetch", () => {
  test.each([
    ["one parameter", `fetch("${ADDRESS}")`, { method: "GET", path: "/" }],
    [
      "what browsers copy",
      `fetch("${ADDRESS}", {\n  "headers": { "x-a": "b" },\n  "body": "a=1",\n  "method": "POST"\n});`,
      { method: "POST", headers: { "x-a": "b" }, body: "a=1" },
    ],
    [
      "await, comments and trailing commas",
      `const r = await fetch(\`${ADDRESS}\`, { method: 'post', /* x */ headers: [["X-A", "b"],], });`,
      { method: "POST", headers: { "x-a": "b" } },
    ],
    [
      "JSON.stringify and Headers",
      `fetch("${ADDRESS}", { method: "PUT", headers: new Headers({ a: "b" }), body: JSON.stringify({ c: [1, null] }) })`,
      { headers: { a: "b" }, body: '{"c":[1,null]}' },
    ],
    [
      "URLSearchParams and a sum",
      `fetch("https://sts." + "eu-west-1.amazonaws.com/", { method: "POST", body: new URLSearchParams({ a: "b c" }) })`,
      { hostname: "sts.eu-west-1.amazonaws.com", body: "a=b+c" },
    ],
    ["new Request", `new Request("${ADDRESS}", { method: "DELETE" })`, { method: "DELETE" }],
  ])("is read with %s", (_, code, expected) => {
    const { kind, request } = readInput(code);
    expect(kind).toBe("call of fetch");
    expect(request).toMatchObject(expected);
  });

  test.each([
    ["a variable", `fetch("${ADDRESS}", { headers })`, "is not written out"],
    ["a placeholder", `fetch(\`https://\${host}/\`)`, "is not written out"],
    ["a function call", `fetch("${ADDRESS}", { body: read() })`, "is not written out"],
    ["an error", `fetch("${ADDRESS}", {`, "the JavaScript has an error"],
  ])("with %s is refused and never run", (_, code, message) => {
    expect(() => readInput(code)).toThrow(message);
  });
});

describe("an HTTP request", () => {
  test.each([
    [
      "a body",
      "POST /a?b=c%20d HTTP/1.1\r\nHost: example.com:8443\r\nX-A:  b \r\n\r\nline 1\r\n\r\nline 3",
      {
        method: "POST",
        hostname: "example.com",
        port: 8443,
        path: "/a",
        query: { b: "c d" },
        headers: { "x-a": "b" },
        body: "line 1\r\n\r\nline 3",
      },
    ],
    [
      "LF alone",
      "GET / HTTP/1.1\nHost: example.com\nA: b",
      { headers: { host: "example.com", a: "b" }, body: "" },
    ],
    ["a continued header", "GET / HTTP/1.1\nHost: example.com\nA: b\n  c", { headers: { a: "b c" } }],
    [
      "a path that URL would change",
      "GET /a//b/../c%2Fd HTTP/1.1\nHost: example.com",
      { path: "/a//b/../c%2Fd" },
    ],
    [
      "pseudo-headers of HTTP/2",
      ":method: PUT\n:authority: example.com\n:path: /a\nb: c",
      { method: "PUT", hostname: "example.com", path: "/a", headers: { b: "c" } },
    ],
    ["a whole address", "GET https://example.com/a HTTP/1.1", { hostname: "example.com", path: "/a" }],
    [
      "a parameter twice, and one without a value",
      "GET /?a=1&a=2&b HTTP/1.1\nHost: example.com",
      { query: { a: ["1", "2"], b: "" } },
    ],
  ])("is read with %s", (_, text, expected) => {
    const { kind, request } = readInput(text);
    expect(kind).toBe("HTTP request");
    expect({ ...request, query: { ...request.query } }).toMatchObject(expected);
  });

  test("without a host is refused", () => {
    expect(() => readInput("GET / HTTP/1.1\nAccept: */*")).toThrow("there is no host header");
  });

  test("with a line that is no header is refused", () => {
    expect(() => readInput("GET / HTTP/1.1\nHost: example.com\nnonsense")).toThrow('"nonsense" is no header');
  });
});

test.each([
  ["https://example.com", { protocol: "https:", path: "/" }],
  [
    "http://127.0.0.1:4566/a?b",
    { protocol: "http:", hostname: "127.0.0.1", port: 4566, path: "/a", query: { b: "" } },
  ],
  ["example.com/a", { hostname: "example.com", path: "/a" }],
  ["http://[::1]:8080/", { hostname: "[::1]", port: 8080 }],
  ["https://example.com/?__proto__=x", { query: { ["__proto__"]: "x" } }],
])("the address %s is read as a GET", (text, expected) => {
  const { kind, request } = readInput(text);
  expect(kind).toBe("address");
  expect({ ...request, query: { ...request.query } }).toMatchObject(expected);
});

test.each(["hello", "{}", "wget https://example.com/", "https://", "a b c"])(
  "the text %j, which is no request, is refused with the forms that there are",
  (text) => {
    expect(() => readInput(text)).toThrow(ReadingError);
  },
);
