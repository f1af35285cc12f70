import { AssumeRoleCommand, STSClient } from "@org/sts-client";
import { AssumeRole, encodeResponse } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { credentials, fakeFetch, sessionCredentials } from "../support/fake-service.ts";

const role = { RoleArn: "arn:aws:iam::123456789012:role/one", RoleSessionName: "me" };

function answer(): Response {
  const { statusCode, headers, body } = encodeResponse(
    AssumeRole,
    { Credentials: sessionCredentials },
    { requestId: "request-1" },
  );
  return new Response(body, { status: statusCode, headers });
}

describe.each([9, 10, 11, 50])("a list of %i items", (count) => {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);

  test("a long list is sent whole and in order", async () => {
    const { fetch, seen } = fakeFetch(answer);
    const Tags = numbers.map((number) => ({ Key: `key-${number}`, Value: `value ${number}` }));
    const TransitiveTagKeys = numbers.map((number) => `key-${number}`);
    const sts = new STSClient({ region: "eu-west-1", credentials, fetch });
    await sts.send(new AssumeRoleCommand({ ...role, Tags, TransitiveTagKeys }));
    const pairs = [...new URLSearchParams(seen[0]?.body)];
    expect(pairs.filter(([name]) => name.startsWith("Tags"))).toEqual(
      numbers.flatMap((number) => [
        [`Tags.member.${number}.Key`, `key-${number}`],
        [`Tags.member.${number}.Value`, `value ${number}`],
      ]),
    );
    expect(pairs.filter(([name]) => name.startsWith("TransitiveTagKeys"))).toEqual(
      numbers.map((number) => [`TransitiveTagKeys.member.${number}`, `key-${number}`]),
    );
  });
});
