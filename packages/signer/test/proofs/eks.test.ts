import { createSigner } from "@org/sts-signer";
import { checkEksToken, type CheckEksTokenOptions, createEksToken } from "@org/sts-signer/eks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { damaged, fuzzChecker } from "../support/fuzz-proof.ts";

const date = new Date("2026-11-24T12:00:00Z");
const options: CheckEksTokenOptions = { clusterName: "production", now: date };
const after = (seconds: number) => new Date(+date + seconds * 1000);

/** What is right in a token, in the order in which its URL has it. */
const right: readonly (readonly [name: string, value: string])[] = [
  ["Action", "GetCallerIdentity"],
  ["Version", "2011-06-15"],
  ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
  ["X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/sts/aws4_request"],
  ["X-Amz-Date", "20261124T120000Z"],
  ["X-Amz-Expires", "60"],
  ["X-Amz-SignedHeaders", "host;x-k8s-aws-id"],
  ["X-Amz-Signature", "0".repeat(64)],
];
const HOST = "sts.eu-west-1.amazonaws.com";

/** A URL whose scope is of its host's region and of its date's day, unless the changes say otherwise. */
function urlWith(changes: Record<string, string> = {}, host = HOST): string {
  const [, day = "20261124"] = /^(\d{8})T/.exec(changes["X-Amz-Date"] ?? "") ?? [];
  const [, region = "us-east-1"] = /^sts(?:-fips)?\.([\w-]+-\d)\./i.exec(host) ?? [];
  const scope = `AKIAIOSFODNN7EXAMPLE/${day}/${region.toLowerCase()}/sts/aws4_request`;
  const all: Record<string, string> = { "X-Amz-Credential": scope, ...changes };
  const query = new URLSearchParams(right.map(([name, value]) => [name, all[name] ?? value]));
  return `https://${host}/?${query}`;
}

function encode(url: string | Uint8Array): string {
  return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
}

/** Checks a URL as the token that holds it. */
function check(url: string, more: Partial<CheckEksTokenOptions> = {}) {
  return checkEksToken(encode(url), { ...options, ...more });
}

describe("the check of an EKS token", () => {
  test("accepts a token made here, and one that was put together by hand", async () => {
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
    const made = await createEksToken(createSigner({ credentials }), {
      clusterName: "production",
      region: "eu-west-1",
      date,
    });
    expect(checkEksToken(made.token, options)).toMatchObject({ ok: true });
    expect(check(urlWith())).toStrictEqual({
      ok: true,
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      region: "eu-west-1",
      date,
      expires: after(900),
      signature: "0".repeat(64),
      audience: "production",
      isBound: true,
      request: {
        method: "GET",
        url: urlWith(),
        protocol: "https:",
        hostname: HOST,
        path: "/",
        query: Object.fromEntries(new URL(urlWith()).searchParams),
        headers: { accept: "application/json", "x-k8s-aws-id": "production" },
        body: "",
      },
    });
  });

  test("returns the cluster's name that the server has, whatever the token says", () => {
    expect(check(urlWith(), { clusterName: "staging" })).toMatchObject({
      request: { headers: { "x-k8s-aws-id": "staging" } },
    });
  });

  test("accepts a session token, and parameters in any order and case", () => {
    expect(check(`${urlWith()}&X-Amz-Security-Token=a%2Fb`)).toMatchObject({ ok: true });
    const reversed = right.toReversed().map(([name, value]) => [name.toLowerCase(), value]);
    expect(check(`https://${HOST}/?${new URLSearchParams(reversed)}`)).toMatchObject({ ok: true });
    expect(check(urlWith({ "X-Amz-SignedHeaders": "Host;X-K8s-Aws-Id" }))).toMatchObject({ ok: true });
  });
});

describe("the check of an EKS token, on its host", () => {
  test.each<[host: string, more?: Partial<CheckEksTokenOptions>]>([
    ["sts.eu-west-1.amazonaws.com"],
    ["STS.EU-WEST-1.amazonaws.com"],
    ["sts.us-gov-west-1.amazonaws.com", { partition: "aws-us-gov" }],
    ["sts-fips.us-east-1.amazonaws.com"],
    ["sts.us-east-1.api.aws"],
    ["sts-fips.us-east-1.api.aws"],
    ["sts.us-gov-west-1.api.aws", { partition: "aws-us-gov" }],
    ["sts.cn-north-1.api.amazonwebservices.com.cn", { partition: "aws-cn" }],
    ["sts.eusc-de-east-1.api.amazonwebservices.eu", { partition: "aws-eusc" }],
    ["sts.cn-north-1.amazonaws.com.cn", { partition: "aws-cn" }],
    ["sts.us-iso-east-1.c2s.ic.gov", { partition: "aws-iso" }],
    ["sts.us-isob-east-1.sc2s.sgov.gov", { partition: "aws-iso-b" }],
    ["sts.eu-isoe-west-1.cloud.adc-e.uk", { partition: "aws-iso-e" }],
    ["sts.us-isof-south-1.csp.hci.ic.gov", { partition: "aws-iso-f" }],
    ["sts.eusc-de-east-1.amazonaws.eu", { partition: "aws-eusc" }],
    ["sts.eu-west-1.amazonaws.com", { regions: ["us-east-1", "eu-west-1"] }],
    ["sts-fips.us-east-1.amazonaws.com", { regions: ["us-east-1"] }],
    ["sts.amazonaws.com"],
    ["sts.amazonaws.com", { partition: "aws" }],
    ["sts.amazonaws.com", { regions: ["us-east-1"] }],
    ["sts.amazonaws.com", { regions: ["eu-west-1", "us-east-1"] }],
    ["vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com", { hosts: ["vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com"] }],
    ["sts.example.com", { hosts: ["other.example.com", "sts.example.com"], regions: ["us-east-1"] }],
    ["sts.example.com", { hosts: ["sts.example.com"], partition: "aws-cn" }],
    ["sts.amazonaws.com", { hosts: ["sts.amazonaws.com"], regions: ["eu-west-1"] }],
  ])("accepts %s with %o", (host, more) => {
    expect(check(urlWith({}, host), more)).toMatchObject({
      ok: true,
      request: { url: urlWith({}, host.toLowerCase()) },
    });
  });

  test.each<[what: string, host: string, more?: Partial<CheckEksTokenOptions>]>([
    ["a bucket", "bucket.s3.amazonaws.com"],
    ["a bucket called sts", "sts.s3.amazonaws.com"],
    ["a bucket called sts-fips", "sts-fips.s3.amazonaws.com"],
    ["a bucket called sts, by S3's older name for a region", "sts.s3-eu-west-1.amazonaws.com"],
    ["a bucket called sts, in dual-stack", "sts.s3.dualstack.eu-west-1.amazonaws.com"],
    ["a hyphen for the region", "sts.-.amazonaws.com"],
    ["a number for the region", "sts.1.amazonaws.com"],
    ["another service for the region", "sts.iam.amazonaws.com"],
    ["a region without its number", "sts.eu-west.amazonaws.com"],
    ["dual-stack without a region", "sts.api.aws"],
    ["dual-stack's suffix of another partition", "sts.eu-west-1.api.amazonwebservices.com.cn"],
    ["a bucket in a region", "bucket.s3.eu-west-1.amazonaws.com"],
    ["a bucket called as STS's host begins", "sts.eu-west-1.s3.amazonaws.com"],
    ["a bucket called sts in a region", "sts.s3.eu-west-1.amazonaws.com"],
    ["a bucket called as STS's whole host", "sts.eu-west-1.amazonaws.com.s3.amazonaws.com"],
    ["a bucket's website", "sts.s3-website.eu-west-1.amazonaws.com"],
    ["an API", "sts.execute-api.eu-west-1.amazonaws.com"],
    ["another service", "iam.eu-west-1.amazonaws.com"],
    ["another service without a region", "iam.amazonaws.com"],
    ["a name that ends in sts", "my-sts.eu-west-1.amazonaws.com"],
    ["a name that begins with sts", "stsx.eu-west-1.amazonaws.com"],
    ["a name that begins with sts-fips", "sts-fipsx.eu-west-1.amazonaws.com"],
    ["a name below STS's host", "x.sts.eu-west-1.amazonaws.com"],
    ["a name below STS's global host", "x.sts.amazonaws.com"],
    ["the suffix alone", "amazonaws.com"],
    ["no region, with FIPS", "sts-fips.amazonaws.com"],
    ["an empty region", "sts..amazonaws.com"],
    ["another suffix", "sts.eu-west-1.amazonaws.org"],
    ["a suffix that only ends alike", "sts.eu-west-1.xamazonaws.com"],
    ["a suffix that only begins alike", "sts.eu-west-1.amazonaws.com.example.com"],
    ["the global host as a part", "sts.amazonaws.com.example.com"],
    ["another character for a dot", "stsxeu-west-1.amazonaws.com"],
    ["an underscore for the dot before the suffix", "sts.eu-west-1_amazonaws.com"],
    ["another character for a dot of the suffix", "sts.eu-west-1.amazonawsxcom"],
    ["a dot at the end", "sts.eu-west-1.amazonaws.com."],
    ["an underscore in the region", "sts.eu_west_1.amazonaws.com"],
    ["an address of the metadata service", "169.254.169.254"],
    ["an address of IPv6", "[::1]"],
    ["a local name", "localhost"],
    ["China's suffix for a region elsewhere", "sts.eu-west-1.amazonaws.com.cn"],
    [
      "China's suffix for a region elsewhere, in China",
      "sts.eu-west-1.amazonaws.com.cn",
      { partition: "aws-cn" },
    ],
    ["the usual suffix for a region in China", "sts.cn-north-1.amazonaws.com", { partition: "aws-cn" }],
    ["another partition than the default", "sts.cn-north-1.amazonaws.com.cn"],
    ["another partition of the same suffix", "sts.us-gov-west-1.amazonaws.com"],
    ["a region elsewhere for a partition", HOST, { partition: "aws-us-gov" }],
    ["the global host in another partition", "sts.amazonaws.com", { partition: "aws-us-gov" }],
    ["the global host in China", "sts.amazonaws.com", { partition: "aws-cn", regions: ["us-east-1"] }],
    ["the global host in China without regions", "sts.amazonaws.com", { partition: "aws-cn" }],
    ["the global host when its region is not accepted", "sts.amazonaws.com", { regions: ["eu-west-1"] }],
    ["the global host when no region is accepted", "sts.amazonaws.com", { regions: [] }],
    ["a region that is not accepted", HOST, { regions: ["eu-west-2", "us-east-1"] }],
    ["a region when none is accepted", HOST, { regions: [] }],
    ["a part of an accepted region", "sts.eu-west.amazonaws.com", { regions: ["eu-west-1"] }],
    ["a host that is nearly one of those named", "sts.example.co", { hosts: ["sts.example.com"] }],
    ["a host below one of those named", "x.sts.example.com", { hosts: ["sts.example.com"] }],
  ])("refuses %s: %s %o", (_, host, more) => {
    expect(check(urlWith({}, host), more)).toMatchObject({ ok: false, reason: "wrong-host" });
  });

  test.each(["http:", "ftp:", "wss:", "file:", "javascript:"])("refuses the scheme %s", (scheme) => {
    expect(check(urlWith().replace("https:", scheme))).toMatchObject({ ok: false, reason: "wrong-host" });
    expect(check(urlWith().replace("https:", scheme), { hosts: [HOST, ""] })).toMatchObject({
      ok: false,
      reason: "wrong-host",
    });
  });
});

describe("the check of an EKS token, on the rest of its URL", () => {
  test.each([
    ["another path", "/?", "/x?"],
    ["a path after the slash", "/?", "//?"],
    ["an encoded path", "/?", "/%2e%2e%2f?"],
    ["a port", ".com/", ".com:8443/"],
    ["the port of http", ".com/", ".com:80/"],
    ["a user", "https://", "https://user@"],
    ["a password", "https://", "https://:password@"],
    ["a user and a password", "https://", "https://user:password@"],
  ])("refuses %s", (_, from, to) => {
    expect(check(urlWith().replace(from, to))).toMatchObject({ ok: false, reason: "wrong-path" });
  });

  test("refuses a fragment, and takes the port of https for none", () => {
    expect(check(`${urlWith()}#x`)).toMatchObject({ ok: false, reason: "wrong-path" });
    expect(check(urlWith().replace(".com/", ".com:443/"))).toMatchObject({
      ok: true,
      request: { url: urlWith() },
    });
  });

  test.each(right.map(([name]) => name))("refuses one without %s", (name) => {
    const query = new URLSearchParams(
      right.filter(([one]) => one !== name).map(([one, value]) => [one, value]),
    );
    expect(check(`https://${HOST}/?${query}`)).toMatchObject({ ok: false, reason: "wrong-parameters" });
  });

  test.each([...right.map(([name]) => name), "X-Amz-Security-Token"])(
    "refuses %s twice, in any case",
    (name) => {
      const value = Object.fromEntries(right)[name] ?? "a";
      const once = name === "X-Amz-Security-Token" ? `${urlWith()}&${name}=${value}` : urlWith();
      for (const second of [name, name.toLowerCase(), name.toUpperCase()]) {
        for (const again of [value, ""]) {
          const url = `${once}&${new URLSearchParams({ [second]: again })}`;
          expect(check(url)).toMatchObject({ ok: false, reason: "wrong-parameters" });
        }
      }
    },
  );

  test.each([
    "Extra",
    "RoleArn",
    "X-Amz-Content-Sha256",
    "",
    "Action ",
    "__proto__",
    "constructor",
    "x-k8s-aws-id",
  ])("refuses a parameter %o, with a value and without", (name) => {
    for (const value of ["a", ""]) {
      const url = `${urlWith()}&${new URLSearchParams({ [name]: value })}`;
      expect(check(url)).toMatchObject({ ok: false, reason: "wrong-parameters" });
    }
  });

  test.each<[name: string, values: string[]]>([
    ["Action", ["AssumeRole", "getcalleridentity", "GetCallerIdentity ", "GetCallerIdentityX", ""]],
    ["Version", ["2011-06-16", "2011-06-15 ", "12011-06-15", ""]],
  ])("refuses another %s", (name, values) => {
    for (const value of values) {
      expect(check(urlWith({ [name]: value }))).toMatchObject({ ok: false, reason: "wrong-action" });
    }
  });

  test.each([
    ["host", "x-k8s-aws-id"],
    ["host", "x-k8s-aws-id;x-other"],
    ["host", "hosts;x-k8s-aws-id"],
    ["host", "my-host;x-k8s-aws-id"],
    ["host", "host,x-k8s-aws-id;x-k8s-aws-id"],
    ["x-k8s-aws-id", "host"],
    ["x-k8s-aws-id", "host;x-k8s-aws-id-2"],
    ["x-k8s-aws-id", "host;my-x-k8s-aws-id"],
    ["x-k8s-aws-id", "host x-k8s-aws-id;host"],
    ["either", ""],
    ["either", ";"],
    ["either", "x-other"],
  ])("refuses a token in which %s is not signed: %s", (_, names) => {
    expect(check(urlWith({ "X-Amz-SignedHeaders": names }))).toMatchObject({
      ok: false,
      reason: "header-not-signed",
    });
  });

  test("accepts more signed headers than the two, before and after them", () => {
    expect(check(urlWith({ "X-Amz-SignedHeaders": "accept;host;x-k8s-aws-id;x-other" }))).toMatchObject({
      ok: true,
    });
  });
});

describe("the check of an EKS token, on its time", () => {
  test.each(["0", "1", "60", "899", "900"])("accepts a life of %s seconds", (life) => {
    expect(check(urlWith({ "X-Amz-Expires": life }))).toMatchObject({ ok: true, expires: after(900) });
  });

  test.each(["901", "999", "1000", "86400", "0060", "-1", "1.5", "1e2", "0x1", "60s", " 60", "", "NaN"])(
    "refuses a life of %o",
    (life) => {
      expect(check(urlWith({ "X-Amz-Expires": life }))).toMatchObject({
        ok: false,
        reason: "expires-out-of-range",
      });
    },
  );

  test.each<[reason: string | undefined, seconds: number]>([
    [undefined, 0],
    [undefined, 900],
    ["expired", 900.001],
    ["expired", 86_400],
    [undefined, -60],
    ["not-yet-valid", -60.001],
    ["not-yet-valid", -86_400],
    ["not-yet-valid", Number.NaN],
    ["expired", Number.POSITIVE_INFINITY],
  ])("%s when the time is %d seconds after the signing", (reason, seconds) => {
    // There is no date of infinity, but a clock may give its number.
    const now =
      Number.isFinite(seconds) || Number.isNaN(seconds) ? after(seconds) : (seconds as unknown as Date);
    expect(check(urlWith(), { now })).toMatchObject(
      reason === undefined ? { ok: true, expires: after(900) } : { ok: false, reason },
    );
  });

  test("tells the end by the signing date, not by now and not by what the token says", () => {
    const late = check(urlWith({ "X-Amz-Expires": "1" }), { now: after(600) });
    expect(late).toMatchObject({ ok: true, expires: after(900) });
  });

  test("takes the system's time when it is not told one", () => {
    const at = (time: number) => {
      const when = new Date(time).toISOString().replaceAll(/[:-]|\.\d+/g, "");
      return checkEksToken(encode(urlWith({ "X-Amz-Date": when })), { clusterName: "production" });
    };
    expect(at(Date.now())).toMatchObject({ ok: true });
    expect(at(Date.now() - 3_600_000)).toMatchObject({ ok: false, reason: "expired" });
    expect(at(Date.now() + 3_600_000)).toMatchObject({ ok: false, reason: "not-yet-valid" });
  });

  test.each([
    "",
    "20261124",
    "20261124T120000",
    "20261124T1200Z",
    "2026-11-24T12:00:00Z",
    "20261124t120000z",
    "20261124T120000Z0",
    "020261124T120000Z",
    "20261324T120000Z",
    "20261132T120000Z",
    "20260230T120000Z",
    "20250229T120000Z",
    "20261131T120000Z",
    "20261123T240000Z",
    "20261124T250000Z",
    "20261124T126000Z",
    "20261124T120061Z",
    "Tue, 24 Nov 2026 12:00:00 GMT",
  ])("refuses %o as a date", (when) => {
    expect(check(urlWith({ "X-Amz-Date": when }))).toMatchObject({ ok: false, reason: "malformed" });
  });
});

describe("the check of an EKS token, on its text", () => {
  const token = encode(urlWith());

  test.each<[what: string, token: string]>([
    ["an empty text", ""],
    ["the prefix alone", "k8s-aws-v1."],
    ["no prefix", token.slice("k8s-aws-v1.".length)],
    ["another version", token.replace("v1", "v2")],
    ["the prefix in upper case", token.replace("k8s-aws-v1", "K8S-AWS-V1")],
    ["the prefix with another character for its dot", token.replace("v1.", "v1-")],
    ["a blank before it", ` ${token}`],
    ["a blank after it", `${token} `],
    ["a line end after it", `${token}\n`],
    ["the prefix twice", `k8s-aws-v1.${token}`],
    ["padding", `${token}=`],
    ["characters of the other alphabet", `${token.slice(0, 20)}+/${token.slice(22)}`],
    ["a length that base64 cannot have", `k8s-aws-v1.${"A".repeat(5)}`],
    ["bytes beyond ASCII", encode(`${urlWith()}&X-Amz-Security-Token=é`)],
    ["bytes that are no text", encode(new Uint8Array([255, 254]))],
    ["no address", encode("no address")],
    ["an address without a scheme", encode(urlWith().replace("https:", ""))],
    ["a blank before the address", encode(` ${urlWith()}`)],
    ["a blank in the address", encode(`${urlWith()}&X-Amz-Security-Token=a b`)],
    ["a line end in the address", encode(urlWith().replace("Action", "Act\nion"))],
    ["a tab in the address", encode(urlWith().replace(".amazonaws", ".amazon\taws"))],
    ["a line end after the address", encode(`${urlWith()}\n`)],
    ["a backslash for a slash", encode(urlWith().replace("/?", "\\?"))],
    [
      "a backslash that ends the host for some",
      encode(urlWith().replace("https://", "https://example.com\\@")),
    ],
  ])("refuses %s", (_, text) => {
    expect(checkEksToken(text, options)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("accepts a token that is nearly 4,096 characters long, and refuses a longer one for its length", () => {
    const start = `${urlWith()}&X-Amz-Security-Token=`;
    const filled = (size: number) => encode(start + "a".repeat(size - start.length));
    // 3 bytes are 4 characters, after a prefix of 11.
    expect(filled(3063)).toHaveLength(4095);
    expect(checkEksToken(filled(3063), options)).toMatchObject({ ok: true });
    expect(filled(3064)).toHaveLength(4097);
    expect(checkEksToken(filled(3064), options)).toMatchObject({ ok: false, reason: "too-large" });
    expect(checkEksToken("é".repeat(4097), options)).toMatchObject({ ok: false, reason: "too-large" });
    // No token has exactly 4,096 characters, since base64 has no such length; so that one is wrong for another reason.
    expect(checkEksToken(`${token}${"A".repeat(4096 - token.length)}`, options)).toMatchObject({
      ok: false,
      reason: "malformed",
    });
  });

  test("decodes both characters of the alphabet for URLs", () => {
    const url = `${urlWith()}&X-Amz-Security-Token=`;
    // One of the three places in a group of bytes makes each of the two.
    const tokens = ["", "a", "ab"].map((start) => encode(`${url}${start}${"~~~>>>???".repeat(3)}`));
    const texts = tokens.map((one) => one.slice("k8s-aws-v1.".length)).join("");
    expect(texts).toContain("_");
    expect(texts).toContain("-");
    for (const one of tokens) expect(checkEksToken(one, options)).toMatchObject({ ok: true });
  });
});

describe("the check of an EKS token, on anything but text", () => {
  test.each<[what: string, token: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["a boolean", true],
    ["an object", {}],
    ["an object whose text is a token", { toString: () => encode(urlWith()), length: 1 }],
    ["a list", [encode(urlWith())]],
    ["a symbol", Symbol("token")],
    ["a function", () => encode(urlWith())],
    [
      "an object that throws",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("trap");
          },
        },
      ),
    ],
  ])("refuses %s", (_, token) => {
    expect(checkEksToken(token, options)).toMatchObject({ ok: false, reason: "malformed" });
  });
});

describe("the check of an EKS token, on its scope", () => {
  test.each<[reason: string, scope: string]>([
    ["wrong-region", "20261124/us-east-1/sts/aws4_request"],
    ["wrong-service", "20261124/eu-west-1/iam/aws4_request"],
    ["wrong-day", "20261123/eu-west-1/sts/aws4_request"],
    ["malformed", "20261124/eu-west-1/sts/aws4"],
    ["malformed", "20261124//sts/aws4_request"],
    ["malformed", "20261124/eu-west-1/sts/aws4_request/more"],
    ["malformed", ""],
  ])("refuses as %s the scope %s", (reason, scope) => {
    const url = urlWith({ "X-Amz-Credential": `AKIAIOSFODNN7EXAMPLE/${scope}` });
    expect(check(url)).toMatchObject({ ok: false, reason });
  });

  test("says in its message why, without what the token says", () => {
    const result = check(urlWith({ Action: "MarkedText" }));
    expect(result).toMatchObject({ ok: false, message: "expected GetCallerIdentity of 2011-06-15" });
    expect(JSON.stringify(result)).not.toContain("MarkedText");
  });
});

test("a token of EKS is refused or accepted without an exception when it is damaged", () => {
  const tokens = fc.oneof(damaged(encode(urlWith())), damaged(urlWith()).map(encode));
  expect(() => fuzzChecker(tokens, (token) => checkEksToken(token, options))).not.toThrow();
});
