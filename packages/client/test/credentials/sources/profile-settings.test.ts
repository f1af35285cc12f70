import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromMfaSession } from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-profile-settings-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, "");
  // What another profile, in the files of the process, says.
  await writeFile(
    join(home, "other"),
    "[default]\nendpoint_url = http://other.example\nuse_fips_endpoint = true\nregion = us-west-2\nmax_attempts = 9\n" +
      "[profile p]\nendpoint_url = http://other-p.example\n",
  );
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "other"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const base =
  "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\nendpoint_url = http://base.example\n";
const role = "role_arn = arn:aws:iam::123456789012:role/one\nsource_profile = base\n";
const settings: [name: string, lines: string, url: string, env?: Record<string, string>][] = [
  ["nothing more than a region", "region = eu-west-1\n", "https://sts.eu-west-1.amazonaws.com/"],
  ["FIPS", "region = us-east-1\nuse_fips_endpoint = true\n", "https://sts-fips.us-east-1.amazonaws.com/"],
  ["dual-stack", "region = us-east-1\nuse_dualstack_endpoint = true\n", "https://sts.us-east-1.api.aws/"],
  ["an endpoint", "endpoint_url = http://mine.example/\n", "http://mine.example/"],
  [
    "a services section",
    "services = s\n[services s]\nsts =\n  endpoint_url = http://services.example\n",
    "http://services.example/",
  ],
  [
    "an endpoint, and variables of its own that name another",
    "endpoint_url = http://mine.example/\n",
    "http://variable.example/",
    { AWS_ENDPOINT_URL_STS: "http://variable.example/" },
  ],
  [
    "endpoints that are to be ignored",
    "region = eu-west-1\nendpoint_url = http://mine.example/\nignore_configured_endpoint_urls = true\n",
    "https://sts.eu-west-1.amazonaws.com/",
  ],
];

/** A `fetch` that notes where it was to go, and sends nothing. */
function refusing() {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input) => {
    urls.push(String(input instanceof Request ? input.url : input));
    throw new TypeError("fetch failed");
  };
  return { urls, fetch };
}

async function files(lines: string) {
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, `${base}[profile p]\n${lines}`);
  await writeFile(join(home, "token"), "token");
  return { configFilepath, filepath: join(home, "none"), profile: "p" };
}

test.each(settings)(
  "the call to STS for a profile with %s is made as that profile says, for a role",
  async (_name, lines, url, env = {}) => {
    const { urls, fetch } = refusing();
    const options = await files(role + lines);
    await expect(fromIni({ ...options, env, clientConfig: { fetch, maxAttempts: 1 } })()).rejects.toThrow(
      "could not reach",
    );
    expect(urls).toEqual([url]);
  },
);

test.each(settings)(
  "the call to STS for a profile with %s is made as that profile says, for a token file",
  async (_name, lines, url, env = {}) => {
    const { urls, fetch } = refusing();
    const options = await files(
      `role_arn = arn:aws:iam::123456789012:role/one\nweb_identity_token_file = ${join(home, "token")}\n${lines}`,
    );
    await expect(fromIni({ ...options, env, clientConfig: { fetch, maxAttempts: 1 } })()).rejects.toThrow(
      "could not reach",
    );
    expect(urls).toEqual([url]);
  },
);

test.each(settings)(
  "the call to STS for a profile with %s is made as that profile says, for an MFA session",
  async (_name, lines, url, env = {}) => {
    const { urls, fetch } = refusing();
    const options = await files(
      `mfa_serial = GAHT12345678\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n${lines}`,
    );
    const mfaCodeProvider = async () => "123456";
    const get = fromMfaSession({
      ...options,
      env,
      mfaCodeProvider,
      clientConfig: { fetch, maxAttempts: 1 },
    });
    await expect(get()).rejects.toThrow("could not reach");
    expect(urls).toEqual([url]);
  },
);

test("the call to STS for a profile with retries makes as many as that profile says", async () => {
  const { urls, fetch } = refusing();
  const options = await files(`${role}region = eu-west-1\nmax_attempts = 2\n`);
  const sleep = async () => undefined;
  await expect(fromIni({ ...options, env: {}, clientConfig: { fetch, sleep } })()).rejects.toThrow(
    "could not reach",
  );
  expect(urls).toHaveLength(2);
});

test("the call to STS for a profile with a setting that cannot be names key, profile and file", async () => {
  const { fetch } = refusing();
  const options = await files(`${role}region = eu-west-1\nuse_fips_endpoint = perhaps\n`);
  await expect(fromIni({ ...options, env: {}, clientConfig: { fetch } })()).rejects.toThrow(
    `use_fips_endpoint of profile "p" (${options.configFilepath}): expected true or false`,
  );
});

test("the settings given in code come before those of the profile", async () => {
  const { urls, fetch } = refusing();
  const options = await files(`${role}region = eu-west-1\nendpoint_url = http://mine.example/\n`);
  const clientConfig = { fetch, maxAttempts: 1, endpoint: "http://code.example/" };
  await expect(fromIni({ ...options, env: {}, clientConfig })()).rejects.toThrow("could not reach");
  expect(urls).toEqual(["http://code.example/"]);
});
