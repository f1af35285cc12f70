import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FakeAws, startFakeAws } from "../src/fake-aws.ts";
import { runWorker, type RunningWorker } from "../src/run-worker.ts";

let aws: FakeAws;
let worker: RunningWorker;
beforeAll(async () => {
  aws = await startFakeAws();
  worker = await runWorker({
    ROLE_ARN: "arn:aws:iam::123456789012:role/reports",
    REGION: "eu-west-1",
    BUCKET_URL: aws.bucketUrl,
    STS_ENDPOINT: aws.stsUrl,
  });
});
afterAll(async () => {
  await worker.close();
  await aws.close();
});

const ours = { sub: "repo:example/app:ref:refs/heads/main" };
const PATH = "/2026/q3%20%C3%A4.csv";

async function get(path: string, token?: string, method = "GET") {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(worker.url + path, { method, headers });
  return { status: response.status, text: await response.text() };
}

describe("the Worker in workerd", () => {
  test("reads an object with the session that STS gives for the caller's token", async () => {
    expect(await get(PATH, await aws.issuer.issueToken(ours))).toEqual({
      status: 200,
      text: "quarter,revenue\nq3,42\n",
    });
    expect(aws.sts.calls().at(-1)).toMatchObject({ operation: "AssumeRoleWithWebIdentity", outcome: "ok" });
  });

  test("serves many callers at the same time", async () => {
    const token = await aws.issuer.issueToken(ours);
    const responses = await Promise.all(Array.from({ length: 20 }, () => get(PATH, token)));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  test("reads only what the bucket lets the role read", async () => {
    expect(await get("/missing.csv", await aws.issuer.issueToken(ours))).toMatchObject({ status: 404 });
    expect((await fetch(aws.bucketUrl + PATH)).status).toBe(403);
  });

  test.each([
    ["of another repository", { sub: "repo:somebody/else:ref:refs/heads/main" }, "AccessDenied"],
    ["that has expired", { ...ours, iat: 1_700_000_000 }, "ExpiredTokenException"],
    ["for another audience", { ...ours, aud: "https://example.com" }, "InvalidIdentityToken"],
  ])("refuses a token %s, in the words of STS", async (_which, claims, name) => {
    const { status, text } = await get(PATH, await aws.issuer.issueToken(claims));
    expect({ status, error: JSON.parse(text) as unknown }).toEqual({
      status: 403,
      error: { error: expect.stringContaining(name) },
    });
  });

  test("asks nobody when there is no token, or another method", async () => {
    const before = aws.sts.calls().length;
    expect(await get(PATH)).toMatchObject({ status: 401 });
    expect(await get(PATH, "token", "DELETE")).toMatchObject({ status: 405 });
    expect(aws.sts.calls()).toHaveLength(before);
  });

  test("is one file of less than 40 kB", () => {
    expect(worker.size.gzip).toBeLessThan(40_000);
  });
});
