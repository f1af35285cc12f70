import { serve } from "@hono/node-server";
import { createFakeSts, createTestIssuer, type FakeSts, type TestIssuer } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { Hono } from "hono";

/** A fake STS that trusts an issuer, and a bucket that only signed requests can read. */
export interface FakeAws {
  readonly sts: FakeSts;
  readonly issuer: TestIssuer;
  readonly stsUrl: string;
  readonly bucketUrl: string;
  readonly close: () => Promise<void>;
}

const OBJECTS: Readonly<Record<string, string>> = { "/2026/q3 ä.csv": "quarter,revenue\nq3,42\n" };

/** Starts both on 127.0.0.1. */
export async function startFakeAws(): Promise<FakeAws> {
  const issuer = await createTestIssuer({ url: "https://token.actions.githubusercontent.com" });
  const sts = createFakeSts({
    oidcProviders: [issuer.provider],
    roles: [
      {
        name: "reports",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: {
              Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:example/app:*" } },
          },
        },
      },
    ],
  });
  const stsServer = await startStsServer({ sts });
  const bucket = new Hono();
  bucket.get("*", async ({ req }) => {
    const { hostname, pathname: path } = new URL(req.url);
    const headers = req.header();
    const isForS3 = headers["authorization"]?.includes("/eu-west-1/s3/aws4_request") ?? false;
    // The session's key is known to the fake STS only, so that it checks the signature.
    const verdict = await sts.check({
      request: { method: req.method, url: req.url, hostname, path, headers, body: "" },
      expires: new Date(Date.now() + 1000),
    });
    if (!isForS3 || !verdict.ok)
      return new Response("<Error><Code>AccessDenied</Code></Error>", { status: 403 });
    const content = OBJECTS[decodeURIComponent(path)];
    if (content === undefined) return new Response("<Error><Code>NoSuchKey</Code></Error>", { status: 404 });
    return new Response(content, { headers: { "content-type": "text/csv" } });
  });
  const { server, url } = await listen(bucket);
  return {
    sts,
    issuer,
    stsUrl: stsServer.url,
    bucketUrl: url,
    close: async () => {
      server.close();
      await stsServer.close();
    },
  };
}

function listen({ fetch }: Hono): Promise<{ server: ReturnType<typeof serve>; url: string }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
      resolve({ server, url: `http://127.0.0.1:${port}` });
    });
  });
}
