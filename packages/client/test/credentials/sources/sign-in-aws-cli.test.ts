import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { fromSSO } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import { canRedirectAwsCli } from "../../support/aws-cli.ts";
import { createSignInServices, readJson, ssoPath, writeJson } from "../../support/sign-in-services.ts";

const run = promisify(execFile);
const hasAws = await canRedirectAwsCli();
const iso = (seconds: number): string =>
  `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-sso-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test.skipIf(!hasAws)(
  "the AWS CLI uses a sign-in that fromSSO renewed, and fromSSO one that the AWS CLI renewed",
  async () => {
    const services = createSignInServices({ now: Date.now, expiresIn: 3600 });
    const server = await services.listen();
    services.refreshTokens.set("refresh 0", "good");
    const path = ssoPath(home, "corp");
    const signIn = {
      startUrl: "https://d-1234567890.awsapps.com/start",
      region: "eu-west-1",
      accessToken: "access 0",
      expiresAt: iso(60),
      clientId: "client",
      clientSecret: "client secret",
      registrationExpiresAt: iso(86_400),
      refreshToken: "refresh 0",
    };
    await writeJson(path, signIn);
    const config = `[sso-session corp]\nsso_start_url = ${signIn.startUrl}\nsso_region = eu-west-1\n[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n`;
    await writeJson(join(home, ".aws", "config"), config);
    const env = { HOME: home, AWS_ENDPOINT_URL: server.url };
    const sts = createServer((request, response) => {
      const [, keyId = ""] = /Credential=(\w+)/.exec(request.headers.authorization ?? "") ?? [];
      response.end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>${keyId}</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    const { port } = sts.address() as AddressInfo; // it listens on TCP
    const variables = {
      ...env,
      PATH: process.env["PATH"],
      AWS_DEFAULT_REGION: "us-west-2",
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}`,
    };
    const cli = async (): Promise<string> => {
      const command = [
        "sts",
        "get-caller-identity",
        "--profile",
        "dev",
        "--query",
        "UserId",
        "--output",
        "text",
      ];
      const { stdout } = await run("aws", command, { env: variables });
      await rm(join(home, ".aws", "cli"), { recursive: true, force: true });
      return stdout.trim();
    };
    try {
      expect(await fromSSO({ profile: "dev", env })()).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000002" });
      expect(await cli()).toBe("ASIAEXAMPLE000000003");
      expect(services.paths()).toEqual(["/token", "/federation/credentials", "/federation/credentials"]);

      await writeJson(path, { ...(await readJson(path)), expiresAt: iso(60) });
      expect(await cli()).toBe("ASIAEXAMPLE000000005");
      expect(services.paths().slice(3)).toEqual(["/token", "/federation/credentials"]);
      expect(await fromSSO({ profile: "dev", env })()).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000006" });
      expect(services.paths().slice(5)).toEqual(["/federation/credentials"]);
    } finally {
      await server.close();
      sts.close();
    }
  },
  120_000,
);
