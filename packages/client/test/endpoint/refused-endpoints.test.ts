import { GetSessionTokenCommand, STSClient, type STSClientConfig } from "@org/sts-client";
import { resolveEndpoint } from "@org/sts-client/endpoint";
import { expect, test } from "vitest";

import { credentials, fakeFetch, reasonOf, success } from "../support/fake-service.ts";

function refusalOf(resolve: () => unknown): { code?: string; message?: string } {
  try {
    resolve();
    return {};
  } catch (error) {
    return error as Error & { code?: string }; // the resolver throws errors only
  }
}

test.each([
  ["http://localhost:4566", "http://localhost:4566/"],
  ["https://example.com/path/", "https://example.com/path/"],
  ["https://example.com/?a=1", "https://example.com/?a=1"],
  ["HTTPS://EXAMPLE.COM", "https://example.com/"],
])("a custom endpoint %j is taken as %s", (endpoint, href) => {
  expect(resolveEndpoint({ endpoint }).url.href).toBe(href);
  expect(resolveEndpoint({ endpoint, region: "eu-west-1", useGlobalEndpoint: true }).url.href).toBe(href);
});

test.each([
  "",
  "sts.amazonaws.com",
  "/path",
  "//example.com",
  "ftp://example.com",
  "file:///etc",
  "httpx://a",
  "xhttp://a",
  "https://",
])("a custom endpoint %j is refused", (endpoint) => {
  const { code, message } = refusalOf(() => resolveEndpoint({ endpoint, region: "eu-west-1" }));
  expect(code).toBe("ERR_ENDPOINT");
  expect(message).toBe(`The endpoint is not an absolute URL of http or https: ${endpoint}`);
});

test.each([
  "ftp://user:PASSWORD@example.com/",
  "ftp://PASSWORD@example.com/",
  "https://user:PASSWORD@[example.com/",
  "https://user:PASS@PASSWORD@[example.com/",
  "//user:PASSWORD@example.com",
])("a custom endpoint is named without its password: %s", (endpoint) => {
  const { code, message } = refusalOf(() => resolveEndpoint({ endpoint }));
  expect(code).toBe("ERR_ENDPOINT");
  expect(message).toContain("//***@");
  expect(message).not.toContain("PASS");
});

test.each([
  [{ useFips: true }, "FIPS"],
  [{ useDualStack: true }, "Dualstack"],
  [{ useFips: true, useDualStack: true }, "FIPS"],
])("a custom endpoint with %j is refused because of %s", (parameters, what) => {
  const { code, message } = refusalOf(() =>
    resolveEndpoint({ ...parameters, endpoint: "https://example.com" }),
  );
  expect(code).toBe("ERR_ENDPOINT");
  expect(message).toContain(`${what} and custom endpoint are not supported together`);
});

async function sentTo(config: STSClientConfig): Promise<{ url: string; scope: string | undefined }> {
  const { fetch, seen } = fakeFetch(success());
  await new STSClient({ credentials, fetch, ...config }).send(new GetSessionTokenCommand({}));
  expect(seen).toHaveLength(1);
  const authorization = seen[0]?.headers["authorization"] ?? "";
  return { url: seen[0]?.url ?? "", scope: /\/\d{8}\/([^/]+)\/sts\//.exec(authorization)?.[1] };
}

test.each([
  ["", "ERR_REGION_MISSING"],
  ["eu_west_1", "ERR_REGION_INVALID"],
  ["eu-west-1.example.com", "ERR_REGION_INVALID"],
  ["eu-west-1/path", "ERR_REGION_INVALID"],
  ["@example.com", "ERR_REGION_INVALID"],
  ["eu-west-1@example.com", "ERR_REGION_INVALID"],
  ["eu-west-1:443", "ERR_REGION_INVALID"],
  ["eu-west-1?", "ERR_REGION_INVALID"],
  ["eu-west-1#", "ERR_REGION_INVALID"],
  [" eu-west-1", "ERR_REGION_INVALID"],
  ["eu-west-1\n", "ERR_REGION_INVALID"],
  ["-eu-west-1", "ERR_REGION_INVALID"],
  ["eu-west-1-", "ERR_REGION_INVALID"],
  ["é", "ERR_REGION_INVALID"],
  ["a".repeat(64), "ERR_REGION_INVALID"],
])("a client's region %j is %s before anything is sent or asked", async (region, code) => {
  const { fetch, seen } = fakeFetch(success());
  let asked = 0;
  const client = new STSClient({
    region: async () => region,
    fetch,
    credentials: async () => {
      asked += 1;
      return credentials;
    },
  });
  expect((await reasonOf(client.send(new GetSessionTokenCommand({})))).code).toBe(code);
  expect([seen.length, asked]).toEqual([0, 0]);
});

test.each([
  ["x", "https://sts.x.amazonaws.com/", "x"],
  ["a".repeat(63), `https://sts.${"a".repeat(63)}.amazonaws.com/`, "a".repeat(63)],
  ["mars-east-1", "https://sts.mars-east-1.amazonaws.com/", "mars-east-1"],
  ["aws-global", "https://sts.amazonaws.com/", "us-east-1"],
  ["fips-us-east-1", "https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"],
  ["us-east-1-fips", "https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"],
])("a client's region %s leads to %s and signs for %s", async (region, url, scope) => {
  expect(await sentTo({ region })).toEqual({ url, scope });
});

test.each([
  ["https", undefined, "https://sts.eu-west-1.amazonaws.com/"],
  ["https", true, "https://sts.eu-west-1.amazonaws.com/"],
  ["http", false, "http://sts.eu-west-1.amazonaws.com/"],
])("a client's region is reached over %s with tls: %j", async (_scheme, tls, url) => {
  expect(await sentTo({ region: "eu-west-1", ...(tls !== undefined && { tls }) })).toEqual({
    url,
    scope: "eu-west-1",
  });
});

const parts = { protocol: "http:", hostname: "127.0.0.1" };
test.each<[string, NonNullable<STSClientConfig["endpoint"]>, string]>([
  ["a text", "http://127.0.0.1:1/a/", "http://127.0.0.1:1/a/"],
  ["a URL", new URL("http://127.0.0.1:1/a/"), "http://127.0.0.1:1/a/"],
  ["its parts", { ...parts, port: 1, path: "/a/" }, "http://127.0.0.1:1/a/"],
  ["its parts without port and path", { ...parts, path: "/" }, "http://127.0.0.1/"],
  ["what a resolver found", { url: new URL("http://127.0.0.1:1/a/") }, "http://127.0.0.1:1/a/"],
  ["a function", async () => "http://127.0.0.1:1/a/", "http://127.0.0.1:1/a/"],
])("an endpoint of a client may be %s", async (_name, endpoint, url) => {
  expect(await sentTo({ region: "eu-west-1", endpoint })).toEqual({ url, scope: "eu-west-1" });
});
