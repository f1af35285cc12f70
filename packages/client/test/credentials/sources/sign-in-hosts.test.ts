import { createRequire } from "node:module";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromLoginCredentials, fromSSO } from "@org/sts-client/credentials/node";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createLoginKey, loginPath, ssoPath, writeJson } from "../../support/sign-in-services.ts";

const require = createRequire(createRequire(import.meta.url).resolve("@aws-sdk/credential-providers"));

/** The endpoint rules of a client of the AWS SDK, which none of its packages exports. */
interface RuledClient {
  readonly config: {
    readonly endpointProvider: (parameters: object, context: object) => { readonly url: URL };
  };
}
type ClientClass = new (config: object) => RuledClient;

const { SSOClient } = require("@aws-sdk/nested-clients/sso") as { SSOClient: ClientClass };
const { SSOOIDCClient } = require("@aws-sdk/nested-clients/sso-oidc") as { SSOOIDCClient: ClientClass };
const { SigninClient } = require("@aws-sdk/nested-clients/signin") as { SigninClient: ClientClass };

const REGIONS = [
  "us-east-1",
  "eu-west-1",
  "mx-central-1",
  "xx-unknown-1",
  "cn-north-1",
  "us-gov-west-1",
  "us-gov-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];
const SESSION = "arn:aws:iam::123456789012:user/alice";

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-hosts-"));
  await writeJson(loginPath(join(home, ".aws", "login", "cache"), SESSION), {
    accessToken: {
      accessKeyId: "a",
      secretAccessKey: "s",
      sessionToken: "t",
      expiresAt: "2000-01-01T00:00:00Z",
    },
    clientId: "c",
    refreshToken: "r",
    dpopKey: createLoginKey().sec1,
  });
});
afterAll(() => rm(home, { recursive: true, force: true }));

test.each(REGIONS)(
  "the hosts of portal, token service and sign-in service in %s are the AWS SDK's",
  async (region) => {
    for (const [UseFIPS, UseDualStack] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const configFilepath = join(home, `config-${region}`);
      await writeFile(
        configFilepath,
        `[sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = ${region}\n` +
          `[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n` +
          `use_fips_endpoint = ${UseFIPS}\n` +
          `[profile login]\nregion = ${region}\nlogin_session = ${SESSION}\nuse_fips_endpoint = ${UseFIPS}\n`,
      );
      await writeJson(ssoPath(home, "corp"), {
        accessToken: "a",
        expiresAt: "2000-01-01T00:00:00Z",
        clientId: "c",
        clientSecret: "s",
        refreshToken: "r",
      });
      const hosts: string[] = [];
      const fetch: typeof globalThis.fetch = async (input) => {
        const { host, pathname } = new URL(String(input));
        hosts.push(host);
        return pathname === "/token"
          ? Response.json({ accessToken: "b", expiresIn: 900 })
          : new Response("", { status: 400 });
      };
      const common = {
        configFilepath,
        filepath: join(home, "none"),
        env: { HOME: home, AWS_USE_DUALSTACK_ENDPOINT: String(UseDualStack) },
        clientConfig: { fetch },
      };
      await fromSSO({ ...common, profile: "sso" })().catch(() => undefined);
      await fromLoginCredentials({ ...common, profile: "login" })().catch(() => undefined);

      const parameters = { Region: region, UseFIPS, UseDualStack };
      const theirs = [SSOOIDCClient, SSOClient, SigninClient].map((Client) => {
        const { config } = new Client({ region });
        return config.endpointProvider(parameters, {}).url.host;
      });
      expect({ UseFIPS, UseDualStack, hosts }).toEqual({ UseFIPS, UseDualStack, hosts: theirs });
    }
  },
);
