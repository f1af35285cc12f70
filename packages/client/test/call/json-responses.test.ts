import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { ExpiredTokenException, type STSServiceException } from "@org/sts-client";
import { encodeFault, encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { answeringClient } from "../support/answering-client.ts";

const requestId = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";
const output = {
  Credentials: {
    AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    SessionToken: "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT",
    Expiration: new Date("2026-07-11T19:55:29.611Z"),
  },
};

test('with responseFormat "json", the client asks for JSON and gives the same result', async () => {
  const { headers, body } = encodeResponse(GetSessionToken, output, { requestId, format: "json" });
  const { sts, requests } = answeringClient({ headers, body: body }, { responseFormat: "json" });
  expect(await sts.getSessionToken()).toMatchObject({
    ...output,
    $metadata: { httpStatusCode: 200, requestId },
  });
  expect(requests[0]?.headers.get("accept")).toBe("application/json");
});

test('with responseFormat "json", an answer in XML works all the same', async () => {
  const { headers, body } = encodeResponse(GetSessionToken, output, { requestId });
  const { sts } = answeringClient({ headers, body: body }, { responseFormat: "json" });
  expect(await sts.getSessionToken()).toMatchObject(output);
});

test.for(["json", "xml"] as const)(
  'with responseFormat "json", errors in %s are the same errors',
  async (format) => {
    const { statusCode, headers, body } = encodeFault(new ExpiredTokenException({ message: "Expired" }), {
      requestId,
      format,
    });
    const { sts } = answeringClient({ status: statusCode, headers, body: body }, { responseFormat: "json" });
    const failure: unknown = await sts
      .assumeRole({ RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ExpiredTokenException);
    expect((failure as STSServiceException).$metadata).toMatchObject({ httpStatusCode: 400, requestId }); // just looked at
  },
);

test.for([
  ["json", "", false],
  ["xml", "", false],
  ["xml", "<?only a full parser reads this?>", true],
] as const)(
  'with responseFormat "json", fast-xml-parser is loaded for a response in %s that begins with %j: %s',
  ([format, start, isLoaded]) => {
    const answer = encodeResponse(GetSessionToken, output, { requestId, format });
    answer.body = start + answer.body;
    const printed = execFileSync(process.execPath, ["loaded-modules.ts", JSON.stringify(answer)], {
      cwd: join(import.meta.dirname, "../support"),
      encoding: "utf8",
    });
    const { accessKeyId, modules } = JSON.parse(printed) as { accessKeyId: string; modules: string[] }; // what the program prints
    expect(accessKeyId).toBe("ASIAIOSFODNN7EXAMPLE");
    expect(modules.some((url) => url.includes("/sts-client/") || url.includes("/client/dist/"))).toBe(true);
    expect(modules.some((url) => url.includes("fast-xml-parser"))).toBe(isLoaded);
  },
);
