import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

// In a process of its own, which looks like a browser from its first line on.
test.each([
  ["a browser", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", false],
  ["Node.js", "Node.js/26", true],
])(
  "in %s the request has the header user-agent only where it is not the page's",
  async (_name, agent, has) => {
    const program = `
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: ${JSON.stringify(agent)} }, configurable: true });
    const { GetCallerIdentityCommand, STSClient } = await import("@org/sts-client");
    let headers;
    const fetch = async (_url, init) => { headers = init.headers; return new Response("", { status: 500 }); };
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" };
    const client = new STSClient({ region: "eu-west-1", credentials, fetch, maxAttempts: 1, customUserAgent: "mine/1" });
    await client.send(new GetCallerIdentityCommand()).catch(() => {});
    console.log(JSON.stringify(headers));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
    });
    const headers: Record<string, string> = JSON.parse(stdout);
    expect(Object.hasOwn(headers, "user-agent")).toBe(has);
    expect(headers["x-amz-user-agent"]).toContain("mine/1");
    // What the AWS SDK says of itself in a browser stands there as well.
    expect(headers["x-amz-user-agent"]?.includes("api/sts#")).toBe(!has);
  },
);
