import { createStsMock, isStsHost, parseStsHost } from "@org/sts-mock";
import { expect, test } from "vitest";

import { conformanceDir, readConformance, SKIP_REASON } from "../support/conformance.ts";

test.each([
  ["sts.amazonaws.com", "aws-global", "aws", false, false],
  ["STS.us-east-1.amazonaws.com", "us-east-1", "aws", false, false],
  ["sts-fips.us-east-2.amazonaws.com", "us-east-2", "aws", true, false],
  ["sts.eu-west-1.api.aws", "eu-west-1", "aws", false, true],
  ["sts-fips.us-west-2.api.aws", "us-west-2", "aws", true, true],
  ["sts.cn-north-1.amazonaws.com.cn", "cn-north-1", "aws-cn", false, false],
  ["sts.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1", "aws-cn", false, true],
  ["sts.us-gov-west-1.amazonaws.com", "us-gov-west-1", "aws-us-gov", false, false],
  ["sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "aws-eusc", false, false],
  ["sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "aws-iso", false, false],
  ["sts.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1", "aws-iso-b", false, false],
  ["sts.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1", "aws-iso-e", false, false],
  ["sts.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1", "aws-iso-f", false, false],
  ["vpce-0abc-1def.sts.us-east-1.vpce.amazonaws.com", "us-east-1", "aws", false, false],
])("the mock reads region and form of the host %s", (host, region, partition, fips, dualStack) => {
  expect(parseStsHost(host)).toEqual({ region, partition, fips, dualStack });
});

test.each([
  "s3.us-east-1.amazonaws.com",
  "sts.example.com",
  "sts.us-east-1.amazonaws.com.evil.example",
  "xsts.us-east-1.amazonaws.com",
  "sts.x.constructor",
  "sts.a/b.amazonaws.com",
  "amazonaws.com",
])("the mock does not take %s for a host of STS", (host) => {
  expect(isStsHost(host)).toBe(false);
});

test("the mock answers for custom hosts by name and by expression", () => {
  const mock = createStsMock({ hosts: ["sts.internal", /^minio-\d+$/g] });
  expect(["STS.internal", "minio-1", "minio-22"].every((host) => mock.servesHost(host))).toBe(true);
  expect(mock.servesHost("other.internal")).toBe(false);
});

interface EndpointCase {
  params: { endpoint: string | null };
  expect: { url?: string };
}
const cases = readConformance("sts-endpoints.json", "cases") as readonly EndpointCase[];
const urls = cases.flatMap(({ params, expect: { url } }) =>
  url === undefined || params.endpoint !== null ? [] : [url],
);
test.each([...new Set(urls)])("the mock catches %s of the published endpoint cases", (url) => {
  expect(isStsHost(new URL(url).hostname)).toBe(true);
});
test("the published endpoint cases are compared where they are", ({ skip }) => {
  skip(conformanceDir === undefined, SKIP_REASON);
  expect(urls.length).toBeGreaterThan(40);
});
