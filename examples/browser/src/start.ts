import { createFakeSts, type FakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { Hono } from "hono";
import { cors } from "hono/cors";

import { listen, type Listening } from "./listen.ts";
import { startTestProvider } from "./test-provider.ts";

/** Everything that the page talks to, on this machine. */
export interface FakeCloud {
  readonly sts: FakeSts;
  /** The page's settings. */
  readonly variables: Readonly<Record<string, string>>;
  /** Lets the provider send people back to the page. */
  readonly allowPage: (url: string) => void;
  readonly close: () => Promise<void>;
}

const CLIENT_ID = "files-page";

/** Starts an OpenID Connect provider, a fake STS whose role trusts it, and a bucket. The role admits alice, but not mallory. */
export async function startFakeCloud(): Promise<FakeCloud> {
  const provider = await startTestProvider(CLIENT_ID, ["alice", "mallory"]);
  const name = provider.url.replace("http://", "");
  const sts = createFakeSts({
    oidcProviders: [provider.issuer.provider],
    roles: [
      {
        name: "reader",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${name}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { [`${name}:aud`]: CLIENT_ID, [`${name}:sub`]: "alice" } },
          },
        },
      },
    ],
  });
  const stsServer = await startStsServer({ sts });
  const bucket = await startBucket(sts);
  return {
    sts,
    variables: {
      VITE_ISSUER: provider.url,
      VITE_CLIENT_ID: CLIENT_ID,
      VITE_ROLE_ARN: "arn:aws:iam::123456789012:role/reader",
      VITE_REGION: "eu-west-1",
      VITE_BUCKET_URL: bucket.url,
      VITE_STS_ENDPOINT: stsServer.url,
    },
    allowPage: (url) => provider.redirectUris.push(url),
    close: async () => {
      provider.close();
      bucket.close();
      await stsServer.close();
    },
  };
}

const OBJECTS = [
  { key: "reports/2026-q3.csv", size: 48_211, changed: "2026-10-02T08:15:00Z" },
  { key: "reports/Übersicht & <more>.pdf", size: 1_204_338, changed: "2026-10-05T16:40:00Z" },
  { key: "team.jpg", size: 386_904, changed: "2026-11-11T11:11:00Z" },
];

// ListObjectsV2 for sessions of the role, as S3 responds to a page whose origin its CORS rules allow.
async function startBucket(sts: FakeSts): Promise<Listening> {
  const app = new Hono();
  app.use(
    cors({
      origin: "*",
      allowMethods: ["GET"],
      allowHeaders: ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
    }),
  );
  app.get("/", async ({ req }) => {
    const { hostname, pathname: path } = new URL(req.url);
    // The session's key is known to the fake STS only, so that it checks the signature.
    const verdict = await sts.check({
      request: {
        method: "GET",
        url: req.url,
        hostname,
        path,
        query: req.query(),
        headers: req.header(),
        body: "",
      },
      expires: new Date(Date.now() + 1000),
    });
    const isReader = verdict.ok && verdict.Arn.includes(":assumed-role/reader/");
    const isForS3 = req.header("authorization")?.includes("/eu-west-1/s3/aws4_request") ?? false;
    const xml = isReader && isForS3 ? listXml() : "<Error><Code>AccessDenied</Code></Error>";
    return new Response(xml, {
      status: isReader && isForS3 ? 200 : 403,
      headers: { "content-type": "application/xml", "access-control-allow-origin": "*" },
    });
  });
  return await listen(app);
}

function listXml(): string {
  const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const entries = OBJECTS.map(
    ({ key, size, changed }) =>
      `<Contents><Key>${escape(key)}</Key><LastModified>${changed}</LastModified><Size>${size}</Size></Contents>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${entries.join("")}</ListBucketResult>`;
}
