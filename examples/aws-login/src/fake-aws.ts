import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { createFakeSts, demoUser, type FakeSts, type RoleOptions } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

const SERIAL = "arn:aws:iam::123456789012:mfa/demo";

// Roles that require MFA, as roles for people should.
const roles: RoleOptions[] = ["admin", "audit"].map((name) => ({
  name,
  trustPolicy: {
    Statement: {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:user/demo" },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
  },
}));

const CONFIG = `[profile me]
region = eu-west-1
mfa_serial = ${SERIAL}

[profile admin]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = me

[profile audit]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/audit
source_profile = me
`;

const [KEY] = demoUser.accessKeys;
const KEYS = `[me]
aws_access_key_id = ${KEY?.accessKeyId}
aws_secret_access_key = ${KEY?.secretAccessKey}
`;

/** A fake STS, a fake sign-in endpoint of the console, and a home folder with profiles. */
export interface FakeAws {
  readonly sts: FakeSts;
  readonly url: string;
  /** The home folder. */
  readonly home: string;
  /** The environment for a program that uses these. */
  readonly env: NodeJS.ProcessEnv;
  /** A code of the MFA device. */
  readonly code: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts the fakes on 127.0.0.1; more profiles can be given as text. */
export async function startFakeAws(moreProfiles = ""): Promise<FakeAws> {
  const home = await mkdtemp(join(tmpdir(), "aws-login-"));
  await mkdir(join(home, ".aws"));
  await writeFile(join(home, ".aws/config"), CONFIG + moreProfiles);
  await writeFile(join(home, ".aws/credentials"), KEYS, { mode: 0o600 });
  const sts = createFakeSts({ users: [demoUser], roles });
  const server = await startStsServer({ sts });
  const signIn = await startSignIn(server.url);
  const { PATH, PYENV_VERSION } = process.env;
  return {
    sts,
    url: server.url,
    home,
    env: {
      PATH,
      PYENV_VERSION,
      HOME: home,
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_ENDPOINT_URL_SIGNIN: signIn.url,
    },
    code: () => sts.mfaCode(SERIAL),
    close: async () => {
      await Promise.all([server.close(), signIn.close()]);
      await rm(home, { recursive: true });
    },
  };
}

// Like AWS's federation endpoint: a token for the session of a role that STS knows, and for nobody else.
async function startSignIn(stsUrl: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void isRoleSession(stsUrl, request.url ?? "/").then((isRole) => {
      response.writeHead(isRole ? 200 : 400);
      return response.end(isRole ? JSON.stringify({ SigninToken: "example-sign-in-token" }) : "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number }; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/federation`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function isRoleSession(stsUrl: string, path: string): Promise<boolean> {
  const session = new URL(path, stsUrl).searchParams.get("Session") ?? "{}";
  const {
    sessionId = "",
    sessionKey = "",
    sessionToken = "",
  } = JSON.parse(session) as Record<string, string>;
  const credentials = { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken };
  const client = new STSClient({ endpoint: stsUrl, region: "us-east-1", credentials });
  const { Arn } = await client.send(new GetCallerIdentityCommand({})).catch(() => ({ Arn: "" }));
  return Arn.includes(":assumed-role/");
}
