import { serve } from "@hono/node-server";
import { createFakeSts, createTestIssuer, type FakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { Hono } from "hono";

/** What a job finds on GitHub: its token endpoint, and an AWS that trusts the tokens. */
export interface FakeGitHub {
  readonly sts: FakeSts;
  /** The variables of a job with the permission `id-token: write`. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const ISSUER = "token.actions.githubusercontent.com";

/** Starts both on 127.0.0.1, for a job of a branch of `example/app`. The role `deploy` is for the branch `main` only. */
export async function startFakeGitHub(branch = "main"): Promise<FakeGitHub> {
  const issuer = await createTestIssuer({ url: `https://${ISSUER}` });
  const sts = createFakeSts({
    oidcProviders: [issuer.provider],
    roles: [
      {
        name: "deploy",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${ISSUER}:aud`]: "sts.amazonaws.com",
                [`${ISSUER}:sub`]: "repo:example/app:ref:refs/heads/main",
              },
            },
          },
        },
      },
    ],
  });
  const stsServer = await startStsServer({ sts });

  const bearer = "example-request-token";
  const app = new Hono();
  app.get("/token", async (context) => {
    if (context.req.header("authorization") !== `bearer ${bearer}`) return context.text("", 401);
    const sub = `repo:example/app:ref:refs/heads/${branch}`;
    const value = await issuer.issueToken({ sub, aud: context.req.query("audience") ?? "" });
    return context.json({ count: value.length, value });
  });
  const { url, close } = await new Promise<{ url: string; close: () => void }>((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
  return {
    sts,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      AWS_ENDPOINT_URL_STS: stsServer.url,
      GITHUB_RUN_ID: "4711",
    },
    close: async () => {
      close();
      await stsServer.close();
    },
  };
}
