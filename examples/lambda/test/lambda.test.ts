import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type FakeAws, startFakeAws } from "../src/fake-aws.ts";
import { bundleFunction, type BundledFunction } from "../src/run-function.ts";

let bundle: BundledFunction;
let aws: FakeAws;
beforeAll(async () => {
  bundle = await bundleFunction();
  aws = await startFakeAws();
});
beforeEach(() => aws.sts.reset());
afterAll(async () => {
  await aws.close();
  await bundle.remove();
});

describe("the Lambda function in one file", () => {
  test("gives a tenant a session that reaches its own objects only", async () => {
    const { response, times } = await bundle.invoke({ tenant: "acme" }, aws.env);
    expect(response.statusCode).toBe(200);
    const session = JSON.parse(response.body) as Record<
      "AccessKeyId" | "SecretAccessKey" | "SessionToken",
      string
    >;
    const credentials = {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    };
    const client = new STSClient({ endpoint: aws.url, region: "eu-west-1", credentials });
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      "arn:aws:sts::123456789012:assumed-role/tenant-data/tenant-acme",
    );
    const [first, second] = aws.sts.calls(AssumeRoleCommand);
    expect(first?.input).toMatchObject({
      Policy: expect.stringContaining('"arn:aws:s3:::example-data/acme/*"'),
    });
    expect(second?.outcome).toBe("ok");
    expect(times).toEqual({
      node: expect.any(Number),
      load: expect.any(Number),
      first: expect.any(Number),
      second: expect.any(Number),
    });
  });

  test.each([["*"], ["acme/../other"], [""], [undefined], [["acme"]]])(
    "asks STS nothing for the tenant %j",
    async (tenant) => {
      const { response } = await bundle.invoke({ tenant }, aws.env);
      expect(response).toMatchObject({ statusCode: 403, body: '{"error":"no tenant"}' });
      expect(aws.sts.calls()).toEqual([]);
    },
  );

  test("tells its caller nothing of why STS refused", async () => {
    const { response } = await bundle.invoke(
      { tenant: "acme" },
      { ...aws.env, ROLE_ARN: "arn:aws:iam::123456789012:role/other" },
    );
    expect(response).toMatchObject({ statusCode: 502, body: '{"error":"no session"}' });
  });
});
